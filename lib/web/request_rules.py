"""What every request has to be before it is looked at: method, path, origin, body, lengths.

Stands outside the gate, so that nothing refused here costs a look at the database, and every answer
is one of our neutral pages.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.log import get_logger
from lib.web.auth_routes import LEAVE, TICKET, TOKEN
from lib.web.bodies import BodyRefusedError, read_whole
from lib.web.notices import (
    BAD_REQUEST,
    FOREIGN_ORIGIN,
    LONG_HEAD,
    TOO_LONG,
    TOO_SLOW,
    UNKNOWN_PAGE,
    WRONG_METHOD,
    Notice,
    notice_page,
    refuse,
)
from lib.web.origins import Origins, hostname_of, only_value
from lib.web.request_shape import (
    READING,
    is_framed_twice,
    is_plain_path,
    is_short_enough,
    is_short_head,
    methods_of,
)

__all__ = ["LONGEST_BODY", "RequestRules"]

log = get_logger(__name__)
# a token and the page to go to; nothing longer is ever sent to us
LONGEST_BODY = 65_536
BODY_SECONDS = 10.0
POSTING = frozenset({TOKEN, LEAVE})
ENTERING = frozenset({TOKEN, TICKET})
# pages of issuers post there; whether this one may is asked of the token's own issuer
FROM_OTHER_SITES = frozenset({TOKEN})
OF_BODIES = {400: BAD_REQUEST, 408: TOO_SLOW, 413: TOO_LONG}


class RequestRules:
    """Pure ASGI middleware: refuses what no browser on our pages would send."""

    def __init__(self, app: ASGIApp, *, base_url: str, body_seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.origins = Origins(base_url)
        self.body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        notice = self._fault_of(scope, headers) or self._fault_of_method(scope, headers)
        if notice is None:
            try:
                receive = await read_whole(receive, headers, LONGEST_BODY, self.body_seconds)
            except BodyRefusedError as error:
                if error.status is None:
                    return
                notice = OF_BODIES[error.status]
        if notice is None:
            await self.app(scope, receive, send)
            return
        log.info("request_refused", status=notice.status)
        answer = notice_page(notice)
        if notice is WRONG_METHOD:
            answer.headers["allow"] = ", ".join(sorted(self._methods(scope)))
        # what is left of its body shall not be read as another request
        answer.headers["connection"] = "close"
        await answer(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if self._fault_of(scope, headers) or not self.origins.may_open_socket(headers):
            log.info("socket_refused")
            await refuse(notice_page(FOREIGN_ORIGIN), scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _fault_of(self, scope: Scope, headers: Headers) -> Notice | None:
        """What is wrong with host, path or framing."""
        host = only_value(headers, "host")
        if hostname_of(host or "") not in self.origins.hosts:
            return BAD_REQUEST
        if not is_short_head(scope["headers"]):
            return LONG_HEAD
        if is_framed_twice({name for name, _ in scope["headers"]}):
            return BAD_REQUEST
        if not is_short_enough(scope.get("query_string", b"")):
            return BAD_REQUEST
        raw_path = scope.get("raw_path") or scope["path"].encode()
        return None if is_plain_path(raw_path) else UNKNOWN_PAGE

    def _fault_of_method(self, scope: Scope, headers: Headers) -> Notice | None:
        """What is wrong with the method, or with the page that a change comes from."""
        method = scope["method"]
        if method not in self._methods(scope):
            return WRONG_METHOD
        if method in READING or scope["path"] in FROM_OTHER_SITES:
            return None
        return None if self.origins.may_post(headers) else FOREIGN_ORIGIN

    def _methods(self, scope: Scope) -> frozenset[str]:
        return methods_of(scope["path"], POSTING, ENTERING)
