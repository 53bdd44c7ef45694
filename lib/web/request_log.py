"""A number for every request, in the logs and in the answer; addresses are logged without query."""

import time
import uuid

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.log import get_logger
from lib.web.client_address import address_in
from lib.web.request_shape import is_plain_path

log = get_logger(__name__)
HEADER = "x-request-id"
QUIET_PREFIXES = ("/static/", "/_stcore/health", "/health")


class RequestLog:
    """Pure ASGI middleware: binds `request_id` for the logs and passes it on as a header.

    A number sent by the client is replaced: it could forge lines of the log. The query is never
    logged, because it can carry a token, and neither is a path of a kind that is not served here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:16]
        headers = [(name, value) for name, value in scope["headers"] if name != HEADER.encode()]
        scope = {**scope, "headers": [*headers, (HEADER.encode(), request_id.encode())]}
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"].endswith("http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, send_with_id)
            if scope["type"] == "http" and not scope["path"].startswith(QUIET_PREFIXES):
                log.info(
                    "request",
                    method=scope["method"],
                    path=_loggable(scope),
                    status=status,
                    address=address_in(scope),
                    seconds=round(time.perf_counter() - started, 4),
                )


def _loggable(scope: Scope) -> str:
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return scope["path"] if is_plain_path(raw_path) else "odd"
