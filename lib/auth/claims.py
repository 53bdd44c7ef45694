"""What a signed token says, read without goodwill: exact types, exact words, nothing converted."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.auth.issuer_file import IssuerEntry
from lib.auth.permissions import Role
from lib.auth.refusal import Reason, TokenRefusedError

__all__ = ["ReadClaims", "read_claims"]

LONGEST_TEXT = 200
MOST_ENTITIES = 200
MOST_AUDIENCES = 10
LARGEST_PROJECT = 2_147_483_647
# of the year 9999; a number beyond it is no time, and too large for what is reckoned with it
LAST_SECOND = 253_402_300_799
DIGITS = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadClaims:
    """The claims that concern us, of a token that is in force."""

    project_id: int
    subject: str
    jti: str
    role: Role
    entities: tuple[str, ...] | None
    name: str | None
    issued_at: datetime
    expires_at: datetime


def read_claims(claims: Claims, rules: IssuerEntry, now: datetime) -> ReadClaims:
    """The claims as an issuer's rules want them at this instant. Raises TokenRefusedError."""
    required = ("aud", "exp", "iat", "sub", "jti", rules.claims.project, rules.claims.role)
    if any(name not in claims for name in required):
        raise TokenRefusedError(Reason.MISSING_CLAIM)
    _check_audience(claims["aud"], rules.audiences)
    issued_at, expires_at = _times(claims, rules, now)
    return ReadClaims(
        project_id=_project(claims[rules.claims.project], rules),
        subject=_text(claims["sub"], Reason.BAD_SUBJECT),
        jti=_text(claims["jti"], Reason.BAD_JTI),
        role=_role(claims[rules.claims.role], rules),
        entities=_entities(claims, rules.claims.entities),
        name=(
            _text(claims[rules.claims.name], Reason.BAD_NAME)
            if rules.claims.name in claims
            else None
        ),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _check_audience(value: object, audiences: tuple[str, ...]) -> None:
    named = value if isinstance(value, list) else [value]
    if len(named) > MOST_AUDIENCES or not all(isinstance(one, str) for one in named):
        raise TokenRefusedError(Reason.WRONG_AUDIENCE)
    if not set(named) & set(audiences):
        raise TokenRefusedError(Reason.WRONG_AUDIENCE)


def _times(claims: Claims, rules: IssuerEntry, now: datetime) -> tuple[datetime, datetime]:
    """When the token was issued and when it ends, both checked against the clock."""
    given = [claims[name] for name in ("iat", "exp", "nbf") if name in claims]
    # type, not isinstance: True is an int for Python
    if any(type(value) is not int or not 0 < value <= LAST_SECOND for value in given):
        raise TokenRefusedError(Reason.BAD_TIME)
    issued, expires, begins = claims["iat"], claims["exp"], claims.get("nbf", claims["iat"])
    moment, leeway = now.timestamp(), rules.leeway.total_seconds()
    if expires <= issued:
        raise TokenRefusedError(Reason.BAD_TIME)
    if issued > moment + leeway:
        raise TokenRefusedError(Reason.ISSUED_IN_FUTURE)
    if begins > moment + leeway:
        raise TokenRefusedError(Reason.NOT_YET_VALID)
    if moment >= expires + leeway:
        raise TokenRefusedError(Reason.EXPIRED)
    if expires - issued > rules.max_lifetime.total_seconds():
        raise TokenRefusedError(Reason.LIFETIME_TOO_LONG)
    return datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)


def _project(value: object, rules: IssuerEntry) -> int:
    if rules.project_as == "digits":
        # Python reads other scripts' digits, blanks, signs and underscores as numbers too
        if not isinstance(value, str) or not DIGITS.fullmatch(value):
            raise TokenRefusedError(Reason.BAD_PROJECT)
        value = int(value)
    if type(value) is not int or not 0 < value <= LARGEST_PROJECT:
        raise TokenRefusedError(Reason.BAD_PROJECT)
    if rules.projects is not None and value not in rules.projects:
        raise TokenRefusedError(Reason.PROJECT_NOT_ALLOWED)
    return value


def _role(value: object, rules: IssuerEntry) -> Role:
    if not isinstance(value, str) or value not in rules.roles:
        raise TokenRefusedError(Reason.BAD_ROLE)
    return rules.roles[value]


def _entities(claims: Claims, name: str) -> tuple[str, ...] | None:
    """The entities a person is limited to; no claim means all, an empty list means a mistake."""
    if name not in claims:
        return None
    listed = claims[name]
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_ENTITIES:
        raise TokenRefusedError(Reason.BAD_ENTITIES)
    entities = tuple(_text(one, Reason.BAD_ENTITIES) for one in listed)
    if len(set(entities)) != len(entities):
        raise TokenRefusedError(Reason.BAD_ENTITIES)
    return entities


def _text(value: object, reason: Reason) -> str:
    """A text people can see whole: not empty, not long, nothing invisible in it or around it."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or value != value.strip():
        raise TokenRefusedError(reason)
    # C*: controls, direction marks, zero width, unassigned; Zl and Zp: line ends
    if any(unicodedata.category(one)[0] == "C" for one in value):
        raise TokenRefusedError(reason)
    if any(unicodedata.category(one) in {"Zl", "Zp"} for one in value):
        raise TokenRefusedError(reason)
    return value
