"""Cookies: reading exactly one of a name, and ours, which carries the id of a session."""

from datetime import datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

__all__ = ["SessionCookie", "cookie_value", "sending_cookie"]

NAME = "indigitall_session"


def cookie_value(headers: Headers, name: str) -> str | None:
    """The value of the cookie; None when it is missing or came more than once.

    A neighbour on the same domain can add a second cookie of our name. There is no telling which
    one is ours, so neither counts.
    """
    pairs = [
        part.strip().partition("=")
        for header in headers.getlist("cookie")
        for part in header.split(";")
    ]
    values = [value for found, _, value in pairs if found == name]
    return values[0] if len(values) == 1 and values[0] else None


class SessionCookie:
    """The cookie of a session: HttpOnly, for this host alone, Secure wherever the base URL is.

    Under https its name begins with `__Host-`, so that no neighbouring domain can set it.
    """

    def __init__(self, *, is_https: bool) -> None:
        self.name = f"__Host-{NAME}" if is_https else NAME
        self.flags = "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if is_https else "")

    def read(self, headers: Headers) -> str | None:
        """The session id a request brings, None without one."""
        return cookie_value(headers, self.name)

    def header(self, secret: str, now: datetime, expires_at: datetime) -> str:
        """The `set-cookie` header that gives a browser its session until it expires."""
        seconds = max(0, int((expires_at - now).total_seconds()))
        return f"{self.name}={secret}; Max-Age={seconds}; {self.flags}"

    def farewell(self) -> str:
        """The `set-cookie` header that makes a browser forget its session."""
        return f"{self.name}=; Max-Age=0; {self.flags}"


def sending_cookie(send: Send, header: str) -> Send:
    """A `send` that adds this `set-cookie` header to the answer."""

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", header)
        await send(message)

    return send_with_cookie
