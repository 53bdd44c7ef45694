"""Who a request speaks for, as a token that only this application can sign.

In dev mode the identity is a demo project, chosen by `?tenant=<slug>`. The same token travels as
a cookie from the browser and as a header from the middleware to the pages, which verify it again.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

COOKIE = "indigitall_dev"
HEADER = "x-indigitall-identity"
LIFETIME = timedelta(hours=12)
ISSUER = "indigitall-analytics"
AUDIENCE = "indigitall-analytics/dev"
ALGORITHM = "HS256"
LONGEST_TOKEN = 2_048
CLAIMS = ("aud", "exp", "iat", "iss", "mode", "project_id", "sub")


class InvalidIdentityError(Exception):
    """The token is not ours, is altered or is past its time: the visitor must enter again."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified visitor: the project whose rows may be read, and how that was established."""

    project_id: int
    slug: str
    mode: str


def signing_key(master_secret: str) -> bytes:
    """The key of identity tokens: derived, so that no other use of the secret can forge one."""
    return hmac.new(master_secret.encode(), b"identity/v1", hashlib.sha256).digest()


def issue_token(identity: Identity, now: datetime, key: bytes) -> str:
    """A signed token for this identity, good for twelve hours from `now`."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": identity.slug,
        "project_id": identity.project_id,
        "mode": identity.mode,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def read_token(token: str, now: datetime, key: bytes) -> Identity:
    """The identity of a token. Raises InvalidIdentityError, which never says which check failed."""
    if len(token) > LONGEST_TOKEN:
        raise InvalidIdentityError("a token of at most 2 KB was expected")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            # time is checked below against our own clock, which tests and demos can fix
            options={"require": list(CLAIMS), "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise InvalidIdentityError("a token signed by this application was expected") from error
    _check_times(claims, now)
    return _identity(claims)


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise InvalidIdentityError("whole seconds were expected in iat and exp")
    lifetime = timedelta(seconds=expires - issued)
    if not timedelta(0) < lifetime <= LIFETIME:
        raise InvalidIdentityError("a lifetime of at most twelve hours was expected")
    moment = now.astimezone(UTC).timestamp()
    if not issued - 60 <= moment < expires:
        raise InvalidIdentityError("a token inside its time was expected")


def _identity(claims: Mapping[str, object]) -> Identity:
    project_id, slug, mode = claims["project_id"], claims["sub"], claims["mode"]
    if type(project_id) is not int or project_id <= 0:
        raise InvalidIdentityError("a positive whole project_id was expected")
    if not isinstance(slug, str) or not slug or mode != "dev":
        raise InvalidIdentityError("a project slug and the mode dev were expected")
    return Identity(project_id=project_id, slug=slug, mode="dev")
