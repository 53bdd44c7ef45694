"""Indigitall's envelope: every JSON answer carries its own statusCode and message."""

import json

from starlette.requests import Request
from starlette.responses import Response


class ApiError(Exception):
    """A refusal with the status and message Indigitall would give."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(f"{status}: {message}")


def answer(data: object, count: int | None = None) -> Response:
    """A successful answer; `count` appears only where the list has a total."""
    head: dict[str, object] = {"statusCode": 200, "message": "OK"}
    if count is not None:
        head["count"] = count
    return _json_response(200, {**head, "data": data})


def refusal(_request: Request, error: Exception) -> Response:
    """The envelope of an ApiError; starlette calls it as an exception handler."""
    if not isinstance(error, ApiError):
        raise error
    body = {"statusCode": error.status, "message": error.message, "data": None}
    return _json_response(error.status, body)


def route_not_found(_request: Request, _error: Exception) -> Response:
    """The envelope for a path or method nobody offers."""
    return _json_response(404, {"statusCode": 404, "message": "route not found", "data": None})


def csv_answer(text: str) -> Response:
    """CSV as UTF-8 bytes whose content type, as in production, names no charset."""
    return Response(text.encode(), headers={"content-type": "text/csv"})


def _json_response(status: int, body: dict[str, object]) -> Response:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"content-type": "application/json; charset=utf-8"}
    return Response(encoded, status_code=status, headers=headers)
