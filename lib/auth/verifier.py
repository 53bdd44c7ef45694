"""The one way in which a token from outside becomes a person of a project, or is refused.

Every mode uses it: cookie of the parent domain, redirect, and `python -m lib.auth inspect`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lib.auth.claims import read_claims
from lib.auth.compact import CompactToken, read_compact, read_object
from lib.auth.issuers import Issuer, Issuers
from lib.auth.jwks import KeySetUnavailableError
from lib.auth.permissions import Role
from lib.auth.refusal import Reason, TokenRefusedError
from lib.auth.signature import check_signature
from lib.tenants.projects import Project

__all__ = ["Reason", "TokenRefusedError", "VerifiedToken", "verify_token"]


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """Whom a token speaks for. `entities` None means every entity of the project."""

    project_id: int
    slug: str
    subject: str
    role: Role
    entities: tuple[str, ...] | None
    name: str | None
    issuer: str
    jti: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime


def verify_token(
    token: str,
    issuers: Issuers,
    now: datetime,
    find_project: Callable[[int], Project | None],
) -> VerifiedToken:
    """The person a token speaks for at this instant.

    `find_project` gives an active project or None, and is asked only about tokens that are right in
    everything else. Reads no clock and keeps nothing: whether a token was used before is asked of
    `lib.auth.used_tokens`. May wait some seconds for keys behind a jwks_url. Raises
    TokenRefusedError, which holds a reason and never a part of the token.
    """
    compact = read_compact(token)
    claims = read_object(compact.payload)
    named = claims.get("iss")
    issuer = issuers.find(named) if isinstance(named, str) else None
    if issuer is None:
        raise TokenRefusedError(Reason.UNKNOWN_ISSUER)
    try:
        _check_signed(compact, issuer, now)
        read = read_claims(claims, issuer.rules, now)
    except TokenRefusedError as error:
        raise TokenRefusedError(error.reason, issuer.name) from None
    project = find_project(read.project_id)
    if project is None or project.project_id != read.project_id:
        raise TokenRefusedError(Reason.UNKNOWN_PROJECT, issuer.name)
    return VerifiedToken(
        project_id=project.project_id,
        slug=project.slug,
        subject=read.subject,
        role=read.role,
        entities=read.entities,
        name=read.name,
        issuer=issuer.name,
        jti=read.jti,
        issued_at=read.issued_at,
        expires_at=read.expires_at,
    )


def _check_signed(compact: CompactToken, issuer: Issuer, now: datetime) -> None:
    """Return when a key of the issuer that is in force signed the token."""
    if compact.algorithm != issuer.rules.algorithm:
        raise TokenRefusedError(Reason.WRONG_ALGORITHM)
    try:
        keys = issuer.keys(compact.kid, now)
    except KeySetUnavailableError:
        raise TokenRefusedError(Reason.KEYS_UNAVAILABLE) from None
    if not keys:
        raise TokenRefusedError(Reason.UNKNOWN_KEY)
    for key in keys:
        try:
            check_signature(compact, key, issuer.rules.algorithm)
        except TokenRefusedError:
            continue
        return
    raise TokenRefusedError(Reason.BAD_SIGNATURE)
