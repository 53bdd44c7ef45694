"""The endpoints: read the credential and the parameters, cut the world at now, answer."""

import json

from starlette.requests import Request
from starlette.responses import Response

from infra.sandbox.access import ACCOUNT_ID, Grant
from infra.sandbox.envelope import ApiError, answer, csv_answer
from infra.sandbox.parameters import page, required, seven_days, whole_number
from infra.sandbox.profiles import ProjectProfile
from infra.sandbox.served import HEADER
from infra.sandbox.world import ProjectWorld

LIST_PAGE, HISTORY_PAGE, SESSIONS_PAGE = 100, 5_000, 50_000
FORBIDDEN = "operation forbidden"


async def status(_request: Request) -> Response:
    """Reachability; no credential asked."""
    return answer({"status": "up"})


async def log_in(request: Request) -> Response:
    """`{"mail", "password"}` for a token that works for an hour as `Bearer`."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise ApiError(400, "the body must be JSON") from None
    if not isinstance(body, dict):
        raise ApiError(400, "the body must be an object with mail and password")
    access, now = request.app.state.access, request.app.state.clock()
    token = access.log_in(body.get("mail"), body.get("password"), now)
    user = {"accountId": ACCOUNT_ID, "roleType": "account_admin"}
    return answer({"accessToken": token, "user": user})


async def applications(request: Request) -> Response:
    """The projects the credential sees."""
    grant = grant_of(request)
    wanted = page(request.query_params, LIST_PAGE)
    seen = [_application(profile) for profile in _visible(request, grant)]
    return answer(wanted.of(seen), count=len(seen))


async def application_stats(request: Request) -> Response:
    """Totals per project; the chat projects of the sandbox have no push traffic."""
    grant = grant_of(request)
    wanted = page(request.query_params, LIST_PAGE)
    seen = [_totals(profile) for profile in _visible(request, grant)]
    return answer(wanted.of(seen), count=len(seen))


async def contacts(request: Request) -> Response:
    """The project's contacts, a hundred at most a page, without a total."""
    project, now = asked_project(request)
    wanted = page(request.query_params, LIST_PAGE)
    return answer(wanted.of(project.contact_payloads(now)))


async def history(request: Request) -> Response:
    """Messages of up to 7 days as CSV, oldest first; past the end only the header comes."""
    project, now = asked_project(request)
    wanted = page(request.query_params, HISTORY_PAGE)
    start, end = seven_days(request.query_params)
    rows = wanted.of(project.messages_between(start, end, now))
    return csv_answer(HEADER + project.csv_lines(rows, now))


async def agent_sessions(request: Request) -> Response:
    """The snapshot of agent sessions, strangers' ones included; `email` narrows it to one agent."""
    project, now = asked_project(request)
    limit = page(request.query_params, SESSIONS_PAGE).limit
    email = request.query_params.get("email", "").strip()
    rows = project.session_payloads(now)
    return answer([row for row in rows if not email or row["email"] == email][:limit])


async def agent_status(request: Request) -> Response:
    """How many agents have an open session now."""
    project, now = asked_project(request)
    return answer({"activeAgents": project.active_agent_count(now)})


async def channels(request: Request) -> Response:
    """The project's lines."""
    project, _ = asked_project(request)
    lines = [
        {
            "id": line.instance_id,
            "type": line.kind,
            "name": line.name,
            "phoneNumber": line.phone or None,
            "status": "active",
        }
        for line in project.profile.lines
    ]
    return answer(lines, count=len(lines))


def grant_of(request: Request) -> Grant:
    """What the request's credential sees. ApiError 401."""
    state = request.app.state
    header = request.headers.get("authorization", "")
    grant: Grant = state.access.grant_of(header, state.clock())
    return grant


def asked_project(request: Request) -> tuple[ProjectWorld, int]:
    """The project asked for, grown up to now, and now in UTC seconds. ApiError 400, 401, 403."""
    grant = grant_of(request)
    required(request.query_params, "applicationId")
    project_id = whole_number(request.query_params, "applicationId")
    world, now = request.app.state.world, request.app.state.clock()
    if not grant.allows(project_id) or project_id not in world.projects:
        raise ApiError(403, FORBIDDEN)
    world.extend(now)
    return world.project(project_id), int(now.timestamp())


def _visible(request: Request, grant: Grant) -> list[ProjectProfile]:
    """Profiles the credential reaches, narrowed by an optional applicationId."""
    only = whole_number(request.query_params, "applicationId", default=0)
    if only and not grant.allows(only):
        raise ApiError(403, FORBIDDEN)
    profiles = [project.profile for project in request.app.state.world.projects.values()]
    return [
        profile
        for profile in profiles
        if grant.allows(profile.project_id) and only in (0, profile.project_id)
    ]


def _application(profile: ProjectProfile) -> dict[str, object]:
    switches = ("android", "ios", "webpush", "safari", "harmony", "pushLocation")
    return {
        "id": profile.project_id,
        "createdAt": "2022-11-03T15:20:11.120Z",
        "name": profile.name,
        "logoFile": f"{profile.slug}.png",
        "monochromeLogoFile": None,
        "monochromeLogoColor": None,
        "publicKey": f"00000000-0000-4000-9000-000000{profile.project_id}",
        **{f"{switch}Enabled": False for switch in switches},
        "chatEnabled": True,
        "deleteDevicesConfiguration": {},
    }


def _totals(profile: ProjectProfile) -> dict[str, object]:
    kinds = ("sent", "scheduled", "welcome", "fidelity", "goefencing", "network")
    return {
        "id": profile.project_id,
        "name": profile.name,
        "campaigns": dict.fromkeys(kinds, 0),
        "devices": dict.fromkeys(("android", "ios", "webpush", "safari"), 0),
        "impacts": dict.fromkeys(("total", "today", "lastWeek", "lastMonth"), 0),
    }
