"""Who comes in: the identity of every HTTP request and websocket, and the paths that exist at all.

Dev mode: a page opened with `?tenant=<slug>` of a demo project gets a signed cookie; without it the
cookie speaks. What the client sends in the identity header never reaches a page.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.auth.identity import (
    COOKIE,
    HEADER,
    LIFETIME,
    Identity,
    InvalidIdentityError,
    issue_token,
    read_token,
)
from lib.db.urls import NoDatabaseError
from lib.log import get_logger
from lib.tenants.projects import Project
from lib.web.notices import (
    BAD_REQUEST,
    LOGIN,
    UNAVAILABLE,
    UNKNOWN_PAGE,
    UNKNOWN_TENANT,
    Notice,
    notice_page,
)

log = get_logger(__name__)
OPEN_PREFIXES = ("/static/", "/recursos/", "/_stcore/health", "/_stcore/host-config")
OPEN_PATHS = frozenset({"/health", "/ready", "/favicon.png", "/manifest.json"})
GUARDED_PREFIXES = ("/media/",)
SOCKET = "/_stcore/stream"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FindProject = Callable[[str], Project | None]


class Gate:
    """Pure ASGI middleware: answers strangers itself, and lets known visitors in with their token.

    `pages` are the paths that need an identity, `moved` those that only redirect.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        find_project: FindProject,
        key: bytes,
        now: Callable[[], datetime],
        base_url: str,
        pages: frozenset[str],
        moved: frozenset[str],
    ) -> None:
        self.app = app
        self.find_project = find_project
        self.key = key
        self.now = now
        self.pages = pages
        self.moved = moved
        url = urlsplit(base_url)
        self.hosts = LOOPBACK | {url.hostname or ""}
        self.is_https = url.scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != HEADER.encode()]}
        headers = Headers(scope=scope)
        if urlsplit(f"//{headers.get('host', '')}").hostname not in self.hosts:
            await self._refuse(scope, receive, send, BAD_REQUEST)
            return
        identity = self._identity_of(headers)
        if scope["type"] == "websocket":
            await self._open_socket(scope, receive, send, identity)
            return
        await self._answer(scope, receive, send, identity)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None
    ) -> None:
        path: str = scope["path"]
        if path in OPEN_PATHS or path in self.moved or path.startswith(OPEN_PREFIXES):
            await self.app(scope, receive, send)
        elif path in self.pages:
            await self._page(scope, receive, send, identity)
        elif path.startswith(GUARDED_PREFIXES):
            target = self.app if identity else notice_page(LOGIN)
            await target(scope, receive, send)
        else:
            await notice_page(UNKNOWN_PAGE)(scope, receive, send)

    async def _page(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None
    ) -> None:
        query: str = scope["query_string"].decode("latin-1")
        asked = parse_qs(query, keep_blank_values=True).get("tenant")
        if asked is None:
            target = self.app if identity else notice_page(LOGIN)
            await target(scope, receive, send)
            return
        try:
            entered = await run_in_threadpool(self._enter, asked)
        except (SQLAlchemyError, NoDatabaseError) as error:
            log.warning("tenant_lookup_failed", error=type(error).__name__)
            await notice_page(UNAVAILABLE)(scope, receive, send)
            return
        if entered is None:
            await self._refuse(scope, receive, self._forgetting(send), UNKNOWN_TENANT)
            return
        token = issue_token(entered, self.now(), self.key)
        await self.app(scope, receive, self._remembering(send, token))

    def _enter(self, asked: list[str]) -> Identity | None:
        """The identity of a demo project; every other reason to refuse looks the same outside."""
        project = self.find_project(asked[0]) if len(asked) == 1 else None
        if project is None or not project.is_demo:
            return None
        return Identity(project_id=project.project_id, slug=project.slug, mode="dev")

    async def _open_socket(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity | None
    ) -> None:
        """A page without identity shows its own notice, so an expired visitor reads Spanish."""
        if scope["path"] != SOCKET:
            await self._refuse(scope, receive, send, UNKNOWN_PAGE)
            return
        if identity:
            token = issue_token(identity, self.now(), self.key)
            scope["headers"] = [*scope["headers"], (HEADER.encode(), token.encode())]
        await self.app(scope, receive, send)

    def _identity_of(self, headers: Headers) -> Identity | None:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return None
        if COOKIE not in cookies:
            return None
        try:
            return read_token(cookies[COOKIE].value, self.now(), self.key)
        except InvalidIdentityError:
            return None

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, notice: Notice) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await notice_page(notice)(scope, receive, send)

    def _remembering(self, send: Send, token: str) -> Send:
        return self._with_cookie(send, f"{token}; Max-Age={int(LIFETIME.total_seconds())}")

    def _forgetting(self, send: Send) -> Send:
        return self._with_cookie(send, "; Max-Age=0")

    def _with_cookie(self, send: Send, value: str) -> Callable[[Message], Awaitable[None]]:
        secure = "; Secure" if self.is_https else ""
        cookie = f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return send_with_cookie
