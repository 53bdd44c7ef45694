"""Tokens of our own, good and bad, by technique, each with the verdict it must get.

A case says what differs from a good token of one of the two issuers: claims, header, or the
finished text. `DROP` removes a claim. `is_variant` marks a case that repeats the idea of another.
"""

from lib.auth.refusal import Reason
from tests.lib.auth.token_cases import DROP, Case, claim
from tests.lib.auth.token_forms import FORMS
from tests.lib.auth.token_world import NORTH, SECONDS, SOUTH

ISSUER = [
    claim("issuer", "none", Reason.UNKNOWN_ISSUER, iss=DROP),
    claim("issuer", "unknown", Reason.UNKNOWN_ISSUER, iss="https://malo.example"),
    claim("issuer", "with a slash behind", Reason.UNKNOWN_ISSUER, iss=NORTH + "/"),
    claim("issuer", "in capitals", Reason.UNKNOWN_ISSUER, iss=NORTH.upper()),
    claim("issuer", "a list", Reason.UNKNOWN_ISSUER, iss=[NORTH]),
    claim("issuer", "a look-alike", Reason.UNKNOWN_ISSUER, iss=NORTH.replace("o", "о")),
    claim("issuer", "ours, of sessions", Reason.UNKNOWN_ISSUER, iss="indigitall-analytics"),
]
AUDIENCE = [
    claim("audience", "none", Reason.MISSING_CLAIM, aud=DROP),
    claim("audience", "another program", Reason.WRONG_AUDIENCE, aud="facturas"),
    claim("audience", "of the other issuer", Reason.WRONG_AUDIENCE, aud="analitica"),
    claim("audience", "ours among others", None, aud=["facturas", "analytics"]),
    claim("audience", "an empty list", Reason.WRONG_AUDIENCE, aud=[]),
    claim("audience", "a number in the list", Reason.WRONG_AUDIENCE, aud=["analytics", 1]),
    claim("audience", "the beginning of ours", Reason.WRONG_AUDIENCE, aud="analytic"),
    claim("audience", "an object", Reason.WRONG_AUDIENCE, aud={"analytics": True}),
    claim("audience", "eleven of them", Reason.WRONG_AUDIENCE, aud=["analytics"] * 11),
]
TIME = [
    claim("time", "no exp", Reason.MISSING_CLAIM, exp=DROP),
    claim("time", "no iat", Reason.MISSING_CLAIM, iat=DROP),
    claim("time", "exp as text", Reason.BAD_TIME, exp=str(SECONDS + 290)),
    claim("time", "exp with a fraction", Reason.BAD_TIME, exp=SECONDS + 290.5),
    claim("time", "iat true", Reason.BAD_TIME, iat=True),
    claim("time", "nbf null", Reason.BAD_TIME, nbf=None),
    claim("time", "exp negative", Reason.BAD_TIME, exp=-1, is_variant=True),
    claim("time", "exp larger than a float can be", Reason.BAD_TIME, exp=10**400),
    claim("time", "ends before it begins", Reason.BAD_TIME, exp=SECONDS - 20, iat=SECONDS),
    claim("time", "over for longer than the leeway", Reason.EXPIRED, exp=SECONDS - 30, iat=1),
    claim("time", "over within the leeway", None, exp=SECONDS - 29, iat=SECONDS - 300),
    claim("time", "over, without leeway", Reason.EXPIRED, issuer=SOUTH, exp=SECONDS),
    claim("time", "issued in the future", Reason.ISSUED_IN_FUTURE, iat=SECONDS + 31),
    claim("time", "issued ahead within the leeway", None, iat=SECONDS + 30),
    claim("time", "not valid yet", Reason.NOT_YET_VALID, nbf=SECONDS + 31),
    claim("time", "valid since now", None, nbf=SECONDS),
    claim("time", "good for a day", Reason.LIFETIME_TOO_LONG, exp=SECONDS + 86_400),
    claim("time", "good for an hour exactly", None, exp=SECONDS + 3_590),
    claim("time", "over ten minutes, cap of ten", Reason.LIFETIME_TOO_LONG, issuer=SOUTH,
          exp=SECONDS + 591),
    claim("time", "in milliseconds", Reason.BAD_TIME, iat=SECONDS * 1000,
          exp=(SECONDS + 290) * 1000),
]  # fmt: skip
PROJECT = [
    claim("project", "none", Reason.MISSING_CLAIM, project_id=DROP),
    claim("project", "as text", Reason.BAD_PROJECT, project_id="101"),
    claim("project", "true", Reason.BAD_PROJECT, project_id=True),
    claim("project", "with a fraction", Reason.BAD_PROJECT, project_id=101.0),
    claim("project", "null", Reason.BAD_PROJECT, project_id=None),
    claim("project", "a list", Reason.BAD_PROJECT, project_id=[101, 202]),
    claim("project", "zero", Reason.BAD_PROJECT, project_id=0),
    claim("project", "negative", Reason.BAD_PROJECT, project_id=-101, is_variant=True),
    claim("project", "beyond 32 bits", Reason.BAD_PROJECT, project_id=2**32 + 101),
    claim("project", "unknown", Reason.UNKNOWN_PROJECT, project_id=999),
    claim("project", "under another name", Reason.MISSING_CLAIM, project_id=DROP, tenant=101),
    claim("project", "the other one, which it may", None, project_id=202),
    claim("project", "allowed and gone", Reason.UNKNOWN_PROJECT, issuer=SOUTH, tenant="303"),
    claim("project", "not the issuer's", Reason.PROJECT_NOT_ALLOWED, issuer=SOUTH, tenant="101"),
    claim("project", "digits that begin with zero", Reason.BAD_PROJECT, issuer=SOUTH,
          tenant="0202"),
    claim("project", "digits of another script", Reason.BAD_PROJECT, issuer=SOUTH, tenant="٢٠٢"),
    claim("project", "digits with an underscore", Reason.BAD_PROJECT, issuer=SOUTH, tenant="2_02"),
    claim("project", "digits and a blank", Reason.BAD_PROJECT, issuer=SOUTH, tenant=" 202"),
    claim("project", "digits and a line end", Reason.BAD_PROJECT, issuer=SOUTH, tenant="202\n"),
    claim("project", "digits with a sign", Reason.BAD_PROJECT, issuer=SOUTH, tenant="+202"),
    claim("project", "digits with an exponent", Reason.BAD_PROJECT, issuer=SOUTH, tenant="2e2"),
    claim("project", "a number where digits are agreed", Reason.BAD_PROJECT, issuer=SOUTH,
          tenant=202),
    claim("project", "eleven digits", Reason.BAD_PROJECT, issuer=SOUTH, tenant="10000000202"),
]  # fmt: skip
PERSON = [
    claim("person", "no sub", Reason.MISSING_CLAIM, sub=DROP),
    claim("person", "an empty sub", Reason.BAD_SUBJECT, sub=""),
    claim("person", "sub a number", Reason.BAD_SUBJECT, sub=17),
    claim("person", "sub of 201 characters", Reason.BAD_SUBJECT, sub="u" * 201),
    claim("person", "sub of 200 characters", None, sub="u" * 200),
    claim("person", "sub with a line end", Reason.BAD_SUBJECT, sub="u-17\nadmin"),
    claim("person", "sub with NUL", Reason.BAD_SUBJECT, sub="u-17\0"),
    claim("person", "sub with zero width", Reason.BAD_SUBJECT, sub="u\u200b-17"),
    claim("person", "sub written from right to left", Reason.BAD_SUBJECT, sub="\u202eu-17"),
    claim("person", "sub with a blank behind", Reason.BAD_SUBJECT, sub="u-17 "),
    claim("person", "sub null", Reason.BAD_SUBJECT, sub=None, is_variant=True),
    claim("person", "no jti", Reason.MISSING_CLAIM, jti=DROP),
    claim("person", "an empty jti", Reason.BAD_JTI, jti=""),
    claim("person", "jti an object", Reason.BAD_JTI, jti={"id": 1}),
    claim("person", "jti with a separator of lines", Reason.BAD_JTI, jti="a\u2028b"),
    claim("person", "a name", None, name="Ana Ñustes"),
    claim("person", "name a list", Reason.BAD_NAME, name=["Ana"]),
    claim("person", "name with an escape", Reason.BAD_NAME, name="Ana\u001b[2J"),
    claim("person", "claims nobody asked for", None, email="x@norte.example", groups=["a"]),
]
ROLE = [
    claim("role", "none", Reason.MISSING_CLAIM, role=DROP),
    claim("role", "unknown", Reason.BAD_ROLE, role="root"),
    claim("role", "in capitals", Reason.BAD_ROLE, role="DIRECTOR"),
    claim("role", "a list", Reason.BAD_ROLE, role=["director", "admin"]),
    claim("role", "an object, which has no place in a table", Reason.BAD_ROLE, role={}),
    claim("role", "operator, who enters with an account", Reason.BAD_ROLE, role="operator"),
    claim("role", "our word where the issuer has its own", Reason.BAD_ROLE, issuer=SOUTH,
          perfil="supervisor"),
    claim("role", "the issuer's other word", None, issuer=SOUTH, perfil="mesa"),
]  # fmt: skip
ENTITIES = [
    claim("entities", "two", None, entities=["cali", "pasto"]),
    claim("entities", "an empty list", Reason.BAD_ENTITIES, entities=[]),
    claim("entities", "null", Reason.BAD_ENTITIES, entities=None),
    claim("entities", "a text", Reason.BAD_ENTITIES, entities="cali"),
    claim("entities", "a number among them", Reason.BAD_ENTITIES, entities=["cali", 3]),
    claim("entities", "an empty one", Reason.BAD_ENTITIES, entities=[""]),
    claim("entities", "the same twice", Reason.BAD_ENTITIES, entities=["cali", "cali"]),
    claim("entities", "201 of them", Reason.BAD_ENTITIES, entities=[str(n) for n in range(201)]),
]
GOOD = [
    Case("good", "of the issuer with a secret", None),
    Case("good", "of the issuer with a key pair", None, SOUTH),
]
CORPUS = GOOD + FORMS + ISSUER + AUDIENCE + TIME + PROJECT + PERSON + ROLE + ENTITIES
