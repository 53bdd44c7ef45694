"""The endpoints of campaigns: lists, and statistics per day of the source up to today's."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.sandbox.campaigns import application_rows, campaign_rows, campaigns_of
from infra.sandbox.endpoints import FORBIDDEN, LIST_PAGE, asked_project, grant_of
from infra.sandbox.envelope import ApiError, answer
from infra.sandbox.parameters import page, whole_number, window

Handler = Callable[[Request], Awaitable[Response]]
NINETY, NINETY_NINE = 90, 99
CREATED, UPDATED = "2025-01-10T12:00:00.000Z", "2026-01-15T12:00:00.000Z"


async def push_campaigns(request: Request) -> Response:
    """Push campaigns, a hundred at most a page."""
    project, _ = asked_project(request)
    number = project.profile.project_id
    wanted = page(request.query_params, LIST_PAGE)
    listed = [
        {
            "campaign": {
                "id": campaign.campaign_id,
                "applicationId": number,
                "name": campaign.name,
                "type": "push",
                "status": "sent",
                "createdAt": CREATED,
                "updatedAt": UPDATED,
            }
        }
        for campaign in campaigns_of(number, "push")
    ]
    return answer(wanted.of(listed))


async def push_campaign_daily(request: Request) -> Response:
    """Push statistics per campaign, day and platform."""
    project, now = asked_project(request)
    first, last = _days(request, NINETY, now)
    rows = campaign_rows(project.profile.project_id, "push", first, last)
    return answer(page(request.query_params, LIST_PAGE).of([{"stat": row} for row in rows]))


async def push_daily(request: Request) -> Response:
    """Push statistics of the whole application per day and platform."""
    project_id = whole_number(request.path_params, "project_id")
    world = request.app.state.world
    if not grant_of(request).allows(project_id) or project_id not in world.projects:
        raise ApiError(403, FORBIDDEN)
    if request.query_params.get("periodicity") not in {"daily", "hourly"}:
        raise ApiError(400, "periodicity must be hourly or daily")
    first, last = _days(request, NINETY, int(request.app.state.clock().timestamp()))
    return answer(application_rows(project_id, "push", first, last))


def v2_list(channel: str) -> Handler:
    """The list of a v2 channel: its array stands under the collection's name."""

    async def respond(request: Request) -> Response:
        project, _ = asked_project(request)
        listed = [
            {
                "id": campaign.campaign_id,
                "name": campaign.name,
                "enabled": True,
                "lastSendingMode": "massive",
                "createdAt": CREATED,
                "updatedAt": UPDATED,
            }
            for campaign in campaigns_of(project.profile.project_id, channel)
        ]
        return answer({"campaigns": listed}, count=len(listed))

    return respond


def statistics(channel: str, most_days: int, *, by_campaign: bool) -> Handler:
    """Statistics of a channel, per campaign or of the whole application."""

    async def respond(request: Request) -> Response:
        project, now = asked_project(request)
        first, last = _days(request, most_days, now)
        number = project.profile.project_id
        if by_campaign:
            return answer(list(campaign_rows(number, channel, first, last)))
        return answer(application_rows(number, channel, first, last))

    return respond


def _days(request: Request, most_days: int, now: int) -> tuple[date, date]:
    """The window asked for, cut at today: nothing of the future shows."""
    first, last = window(request.query_params, most_days)
    return first, min(last, datetime.fromtimestamp(now, UTC).date())


CAMPAIGN_ROUTES = (
    Route("/v1/campaign", push_campaigns),
    Route("/v1/campaign/stats", push_campaign_daily),
    Route("/v1/application/{project_id}/dateStats", push_daily),
    Route("/v2/sms/campaign", v2_list("sms")),
    Route("/v2/sms/stats/application", statistics("sms", NINETY_NINE, by_campaign=False)),
    Route("/v2/sms/stats/campaign", statistics("sms", NINETY_NINE, by_campaign=True)),
    Route("/v2/email/campaign", v2_list("email")),
    Route("/v2/email/stats/application", statistics("email", NINETY, by_campaign=False)),
    Route("/v2/email/stats/campaign", statistics("email", NINETY, by_campaign=True)),
    Route("/v1/chat/campaign/stats", statistics("whatsapp", NINETY, by_campaign=True)),
    Route("/v1/inApp/stats", statistics("inapp", NINETY, by_campaign=True)),
)
