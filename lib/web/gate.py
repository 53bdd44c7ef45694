"""Who comes in: the session of every HTTP request and websocket, and the paths that exist at all.

What the client sends in the session header never reaches a page: the gate puts it there, for
visitors it recognised by their cookie, and the pages look the session up again.
"""

from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.auth.entrance import RefusedError
from lib.auth.rate_limits import TooManyError, network_key
from lib.auth.secret_text import hash_of
from lib.db.errors import DatabaseBusyError
from lib.db.urls import NoDatabaseError
from lib.log import get_logger
from lib.ui.visit.session import SESSION_HEADER
from lib.web.auth_routes import AUTH_PATHS, redeem
from lib.web.client_address import address_in
from lib.web.cookies import sending_cookie
from lib.web.door import Door, Knock, Recognised, without
from lib.web.notices import CROWDED, UNAVAILABLE, UNKNOWN_PAGE, login_page, notice_page, refuse
from lib.web.shown_to import ShownTo, media_file_of
from lib.web.socket_messages import only_known_messages
from lib.web.sockets import (
    OpenSockets,
    TooManySocketsError,
    discreet_send,
    resuming_own,
)

log = get_logger(__name__)
OPEN_PREFIXES = ("/static/", "/recursos/")
# what Streamlit's own script asks for before a page has anything to say
OF_THE_SCRIPT = frozenset({"/_stcore/health", "/_stcore/host-config", "/favicon.png"})
OPEN_PATHS = frozenset({"/health", "/ready"}) | OF_THE_SCRIPT
GUARDED_PREFIXES = ("/media/",)
SOCKET = "/_stcore/stream"
DATABASE_TROUBLE = (SQLAlchemyError, NoDatabaseError, DatabaseBusyError)


class Gate:
    """Pure ASGI middleware: answers strangers itself, lets known visitors in with their session.

    `moved` are paths that only redirect; `login_url` is where strangers are sent to enter.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        door: Door,
        moved: frozenset[str],
        login_url: str | None = None,
    ) -> None:
        self.app = app
        self.door = door
        self.login_url = login_url
        self.open_paths = OPEN_PATHS | AUTH_PATHS | moved
        self.shown_to = ShownTo()
        self.sockets = OpenSockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        mine = SESSION_HEADER.encode()
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != mine]}
        headers = Headers(scope=scope)
        answer = self._open_socket if scope["type"] == "websocket" else self._answer
        try:
            await answer(scope, receive, send, headers)
        except (RefusedError, TooManyError) as error:
            refusal = await self.door.refusal(error, Knock.of(scope))
            await refuse(refusal, scope, receive, send)
        except DATABASE_TROUBLE as error:
            log.warning("session_lookup_failed", error=type(error).__name__)
            await refuse(notice_page(UNAVAILABLE), scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        path: str = scope["path"]
        if path in self.open_paths or path.startswith(OPEN_PREFIXES):
            await self.app(scope, receive, send)
        elif path in self.door.pages:
            await self._page(scope, receive, send, headers)
        elif path.startswith(GUARDED_PREFIXES):
            await self._file(scope, receive, send, headers)
        else:
            await notice_page(UNKNOWN_PAGE)(scope, receive, send)

    async def _file(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        """A file goes to the visitor whose page named it; to all others there is none."""
        visitor = await self.door.recognise(headers, may_enter=False)
        target: ASGIApp = login_page(self.login_url)
        if visitor.session and visitor.secret:
            name = media_file_of(scope["path"])
            is_own = self.shown_to.was_shown(hash_of(visitor.secret), name)
            target = self.app if is_own else notice_page(UNKNOWN_PAGE)
        await target(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        query: str = scope["query_string"].decode("latin-1")
        params = parse_qsl(query, keep_blank_values=True)
        tokens = [value for name, value in params if name == "token"]
        tenants = [value for name, value in params if name == "tenant"]
        modes = self.door.entrance.modes
        if scope["method"] == "HEAD":
            # who only looks at a link neither uses up its token nor opens a session
            visitor = await self.door.recognise(headers, may_enter=False)
        elif tokens:
            # before any page sees the address; whatever came of it, the token leaves the address
            clean = without(params, "token")
            here = scope["path"] + (f"?{clean}" if clean else "")
            answer = await redeem(self.door, tokens, Knock.of(scope), here)
            await answer(scope, receive, send)
            return
        elif tenants and "dev" in modes:
            slug = tenants[0] if len(tenants) == 1 else ""
            visitor = await self.door.enter_tenant(slug, headers)
        else:
            visitor = await self.door.recognise(headers, may_enter=True)
        await self._show(scope, receive, send, visitor)

    async def _show(self, scope: Scope, receive: Receive, send: Send, visitor: Recognised) -> None:
        # in local mode the page itself asks a stranger for name and password
        is_let_in = visitor.session is not None or "local" in self.door.entrance.modes
        target = self.app if is_let_in else login_page(self.login_url)
        if visitor.set_cookie:
            send = sending_cookie(send, visitor.set_cookie)
        await target(scope, receive, send)

    async def _open_socket(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers
    ) -> None:
        """A page without session shows its own notice, so an expired visitor reads Spanish."""
        if scope["path"] != SOCKET:
            await refuse(notice_page(UNKNOWN_PAGE), scope, receive, send)
            return
        visitor = await self.door.recognise(headers, may_enter=False)
        owner = f"stranger at {network_key(address_in(scope))}"
        if visitor.session and visitor.secret:
            pair = (SESSION_HEADER.encode(), visitor.secret.encode())
            scope["headers"] = [*scope["headers"], pair]
            owner = hash_of(visitor.secret)
        try:
            self.sockets.enter(owner)
        except TooManySocketsError:
            log.warning("too_many_sockets", is_known=visitor.session is not None)
            await refuse(notice_page(CROWDED), scope, receive, send)
            return
        try:
            known = only_known_messages(receive, has_session=visitor.session is not None)
            scope = resuming_own(scope, self.shown_to, owner)
            noted = owner if visitor.session else None
            await self.app(scope, known, discreet_send(send, self.shown_to, noted))
        finally:
            self.sockets.leave(owner)
