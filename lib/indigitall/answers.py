"""Judge an HTTP answer: the status in the body counts as much as the one of HTTP."""

import json
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import (
    BadRequestError,
    CredentialError,
    EncodingError,
    ForbiddenError,
    NotFoundError,
    NotOfferedError,
    RateLimitedError,
    RedirectedError,
    RequestRefusedError,
    ServerFailureError,
    TruncatedAnswerError,
    UnexpectedFormatError,
)
from lib.indigitall.streamed import StreamedAnswer

__all__ = ["check_csv", "csv_text", "decode", "entries_of", "json_envelope", "value_at"]

REDIRECTED, FAILED = 300, 400
SERVER_FAILED = 500
TOO_MANY_REQUESTS = 429
REFUSALS: dict[int, tuple[type[RequestRefusedError], str]] = {
    401: (CredentialError, "check the project's server key and the region of the address"),
    403: (ForbiddenError, "check which projects the key reaches and how wide the window is"),
    404: (NotFoundError, "the API has no such object for this project"),
}
# What this API says when the path itself is not offered to a credential.
ROUTE_MISSING = re.compile(r"route\b.*\bnot found", re.IGNORECASE)
LONGEST_MESSAGE = 200


def check_csv(answer: StreamedAnswer, endpoint: Endpoint) -> None:
    """Raise what the answer fails with; a body that begins with `{` is an error envelope.

    Returns with the body unread when it may be CSV. Raises RequestRefusedError, TemporaryError or
    AnswerError.
    """
    _never_elsewhere(answer, endpoint)
    if answer.status_code >= FAILED:
        json_envelope(answer, endpoint)
    first = answer.first_byte()
    if first == b"{":
        json_envelope(answer, endpoint)
    if first in {b"{", b"<"}:
        found = "HTML" if first == b"<" else "a JSON object without an error"
        raise UnexpectedFormatError(endpoint.name, f"CSV was expected and {found} came")


def csv_text(answer: StreamedAnswer, endpoint: Endpoint) -> str:
    """The CSV of a successful answer as one text. Raises as `check_csv`, and EncodingError."""
    check_csv(answer, endpoint)
    return decode(answer.content, endpoint)


def json_envelope(response: StreamedAnswer, endpoint: Endpoint) -> dict[str, Any]:
    """The envelope of a successful answer: both statuses are below 400. Raises as `check_csv`."""
    _never_elsewhere(response, endpoint)
    status = response.status_code
    try:
        text = decode(response.content, endpoint)
        envelope = json.loads(text, parse_constant=_no_constant)
    except (ValueError, EncodingError) as error:
        if status >= FAILED:
            _refuse(endpoint, status, _plain_text(response.content), response)
        if isinstance(error, EncodingError):
            raise
        if text.lstrip().startswith("{") and not text.rstrip().endswith("}"):
            raise TruncatedAnswerError(endpoint.name, "the JSON ends in the middle") from error
        raise UnexpectedFormatError(
            endpoint.name, "a JSON object was expected and something else came"
        ) from error
    said = envelope.get("statusCode") if isinstance(envelope, dict) else None
    # a failing HTTP status is never overruled by a body that claims success
    effective = said if isinstance(said, int) and said >= FAILED else status
    response.said_status = effective
    if effective >= FAILED:
        message = envelope.get("message") if isinstance(envelope, dict) else None
        _refuse(endpoint, effective, str(message or "no message"), response)
    if not isinstance(envelope, dict):
        raise UnexpectedFormatError(
            endpoint.name, "an envelope with statusCode and data was expected and a list came"
        )
    return envelope


def value_at(envelope: Mapping[str, Any], path: Iterable[str]) -> Any:  # noqa: ANN401
    """What stands at this path of names, None when there is none."""
    found: Any = envelope
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def entries_of(envelope: Mapping[str, Any], endpoint: Endpoint) -> list[Any]:
    """The entries of an answer; a single object is a list of one. Raises UnexpectedFormatError."""
    entries = value_at(envelope, endpoint.records_path)
    if endpoint.is_single and isinstance(entries, dict):
        return [entries]
    if not isinstance(entries, list):
        place = ".".join(endpoint.records_path)
        raise UnexpectedFormatError(
            endpoint.name, f"a list in {place} was expected and {type(entries).__name__} came"
        )
    return entries


def decode(body: bytes, endpoint: Endpoint) -> str:
    """Strict UTF-8, whatever charset the answer names or leaves out. Raises EncodingError."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingError(endpoint.name, error.start, body[error.start : error.end]) from error


def _never_elsewhere(answer: StreamedAnswer, endpoint: Endpoint) -> None:
    if REDIRECTED <= answer.status_code < FAILED:
        raise RedirectedError(
            endpoint.name,
            f"an answer was expected and a redirect ({answer.status_code}) came; it is not"
            " followed: check the address in INDIGITALL_API_URL and the endpoint's path",
        )


def _refuse(endpoint: Endpoint, status: int, message: str, response: StreamedAnswer) -> NoReturn:
    message = message[:LONGEST_MESSAGE]
    if status == TOO_MANY_REQUESTS:
        wait = _retry_after_s(response)
        raise RateLimitedError(endpoint.name, "too many requests (429)", wait, status)
    if status >= SERVER_FAILED:
        wait = _retry_after_s(response)
        what = f"the API failed with {status} ({message})"
        raise ServerFailureError(endpoint.name, what, wait, status)
    kind, advice = REFUSALS.get(status, (BadRequestError, "check the request's parameters"))
    if kind is NotFoundError and (ROUTE_MISSING.search(message) or not _is_json(response)):
        kind, advice = NotOfferedError, "this credential is not offered the endpoint"
    raise kind(endpoint.name, status, message, advice)


def _retry_after_s(response: StreamedAnswer) -> float:
    """Seconds asked for by Retry-After; its date form is measured from the answer's own Date."""
    asked = response.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
        said_at = parsedate_to_datetime(response.headers.get("Date", ""))
        wait: float = (until - said_at).total_seconds()
        return max(0.0, wait)
    except (ValueError, TypeError):
        # no date, or one with and one without offset: our own waits do
        return 0.0


def _is_json(response: StreamedAnswer) -> bool:
    return response.content.lstrip()[:1] == b"{"


def _plain_text(body: bytes) -> str:
    return body[:LONGEST_MESSAGE].decode("utf-8", errors="replace").strip() or "no message"


def _no_constant(name: str) -> NoReturn:
    # PostgreSQL's jsonb takes neither NaN nor Infinity, and no JSON standard does
    raise ValueError(name)
