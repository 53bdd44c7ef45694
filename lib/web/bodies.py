"""Bodies of requests: read whole before anybody sees them, up to a size and within a time."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import Message, Receive

__all__ = ["BodyRefusedError", "read_whole"]


class BodyRefusedError(Exception):
    """A body too long, too slow or broken off; `status` is the answer, None when nobody waits."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        super().__init__(f"expected a short body in time, refused with {status}")


async def read_whole(receive: Receive, headers: Headers, limit: int, seconds: float) -> Receive:
    """A `receive` that gives the whole body at once, if there is one.

    Raises BodyRefusedError: 413 when it is announced or found to be longer than `limit` bytes, 408
    when its end does not come in time, None when the client has gone.
    """
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return receive
    declared = headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()):
        raise BodyRefusedError(400)
    # the length of the number first: Python refuses to read very long ones
    if len(declared) > len(str(limit)) or int(declared) > limit:
        raise BodyRefusedError(413)
    try:
        body = await asyncio.wait_for(_read(receive, limit), seconds)
    except TimeoutError:
        raise BodyRefusedError(408) from None
    return _giving(body, receive)


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BodyRefusedError(None)
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyRefusedError(413)
        if not message.get("more_body", False):
            return bytes(body)


def _giving(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
