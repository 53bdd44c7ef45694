"""The ways in: a demo tenant, a token of an issuer, its cookie, a ticket of our own form.

Each ends in a session of ours or in RefusedError. Nothing here knows HTTP, and nothing tells the
visitor why he was refused: the reason is for the audit log.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lib.auth.accounts import LOCAL_ISSUER, find_account
from lib.auth.identity import Identity, Mode
from lib.auth.issuers import Issuers
from lib.auth.permissions import Role
from lib.auth.rate_limits import Kind, RateLimits, TooManyError, person_key
from lib.auth.secret_text import hash_of
from lib.auth.sessions import (
    OpenSession,
    SessionLimits,
    end_session,
    find_session,
    open_session,
    was_ended_on_purpose,
)
from lib.auth.tickets import use_ticket
from lib.auth.used_tokens import use_once
from lib.auth.verifier import TokenRefusedError, VerifiedToken, verify_token
from lib.tenants.projects import Project, load_project

__all__ = ["Entered", "Entrance", "RefusedError"]

DEV_ROLE = Role.ADMIN


class RefusedError(Exception):
    """The visitor does not come in. `reason` is one word of ours, for the audit log only.

    `issuer` is the configured issuer whose token it was, None when there was none.
    """

    def __init__(
        self, mode: Mode, reason: str, project_id: int | None = None, issuer: str | None = None
    ) -> None:
        self.mode = mode
        self.reason = reason
        self.project_id = project_id
        self.issuer = issuer
        super().__init__(f"expected a visitor of mode {mode}, refused: {reason}")


@dataclass(frozen=True, slots=True)
class Entered:
    """A session just opened: its secret id for the cookie, and who came in."""

    secret: str
    identity: Identity
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who may come in which way. `find_project` finds an active project by its slug.

    Whoever has entered too often of late gets TooManyError instead of a session, except in dev
    mode, where all visitors are one person.
    """

    modes: frozenset[Mode]
    issuers: Issuers
    limits: SessionLimits
    find_project: Callable[[str], Project | None]
    rates: RateLimits = field(default_factory=RateLimits)

    def session_of(self, secret: str | None, now: datetime) -> OpenSession | None:
        """The open session of a cookie, None without one; a mode switched off opens nothing."""
        session = find_session(secret, now, self.limits) if secret else None
        return session if session and session.identity.mode in self.modes else None

    def by_tenant(self, slug: str, now: datetime) -> Entered:
        """Dev mode: into a demo project, with the rights of an administrator."""
        self._expect_mode("dev")
        project = self.find_project(slug)
        if project is None or not project.is_demo:
            raise RefusedError("dev", "not_a_demo_project")
        identity = Identity(project.project_id, project.slug, "demo", DEV_ROLE, "dev", "dev")
        return self._open(identity, now)

    def by_token(self, token: str, now: datetime, posted_from: str | None = None) -> Entered:
        """Token mode: with a token of an issuer, good once.

        `posted_from` is the origin of the page that posted it, which must be one of this very
        issuer's; None when the token stood in an address.
        """
        self._expect_mode("token")
        verified = self._verified(token, "token", now)
        if posted_from is not None and posted_from not in self._origins_of(verified.issuer):
            raise RefusedError("token", "foreign_origin", verified.project_id, verified.issuer)
        identity = _identity_of(verified, "token")
        self._count(identity)
        try:
            use_once(verified)
        except TokenRefusedError as error:
            raise RefusedError(
                "token", error.reason.value, verified.project_id, error.issuer
            ) from error
        return self._open(identity, now, verified, hash_of(token))

    def by_cookie(self, token: str, now: datetime) -> Entered:
        """Cookie mode: with the cookie of an issuer, until the visitor leaves or it expires."""
        self._expect_mode("cookie")
        verified = self._verified(token, "cookie", now)
        token_hash = hash_of(token)
        if was_ended_on_purpose(verified.project_id, token_hash):
            raise RefusedError("cookie", "left_before", verified.project_id, verified.issuer)
        identity = _identity_of(verified, "cookie")
        self._count(identity)
        return self._open(identity, now, verified, token_hash)

    def by_ticket(self, ticket: str, now: datetime) -> Entered:
        """Local mode: with the ticket our form made after the right password."""
        self._expect_mode("local")
        username = use_ticket(ticket, now)
        if username is None:
            raise RefusedError("local", "ticket_unusable")
        account = find_account(username)
        project = load_project(account.project_id) if account else None
        if account is None or project is None:
            raise RefusedError("local", "account_unusable")
        identity = Identity(
            project_id=project.project_id,
            slug=project.slug,
            subject=account.username,
            role=account.role,
            mode="local",
            issuer=LOCAL_ISSUER,
            entities=account.entities,
            name=account.name,
        )
        self._count(identity)
        return self._open(identity, now)

    def replace(self, session: OpenSession, now: datetime) -> None:
        """End the session a visitor had before this entrance: an id never outlives a login."""
        end_session(session, now, "replaced")

    def _expect_mode(self, mode: Mode) -> None:
        if mode not in self.modes:
            raise RefusedError(mode, "mode_off")

    def _origins_of(self, name: str) -> tuple[str, ...]:
        issuer = self.issuers.find(name)
        return tuple(issuer.rules.allowed_origins) if issuer else ()

    def _count(self, identity: Identity) -> None:
        seconds = self.rates.take(Kind.ENTRANCE, person_key(identity))
        if seconds:
            raise TooManyError(Kind.ENTRANCE, seconds)

    def _verified(self, token: str, mode: Mode, now: datetime) -> VerifiedToken:
        try:
            return verify_token(token, self.issuers, now, load_project)
        except TokenRefusedError as error:
            raise RefusedError(mode, error.reason.value, issuer=error.issuer) from error

    def _open(
        self,
        identity: Identity,
        now: datetime,
        verified: VerifiedToken | None = None,
        token_hash: str | None = None,
    ) -> Entered:
        # a redirect token is a knock on the door, a cookie is the key itself: only with the latter
        # does the session end when the token does
        bound = verified is not None and identity.mode == "cookie"
        ends = verified.expires_at if verified and bound else None
        secret = open_session(identity, now, self.limits, token_hash=token_hash, expires_at=ends)
        latest = now + self.limits.absolute
        return Entered(secret, identity, min(latest, ends) if ends else latest)


def _identity_of(verified: VerifiedToken, mode: Mode) -> Identity:
    return Identity(
        project_id=verified.project_id,
        slug=verified.slug,
        subject=verified.subject,
        role=verified.role,
        mode=mode,
        issuer=verified.issuer,
        entities=verified.entities,
        name=verified.name,
    )
