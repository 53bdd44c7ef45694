"""The routes of entering and leaving: /auth/token, /auth/ticket, /salir."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from lib.auth.entrance import RefusedError
from lib.web.door import Door, Knock
from lib.web.notices import leave_page

__all__ = ["AUTH_PATHS", "LEAVE", "TICKET", "TOKEN", "auth_routes", "redeem"]

TOKEN, TICKET, LEAVE = "/auth/token", "/auth/ticket", "/salir"
AUTH_PATHS = frozenset({TOKEN, TICKET, LEAVE})
FORM = "application/x-www-form-urlencoded"


async def redeem(door: Door, tokens: list[str], knock: Knock, next_path: str) -> Response:
    """The answer to a request that brings a token; more than one is none."""
    if len(tokens) != 1:
        return await door.refusal(RefusedError("token", "several_tokens"), knock)
    return await door.redeem_token(tokens[0], knock, next_path)


def auth_routes(door: Door) -> list[BaseRoute]:
    """Our routes of entering and leaving."""

    async def token(request: Request) -> Response:
        """A token by POST from the issuer's page, or by GET in the address."""
        knock = Knock.of(request.scope)
        if request.method == "GET":
            given = request.query_params.getlist("token")
            return await redeem(door, given, knock, _only(request, "next"))
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return await door.refusal(RefusedError("token", "no_form"), knock, status=415)
        # whether it is the origin of this token's own issuer is asked once that is known
        if knock.posted_from not in door.entrance.issuers.allowed_origins:
            return await door.refusal(RefusedError("token", "foreign_origin"), knock, status=403)
        form = parse_qs((await request.body()).decode("latin-1"), keep_blank_values=True)
        following = form.get("next", [""])
        return await redeem(door, form.get("token", []), knock, following[0])

    async def ticket(request: Request) -> Response:
        given = request.query_params.getlist("ticket")
        if len(given) != 1:
            error = RefusedError("local", "ticket_unusable")
            return await door.refusal(error, Knock.of(request.scope))
        knock = Knock.of(request.scope)
        return await door.redeem_ticket(given[0], knock, _only(request, "next"))

    async def leave(request: Request) -> Response:
        if request.method == "GET":
            return leave_page()
        form = parse_qs((await request.body()).decode("latin-1"), keep_blank_values=True)
        await door.leave(request.headers, everywhere="todas" in form)
        answer = RedirectResponse("/", status_code=303)
        answer.headers["set-cookie"] = door.cookie.farewell()
        answer.headers["clear-site-data"] = '"cache"'
        return answer

    return [
        Route(TOKEN, token, methods=["GET", "POST"]),
        Route(TICKET, ticket, methods=["GET"]),
        Route(LEAVE, leave, methods=["GET", "POST"]),
    ]


def _only(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 else ""
