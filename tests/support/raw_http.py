"""Requests as bytes over a socket, and the answers as they come back."""

import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

PATIENCE_SECONDS = 25
HEAD = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)


@dataclass(frozen=True)
class Heard:
    """Everything that came back; `status` is 0 when nothing did."""

    whole: bytes
    seconds: float

    @property
    def statuses(self) -> list[int]:
        """The status of each answer on the connection."""
        return [int(found) for found in HEAD.findall(self.whole)]

    @property
    def status(self) -> int:
        return self.statuses[0] if self.statuses else 0

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the first answer, names in small letters."""
        lines = self.whole.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        pairs = [line.partition(":") for line in lines]
        return [(name.lower(), value.strip()) for name, _, value in pairs]

    @property
    def body(self) -> str:
        return self.whole.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")

    def values(self, name: str) -> list[str]:
        """Every value of one header of the first answer."""
        return [value for found, value in self.headers if found == name]


def exchange(port: int, content: bytes, source: str, linger: float = PATIENCE_SECONDS) -> Heard:
    """Send these bytes from an address of this machine and hear the connection to its end.

    An upgraded connection is left as soon as it is one; any other `linger` seconds after the last
    it said.
    """
    started = time.monotonic()
    whole = b""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=5, source_address=(source, 0)
    ) as wire:
        # refused before all of it was sent, the answer may be there all the same
        with suppress(OSError):
            wire.sendall(content)
        wire.settimeout(PATIENCE_SECONDS)
        while time.monotonic() - started < PATIENCE_SECONDS:
            try:
                piece = wire.recv(65_536)
            except OSError:
                break
            whole += piece
            wire.settimeout(linger)
            if not piece or whole.startswith(b"HTTP/1.1 101 "):
                break
    return Heard(whole, time.monotonic() - started)
