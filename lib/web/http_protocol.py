"""The first reading of a connection: what is no HTTP gets our page, and what never ends is ended.

uvicorn reads requests strictly with h11. Its own answer to what cannot be read names no header of
ours and is in English, and it waits for the end of a request's head as long as somebody likes.
"""

import asyncio
import base64
import binascii
from collections.abc import Mapping

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.log import get_logger
from lib.web.notices import BAD_REQUEST, notice_page

__all__ = ["StrictProtocol", "http_protocol"]

log = get_logger(__name__)
HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 900
KEY_BYTES = 16
OF_LAST_ANSWER = {
    "connection": "close",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}


class StrictProtocol(H11Protocol):
    """HTTP/1.1 of which the head comes in time, and our page for what is none."""

    headers_of_answers: Mapping[str, str] = {}
    head_seconds = HEAD_SECONDS
    most_connections = MOST_CONNECTIONS
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            log.warning("too_many_connections")
            transport.abort()
            return
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        if not _is_handshake(event):
            self.send_400_response("no websocket handshake")
            return
        self._stop_watching()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Our page instead of the reason, and the end of the connection."""
        log.info("request_unreadable", reason=msg)
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            page = notice_page(BAD_REQUEST)
            answer = {**self.headers_of_answers, **OF_LAST_ANSWER}
            sent = [(name.encode(), value.encode()) for name, value in answer.items()]
            sent += [pair for pair in page.raw_headers if pair[0].decode() not in answer]
            response = h11.Response(status_code=400, headers=sent, reason=b"Bad Request")
            events = (response, h11.Data(data=bytes(page.body)), h11.EndOfMessage())
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch_head(self) -> None:
        """Start the clock while a head is awaited; once it runs, more of it does not help."""
        is_awaited = self.cycle is None or self.cycle.response_complete
        if not is_awaited or self.transport.is_closing():
            self._stop_watching()
        elif self.head_timer is None and self.transport.get_protocol() is self:
            self.head_timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_watching(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def http_protocol(
    headers: Mapping[str, str],
    *,
    head_seconds: float = HEAD_SECONDS,
    most_connections: int = MOST_CONNECTIONS,
) -> type[H11Protocol]:
    """The protocol class for uvicorn; `headers` stand on its answers as on all others."""
    limits = {"head_seconds": head_seconds, "most_connections": most_connections}
    return type("Protocol", (StrictProtocol,), {"headers_of_answers": headers, **limits})


def _is_handshake(event: h11.Request) -> bool:
    """Whether a request to become a websocket is a whole one (RFC 6455, 4.2.1)."""
    keys = [value for name, value in event.headers if name == b"sec-websocket-key"]
    versions = [value for name, value in event.headers if name == b"sec-websocket-version"]
    try:
        has_key = len(keys) == 1 and len(base64.b64decode(keys[0], validate=True)) == KEY_BYTES
    except binascii.Error:
        return False
    return has_key and versions == [b"13"] and event.method == b"GET"
