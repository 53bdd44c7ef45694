"""The sandbox with faults: an ASGI layer that counts, spoils, and is told what to spoil.

GET    /sandbox/requests     requests per path and minute
POST   /sandbox/faults       a JSON list of faults to add (`infra.sandbox.faults.Fault`)
DELETE /sandbox/faults       nothing goes wrong any more
"""

from datetime import UTC

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.sandbox.access import Clock
from infra.sandbox.faults import Fault, FaultPlan, RequestCounter
from infra.sandbox.spoiled import Answer, spoiled

__all__ = ["Troubled"]

CONTROL = "/sandbox/"
FAULTS = TypeAdapter(list[Fault])


class ConnectionCutError(Exception):
    """Raised to make the server drop the connection; nothing is wrong with the sandbox."""


class Troubled:
    """An API around which things go wrong as its plan says; `plan` and `counter` can be read."""

    def __init__(self, app: ASGIApp, clock: Clock, plan: FaultPlan | None = None) -> None:
        self.plan = plan or FaultPlan()
        self.counter = RequestCounter()
        self._app = app
        self._clock = clock
        self._control = Starlette(
            routes=[
                Route("/sandbox/requests", self._requests),
                Route("/sandbox/faults", self._faults, methods=["POST", "DELETE"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; raises ConnectionCutError after half an answer where that is the fault."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(CONTROL):
            await self._control(scope, receive, send)
            return
        self.counter.count(path, self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"))
        kind = self.plan.next(path)
        if kind is None:
            await self._app(scope, receive, send)
            return
        await _send(await spoiled(kind, await self._answer(scope, receive)), send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        parts: list[Message] = []

        async def keep(message: Message) -> None:
            parts.append(message)

        await self._app(scope, receive, keep)
        start = next(part for part in parts if part["type"] == "http.response.start")
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        headers.pop("content-length", None)
        body = b"".join(part.get("body", b"") for part in parts)
        return Answer(start["status"], headers, body)

    async def _requests(self, _request: Request) -> Response:
        return JSONResponse(self.counter.as_json())

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.plan.clear()
            return JSONResponse({"waiting": 0})
        try:
            self.plan.add(FAULTS.validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"message": str(error)}, status_code=400)
        return JSONResponse({"waiting": len(self.plan.asked_for)})


async def _send(answer: Answer, send: Send) -> None:
    length = str(len(answer.body) + answer.missing)
    headers = [*answer.headers.items(), ("content-length", length)]
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    is_cut = answer.missing > 0
    await send({"type": "http.response.body", "body": answer.body, "more_body": is_cut})
    if is_cut:
        raise ConnectionCutError(f"{answer.missing} bytes are missing on purpose")
