"""What a fault makes of an answer: another status, other bytes, fewer of them, or odd messages."""

import asyncio
import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.sandbox.faults import Kind

__all__ = ["Answer", "spoiled"]

SLOW_SECONDS = 2.0
Headers = dict[str, str]
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it goes out; `missing` bytes are promised by its length and never sent."""

    status: int
    headers: Headers
    body: bytes
    missing: int = 0

    @property
    def is_csv(self) -> bool:
        """Whether it carries messages."""
        return self.headers.get("content-type", "").startswith("text/csv")


async def spoiled(kind: Kind, answer: Answer) -> Answer:
    """The answer as this fault leaves it; a fault that concerns only CSV leaves JSON alone."""
    if kind == "slow":
        await asyncio.sleep(SLOW_SECONDS)
        return answer
    if kind in STATUS:
        return STATUS[kind]
    if kind in BYTES:
        return BYTES[kind](answer)
    if not answer.is_csv:
        return answer
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(ROWS[kind](rows))
    return _with_body(answer, written.getvalue().encode())


def _envelope(http: int, said: int, message: str, **headers: str) -> Answer:
    body = json.dumps({"statusCode": said, "message": message, "data": None}).encode()
    return Answer(http, {"content-type": "application/json; charset=utf-8", **headers}, body)


def _plain(status: int, text: str, **headers: str) -> Answer:
    return Answer(status, {"content-type": "text/html", **headers}, text.encode())


PAGE = "<!DOCTYPE html><html><body><h1>Service</h1></body></html>"
STATUS: Mapping[str, Answer] = {
    "status_400_in_200": _envelope(200, 400, "one or both dates are invalid"),
    "status_404_in_200": _envelope(200, 404, "not found"),
    "status_500_in_200": _envelope(200, 500, "internal server error"),
    "json_error_on_csv": _envelope(200, 503, "internal server error"),
    "429": _envelope(429, 429, "too many requests"),
    "429_retry_after": _envelope(429, 429, "too many requests", **{"retry-after": "1"}),
    "500": _envelope(500, 500, "internal server error"),
    "502": _plain(502, PAGE),
    "503": _plain(503, PAGE),
    "html": _plain(200, PAGE),
    "route_404": _envelope(404, 404, "route not found"),
    "redirect": _plain(302, "", location="http://127.0.0.1:9/elsewhere"),
}


def _with_body(answer: Answer, body: bytes, **headers: str) -> Answer:
    return Answer(answer.status, {**answer.headers, **headers}, body)


def _cut(answer: Answer) -> Answer:
    """The connection ends in the middle of the body."""
    half = len(answer.body) // 2
    return Answer(answer.status, answer.headers, answer.body[:half], len(answer.body) - half)


def _reset(answer: Answer) -> Answer:
    """The connection ends before the first byte of the body."""
    return Answer(answer.status, answer.headers, b"", max(len(answer.body), 1))


def _corrupt_gzip(answer: Answer) -> Answer:
    """Compressed, and damaged on the way."""
    packed = bytearray(gzip.compress(answer.body, mtime=0))
    packed[len(packed) // 2] ^= 0xFF
    packed[-6] ^= 0xFF
    return _with_body(answer, bytes(packed), **{"content-encoding": "gzip"})


def _half_csv(answer: Answer) -> Answer:
    """A whole answer whose text stops inside a row; JSON stops inside a value."""
    half = len(answer.body) // 2
    # never at the end of a line, where half a page would look like a whole one
    while half > 1 and answer.body[half - 1 : half] in b"\r\n":
        half -= 1
    return _with_body(answer, answer.body[:half])


BYTES: Mapping[str, Callable[[Answer], Answer]] = {
    "cut": _cut,
    "reset": _reset,
    "corrupt_gzip": _corrupt_gzip,
    "half_csv": _half_csv,
    "not_utf8": lambda answer: _with_body(answer, answer.body + b"\xff\xfe\n"),
    "invalid_json": lambda answer: _with_body(answer, answer.body.replace(b":", b"", 1)),
}


def _renamed(rows: Rows, names: Mapping[str, str]) -> Rows:
    header, *others = rows
    return [[names.get(name, name) for name in header], *others]


def _changed(rows: Rows, column: str, change: Callable[[str], str]) -> Rows:
    place = rows[0].index(column)
    return [
        row if n == 0 else [*row[:place], change(row[place]), *row[place + 1 :]]
        for n, row in enumerate(rows)
    ]


ROWS: Mapping[str, Callable[[Rows], Rows]] = {
    "nul": lambda rows: _changed(rows, "content", lambda text: f"{text}\0"),
    "wrong_header": lambda rows: _renamed(rows, {"messageId": "eins", "contactId": "zwei"}),
    "extra_column": lambda rows: [[*row, f"new{n or ''}"] for n, row in enumerate(rows)],
    "missing_column": lambda rows: [row[:-1] for row in rows],
    "reordered_columns": lambda rows: [row[::-1] for row in rows],
    "doubled_rows": lambda rows: [*rows, *rows[1:]],
    "unknown_send_type": lambda rows: _changed(rows, "sendType", lambda _: "hologram"),
}
