"""Cases of the corpus whose form, header, key or signature is wrong."""

from lib.auth.refusal import Reason
from tests.lib.auth.signing import segment
from tests.lib.auth.token_cases import DROP, claim, header, text
from tests.lib.auth.token_world import NORTH, SOUTH


def _replace(number, make):
    def alter(token):
        parts = token.split(".")
        parts[number] = make(parts[number])
        return ".".join(parts)

    return alter


FORM = [
    text("form", "nothing at all", Reason.MALFORMED, lambda t: ""),
    text("form", "a word", Reason.MALFORMED, lambda t: "token"),
    text("form", "two segments", Reason.MALFORMED, lambda t: t.rpartition(".")[0]),
    text("form", "a fourth segment", Reason.MALFORMED, lambda t: t + ".Zm9v"),
    text("form", "an empty fourth segment", Reason.MALFORMED, lambda t: t + ".", is_variant=True),
    text("form", "five segments, as encrypted ones", Reason.MALFORMED, lambda t: "a.b.c.d.e"),
    text("form", "the JSON serialization", Reason.MALFORMED, lambda t: '{"payload": "e30"}'),
    text("form", "the word Bearer before it", Reason.MALFORMED, lambda t: f"Bearer {t}"),
    text("form", "in quotation marks", Reason.MALFORMED, lambda t: f'"{t}"'),
    text("form", "longer than 4 KB", Reason.TOO_LONG, lambda t: t + "A" * 4_096),
    text("form", "one character too long", Reason.TOO_LONG, lambda t: "A" * 4_097),
    text("form", "as long as allowed, of one letter", Reason.MALFORMED, lambda t: "A" * 4_096),
]
ENCODING = [
    text("encoding", "padding behind the header", Reason.MALFORMED, _replace(0, lambda s: s + "=")),
    text(
        "encoding",
        "padding behind the signature",
        Reason.MALFORMED,
        _replace(2, lambda s: s + "="),
        is_variant=True,
    ),
    text("encoding", "a line end behind it", Reason.MALFORMED, lambda t: t + "\n"),
    text("encoding", "a blank in the payload", Reason.MALFORMED, _replace(1, lambda s: s + " ")),
    text("encoding", "a NUL in the payload", Reason.MALFORMED, _replace(1, lambda s: s + "\0")),
    text("encoding", "a question mark in it", Reason.MALFORMED, _replace(1, lambda s: s + "?")),
    text("encoding", "plus and slash", Reason.MALFORMED, _replace(2, lambda s: "+/" + s[2:])),
    text("encoding", "full-width letters", Reason.MALFORMED, _replace(0, lambda s: "ｅ" + s[1:])),
    text("encoding", "a byte order mark", Reason.MALFORMED, lambda t: "\ufeff" + t),
    text("encoding", "percent encoded", Reason.MALFORMED, lambda t: t.replace(".", "%2E")),
    text("encoding", "an impossible length", Reason.MALFORMED, _replace(2, lambda s: s + "AA")),
    text(
        "encoding",
        "unused bits set in the signature",
        Reason.MALFORMED,
        _replace(2, lambda s: s[:-1] + chr(ord(s[-1]) + 1)),
    ),
    text("encoding", "no signature", Reason.BAD_SIGNATURE, _replace(2, lambda s: "")),
    text("encoding", "no header", Reason.MALFORMED, _replace(0, lambda s: "")),
    text("encoding", "no payload", Reason.MALFORMED, _replace(1, lambda s: "")),
]
HEADER = [
    header("header", "no alg", Reason.BAD_HEADER, alg=DROP),
    header("header", "alg none", Reason.WRONG_ALGORITHM, alg="none"),
    header("header", "alg in capitals and small", Reason.WRONG_ALGORITHM, alg="hs256"),
    header("header", "a list of algs", Reason.BAD_HEADER, alg=["HS256", "none"]),
    header("header", "alg null", Reason.BAD_HEADER, alg=None, is_variant=True),
    header("header", "an empty alg", Reason.BAD_HEADER, alg=""),
    header("header", "alg with a blank", Reason.WRONG_ALGORITHM, alg="HS256 "),
    header("header", "HS512 said, HS256 done", Reason.WRONG_ALGORITHM, alg="HS512"),
    header("header", "typ of an access token", Reason.BAD_HEADER, typ="at+jwt"),
    header("header", "typ no text", Reason.BAD_HEADER, typ=1),
    header("header", "no typ", None, typ=DROP),
    header("header", "crit of something unknown", Reason.BAD_HEADER, crit=["exp"]),
    header("header", "crit empty", Reason.BAD_HEADER, crit=[], is_variant=True),
    header("header", "b64 false", Reason.BAD_HEADER, b64=False, crit=["b64"]),
    header("header", "zip", Reason.BAD_HEADER, zip="DEF"),
    header("header", "cty of a nested token", Reason.BAD_HEADER, cty="JWT"),
    header("header", "a name of its own", Reason.BAD_HEADER, admin=True),
    header("header", "kid no text", Reason.BAD_HEADER, kid=1),
    header("header", "kid of 201 characters", Reason.BAD_HEADER, kid="k" * 201),
    header("header", "kid empty", Reason.BAD_HEADER, kid=""),
    text("header", "a list", Reason.MALFORMED, _replace(0, lambda s: segment(["HS256"]))),
    text("header", "no JSON", Reason.MALFORMED, _replace(0, lambda s: segment("alg: HS256"))),
    text(
        "header",
        "alg twice",
        Reason.MALFORMED,
        _replace(0, lambda s: segment('{"alg":"none","alg":"HS256","kid":"norte-1"}')),
    ),
    text(
        "header",
        "in UTF-16",
        Reason.MALFORMED,
        _replace(0, lambda s: segment('{"alg":"HS256"}'.encode("utf-16"))),
    ),
]
KEYS = [
    header("key", "no kid where the key has one", Reason.UNKNOWN_KEY, kid=DROP),
    header("key", "a kid nobody has", Reason.UNKNOWN_KEY, kid="norte-2"),
    header("key", "a kid that differs in case", Reason.UNKNOWN_KEY, kid="NORTE-1"),
    header("key", "the kid of another issuer", Reason.UNKNOWN_KEY, kid="sur-1"),
    header("key", "a path as kid", Reason.UNKNOWN_KEY, kid="../../../dev/null"),
    header("key", "SQL as kid", Reason.UNKNOWN_KEY, kid="x' union select 'AA"),
    header("key", "the kid of a retired key", Reason.UNKNOWN_KEY, kid="norte-0"),
    header("key", "jku of the attacker", Reason.BAD_HEADER, jku="https://malo.example/jwks"),
    header("key", "x5u of the attacker", Reason.BAD_HEADER, x5u="https://malo.example/c.pem"),
    header("key", "jwk of the attacker", Reason.BAD_HEADER, jwk={"kty": "oct", "k": "QUFB"}),
    header("key", "x5c of the attacker", Reason.BAD_HEADER, x5c=["QUFB"], is_variant=True),
    claim("key", "signed by one issuer, says the other", Reason.WRONG_ALGORITHM, iss=SOUTH),
]
TAMPERED = [
    text(
        "tampered",
        "another project in the payload",
        Reason.BAD_SIGNATURE,
        _replace(1, lambda s: segment({"iss": NORTH, "project_id": 202})),
    ),
    text("tampered", "signature of zeros", Reason.BAD_SIGNATURE, _replace(2, lambda s: "A" * 43)),
    text("tampered", "half a signature", Reason.BAD_SIGNATURE, _replace(2, lambda s: s[:20])),
    text("tampered", "signature twice", Reason.BAD_SIGNATURE, _replace(2, lambda s: s[:40] + s)),
    text(
        "tampered",
        "first character of the signature",
        Reason.BAD_SIGNATURE,
        _replace(2, lambda s: ("B" if s[0] == "A" else "A") + s[1:]),
    ),
    text(
        "tampered",
        "a header written otherwise",
        Reason.BAD_SIGNATURE,
        _replace(0, lambda s: segment('{"kid": "norte-1","alg":"HS256"}')),
    ),
]
PAYLOAD = [
    text("payload", "a list", Reason.MALFORMED, _replace(1, lambda s: segment([1]))),
    text("payload", "a text", Reason.MALFORMED, _replace(1, lambda s: segment('"x"'))),
    text("payload", "no JSON", Reason.MALFORMED, _replace(1, lambda s: segment("iss=norte"))),
    text("payload", "not UTF-8", Reason.MALFORMED, _replace(1, lambda s: segment(b'{"a":"\xff"}'))),
    text(
        "payload",
        "the project twice",
        Reason.MALFORMED,
        _replace(1, lambda s: segment('{"project_id":101,"project_id":202}')),
    ),
    text(
        "payload",
        "a key twice, further down",
        Reason.MALFORMED,
        _replace(1, lambda s: segment('{"x":[{"a":1,"a":2}]}')),
    ),
    text(
        "payload",
        "the same key by an escape",
        Reason.MALFORMED,
        _replace(1, lambda s: segment('{"iss":1,"\\u0069ss":2}')),
    ),
    text("payload", "NaN", Reason.MALFORMED, _replace(1, lambda s: segment('{"exp":NaN}'))),
    text(
        "payload",
        "half a character",
        Reason.MALFORMED,
        _replace(1, lambda s: segment('{"sub":"\\ud83d"}')),
    ),
    text("payload", "nested deeply", Reason.MALFORMED, _replace(1, lambda s: segment("[" * 2_500))),
    text(
        "payload",
        "a number of 2,900 digits",
        Reason.UNKNOWN_ISSUER,
        _replace(1, lambda s: segment('{"exp":' + "9" * 2_900 + "}")),
    ),
]
FORMS = FORM + ENCODING + HEADER + KEYS + TAMPERED + PAYLOAD
