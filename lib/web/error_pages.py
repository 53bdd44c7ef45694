"""Errors nobody caught, and errors in words not ours: one neutral page with an incident number.

The number stands in the log beside the cause. No name of a library, no version, no part of the
request and nothing of the error itself reaches the browser.
"""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.log import get_logger, new_incident
from lib.ui.frame.errors import log_incident
from lib.web.notices import BAD_REQUEST, BROKEN, UNKNOWN_PAGE, WRONG_METHOD, notice_page, refuse

__all__ = ["FOR_PROGRAMS", "ErrorPages"]

log = get_logger(__name__)
# programs read these: no page for them
FOR_PROGRAMS = frozenset({"/health", "/ready"})
OURS = {404: UNKNOWN_PAGE, 405: WRONG_METHOD}


class ErrorPages:
    """Pure ASGI middleware: whatever goes wrong behind it leaves as a page of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, receive, send)
        try:
            await self.app(scope, receive, answer.send)
        except Exception as error:
            if answer.has_begun:
                # what has been sent cannot be taken back: the connection breaks off
                raise
            incident = log_incident(error, where=scope["path"])
            await refuse(_page(scope, 500, incident), scope, receive, send)


class _Answer:
    """One answer on its way out; an error in foreign words is replaced as a whole."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.forward = send
        self.has_begun = False
        self.is_replaced = False

    async def send(self, message: Message) -> None:
        """Pass a message on, or ours in its place."""
        if self.is_replaced:
            return
        self.has_begun = True
        if message["type"] == "http.response.start" and self._is_foreign_error(message):
            self.is_replaced = True
            incident = new_incident()
            status = message["status"]
            log.warning("error_answer", incident=incident, status=status, path=self.scope["path"])
            page = _page(self.scope, status, incident)
            await page(self.scope, self.receive, self.forward)
            return
        await self.forward(message)

    def _is_foreign_error(self, message: Message) -> bool:
        kind = Headers(raw=message["headers"]).get("content-type", "")
        is_ours = kind.startswith("text/html") or self.scope["path"] in FOR_PROGRAMS
        return message["status"] >= 400 and not is_ours


def _page(scope: Scope, status: int, incident: str) -> Response:
    if scope["path"] in FOR_PROGRAMS:
        return JSONResponse({"status": "error", "incident": incident}, status_code=status)
    notice = BROKEN if status >= 500 else OURS.get(status, BAD_REQUEST)
    return notice_page(notice, status=status, incident=incident)
