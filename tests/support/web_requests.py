"""The corpus of hostile requests: data files by technique, each request with its answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[1] / "isolation" / "web_requests"
PLACE = re.compile(r"\{([a-z_]+)\}")
SOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
)
FORM = "Content-Type: application/x-www-form-urlencoded"


@dataclass(frozen=True)
class WebRequest:
    """One request and what has to come of it; the folder's README explains the fields."""

    id: str
    technique: str
    status: frozenset[int]
    ask: str = ""
    raw: str | None = None
    headers: tuple[str, ...] = ()
    body: str = ""
    form: str | None = None
    socket: bool = False
    server: str = "entrance"
    variant: bool = False
    then: Mapping[str, object] = field(default_factory=dict)

    def content(self, places: Mapping[str, Callable[[], str]]) -> bytes:
        """The bytes to send, with every place filled in."""
        if self.raw is not None:
            return _filled(self.raw, places).encode()
        body = _filled(self.form if self.form is not None else self.body, places)
        lines = [f"{self.ask} HTTP/1.1", "Host: {host}", *self.headers]
        lines += SOCKET if self.socket else ()
        lines += [FORM] if self.form is not None else []
        lines += [f"Content-Length: {len(body.encode())}"] if body else []
        is_upgraded = any(line.startswith("Connection:") for line in lines)
        lines += [] if is_upgraded else ["Connection: close"]
        return (_filled("\r\n".join(lines), places) + "\r\n\r\n" + body).encode()


@lru_cache(maxsize=1)
def web_requests() -> tuple[WebRequest, ...]:
    """The whole corpus."""
    return tuple(
        _request(entry, content["technique"])
        for path in sorted(FOLDER.glob("*.yaml"))
        for content in [yaml.safe_load(path.read_text(encoding="utf-8"))]
        for entry in content["requests"]
    )


def _request(entry: dict, technique: str) -> WebRequest:
    status = entry.pop("status")
    known = frozenset(status if isinstance(status, list) else [status])
    headers = tuple(entry.pop("headers", ()))
    return WebRequest(technique=technique, status=known, headers=headers, **entry)


def _filled(text: str, places: Mapping[str, Callable[[], str]]) -> str:
    return PLACE.sub(lambda found: places[found[1]](), text)
