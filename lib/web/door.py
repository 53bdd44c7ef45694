"""The door, seen from HTTP: cookies and addresses in, sessions, redirects and notices out.

`lib.auth.entrance` decides who comes in; this carries its answers to the browser, writes them to
the audit log, and keeps every refusal alike: one page with an incident number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from lib.auth.entrance import Entered, Entrance, RefusedError
from lib.auth.rate_limits import Kind, TooManyError, network_key
from lib.auth.secret_text import hash_of
from lib.auth.sessions import OpenSession, end_session, end_sessions
from lib.log import get_logger
from lib.web.client_address import address_in
from lib.web.cookies import SessionCookie, cookie_value
from lib.web.entry_audit import audit_entry, audit_exit, audit_refusal
from lib.web.notices import REFUSED, TOO_MANY, notice_page
from lib.web.origins import only_value

__all__ = ["Door", "Knock", "Recognised", "without"]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who a request comes from, and the cookie its answer has to set; both may be missing."""

    session: OpenSession | None = None
    secret: str | None = None
    set_cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Knock:
    """A request at the door: its headers, the address it comes from, and the origin it was posted
    from, which is None for one that only reads.
    """

    headers: Headers
    address: str
    posted_from: str | None = None

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """The knock of an HTTP request or a websocket."""
        headers = Headers(scope=scope)
        # missing or doubled, it is an origin nobody has
        posted_from = only_value(headers, "origin") or "" if scope.get("method") == "POST" else None
        return cls(headers, address_in(scope), posted_from)


@dataclass(frozen=True, slots=True)
class Door:
    """Opens and closes sessions for browsers. `pages` are the paths one may be sent on to."""

    entrance: Entrance
    cookie: SessionCookie
    now: Callable[[], datetime]
    pages: frozenset[str]

    async def recognise(self, headers: Headers, *, may_enter: bool) -> Recognised:
        """The visitor of these cookies; with `may_enter` an issuer's cookie opens a session.

        Raises RefusedError when that cookie is no good.
        """
        return await run_in_threadpool(self._recognise, headers, may_enter)

    async def enter_tenant(self, slug: str, headers: Headers) -> Recognised:
        """Dev mode: the visitor of the address's tenant. Raises RefusedError."""
        return await run_in_threadpool(self._enter_tenant, slug, headers)

    async def redeem_token(self, token: str, knock: Knock, next_path: str) -> Response:
        """A redirect to the clean address with a session, or the page of a refusal."""
        entrance = partial(self.entrance.by_token, token, posted_from=knock.posted_from)
        return await run_in_threadpool(self._redeem, entrance, knock, next_path)

    async def redeem_ticket(self, ticket: str, knock: Knock, next_path: str) -> Response:
        """The same with a ticket of the local form."""
        entrance = partial(self.entrance.by_ticket, ticket)
        return await run_in_threadpool(self._redeem, entrance, knock, next_path)

    async def leave(self, headers: Headers, *, everywhere: bool) -> None:
        """End the visitor's session, or all sessions of the same person."""
        await run_in_threadpool(self._leave, headers, everywhere)

    async def refusal(
        self, error: RefusedError | TooManyError, knock: Knock, status: int = 401
    ) -> Response:
        """The page every refused visitor sees; the reason goes to the audit log alone.

        Whatever session the visitor has stays: anybody can make a browser knock with a bad token.
        An address that was refused too often is told to wait, and fills the audit log no further.
        """
        return await run_in_threadpool(self._refusal, error, knock, status)

    def safe_next(self, asked: str | None) -> str:
        """Where to go after entering: a page of ours with its query, else the first page."""
        try:
            url = urlsplit(asked or "/")
        except ValueError:
            return "/"
        is_ours = not url.scheme and not url.netloc and url.path in self.pages
        return url.path + (f"?{url.query}" if url.query else "") if is_ours else "/"

    def _recognise(self, headers: Headers, may_enter: bool) -> Recognised:
        now = self.now()
        secret = self.cookie.read(headers)
        session = self.entrance.session_of(secret, now)
        token = self._token_in(headers)
        if session and session.identity.mode == "cookie" and not _is_of(session, token):
            # whoever left, or came back as somebody else, at the issuer did so here too
            self.entrance.replace(session, now)
            session = None
        if session is None and token and may_enter:
            return self._entered(self.entrance.by_cookie(token, now), now)
        return Recognised(session, secret if session else None)

    def _enter_tenant(self, slug: str, headers: Headers) -> Recognised:
        now = self.now()
        secret = self.cookie.read(headers)
        session = self.entrance.session_of(secret, now)
        if session and session.identity.mode == "dev" and session.identity.slug == slug:
            return Recognised(session, secret)
        entered = self.entrance.by_tenant(slug, now)
        if session:
            self.entrance.replace(session, now)
        return self._entered(entered, now)

    def _entered(self, entered: Entered, now: datetime) -> Recognised:
        audit_entry(entered)
        header = self.cookie.header(entered.secret, now, entered.expires_at)
        session = self.entrance.session_of(entered.secret, now)
        return Recognised(session, entered.secret, header)

    def _redeem(
        self, entrance: Callable[[datetime], Entered], knock: Knock, next_path: str
    ) -> Response:
        now = self.now()
        try:
            entered = entrance(now)
        except (RefusedError, TooManyError) as error:
            return self._refusal(error, knock)
        before = self.entrance.session_of(self.cookie.read(knock.headers), now)
        if before:
            self.entrance.replace(before, now)
        audit_entry(entered)
        answer = RedirectResponse(self.safe_next(next_path), status_code=303)
        answer.headers["set-cookie"] = self.cookie.header(entered.secret, now, entered.expires_at)
        answer.headers["cache-control"] = "no-store"
        return answer

    def _refusal(
        self, error: RefusedError | TooManyError, knock: Knock, status: int = 401
    ) -> Response:
        if isinstance(error, RefusedError):
            key = network_key(knock.address)
            seconds = self.entrance.rates.take(Kind.FAILED_ENTRANCE, key)
            if not seconds:
                return notice_page(REFUSED, status=status, incident=audit_refusal(error))
            error = TooManyError(Kind.FAILED_ENTRANCE, seconds)
        log.warning("entry_slowed_down", kind=error.kind.value, seconds=error.seconds)
        return notice_page(TOO_MANY, retry_after=error.seconds)

    def _leave(self, headers: Headers, everywhere: bool) -> None:
        now = self.now()
        session = self.entrance.session_of(self.cookie.read(headers), now)
        if session is None:
            return
        who = session.identity
        if everywhere:
            end_sessions(
                who.project_id,
                now,
                reason="logout_everywhere",
                subject=who.subject,
                issuer=who.issuer,
            )
        else:
            end_session(session, now, "logout")
        audit_exit(session, everywhere=everywhere)

    def _token_in(self, headers: Headers) -> str | None:
        if "cookie" not in self.entrance.modes:
            return None
        values = (cookie_value(headers, name) for name in self.entrance.issuers.cookies)
        return next((value for value in values if value), None)


def _is_of(session: OpenSession, token: str | None) -> bool:
    return token is not None and hash_of(token) == session.token_hash


def without(params: list[tuple[str, str]], *names: str) -> str:
    """A query without these parameters, as text."""
    return urlencode([(name, value) for name, value in params if name not in names])
