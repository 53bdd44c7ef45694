"""What the contract lists and no table of ours is made of: small, the same at every asking."""

from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.sandbox.campaign_endpoints import CREATED, NINETY, UPDATED
from infra.sandbox.campaigns import campaign_rows, campaigns_of
from infra.sandbox.endpoints import FORBIDDEN, asked_project, grant_of
from infra.sandbox.envelope import ApiError, answer
from infra.sandbox.parameters import Page, required, whole_number, window

SMS_PAGE = 1000
SENT_ON = date(2026, 1, 15)
TOPICS = ("Créditos", "Ahorro", "Soporte")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


async def topics(request: Request) -> Response:
    """Topics of the contact centre, or those that SMS contacts can subscribe to."""
    asked_project(request)
    listed = enumerate(TOPICS, start=1)
    return answer([{"id": n, "name": name, "isActive": True} for n, name in listed])


async def integrations(request: Request) -> Response:
    """The bot and the agents."""
    asked_project(request)
    return answer([{"id": 1, "type": "df"}, {"id": 2, "type": "agent"}])


async def configuration(request: Request) -> Response:
    """Settings of the chat, as one object."""
    project, _ = asked_project(request)
    return answer({"id": project.profile.project_id, "agentTimeoutMinutes": 60})


async def push_heatmap(request: Request) -> Response:
    """Rates by hour and weekday, never counts."""
    _named_project(request)
    window(request.query_params, NINETY)
    hours = {str(hour): round(0.02 + hour / 1000, 3) for hour in range(8, 18)}
    return answer({"heatmap": "general", "hour": hours, "weekday": dict.fromkeys(WEEKDAYS, 0.03)})


async def device_stats(request: Request) -> Response:
    """Device counts of a week: only an empty answer has been seen."""
    _named_project(request)
    window(request.query_params, 7)
    return answer([])


async def dashboard(request: Request) -> Response:
    """Totals of the dashboard, which needs dates."""
    _named_project(request)
    window(request.query_params, NINETY)
    return answer({"impacts": 0, "clicks": 0})


async def campaign(request: Request) -> Response:
    """One push campaign; whose it is stands in the answer alone."""
    grant = grant_of(request)
    wanted = whole_number(request.path_params, "campaign_id")
    for number in request.app.state.world.projects:
        for found in campaigns_of(number, "push"):
            if found.campaign_id == wanted and grant.allows(number):
                about = {"id": wanted, "applicationId": number, "name": found.name}
                return answer({**about, "type": "push", "status": "sent", "createdAt": CREATED})
    raise ApiError(404, "not found")


async def sms_campaign_history(request: Request) -> Response:
    """The days of one SMS campaign up to today, without a limit of days."""
    project, now = asked_project(request)
    wanted = whole_number(request.path_params, "campaign_id")
    today = datetime.fromtimestamp(now, UTC).date()
    rows = campaign_rows(project.profile.project_id, "sms", date(2025, 1, 10), today)
    return answer([row for row in rows if row["campaignId"] == wanted])


async def sms_sendings(request: Request) -> Response:
    """Single sendings, newest first; pages count from 1."""
    project, _ = asked_project(request)
    number = project.profile.project_id
    found = [
        {
            "id": 81_000_000 + place,
            "applicationId": number,
            "campaignId": each.campaign_id,
            "sentAt": f"{SENT_ON}T15:00:00.000Z",
            "mode": "massive",
            "type": "campaign",
            "flash": False,
            "cancelled": False,
            "estimatedChunks": 1,
        }
        for place, each in enumerate(campaigns_of(number, "sms"))
    ]
    return answer({"sendings": _v2_page(request).of(found[::-1])}, count=len(found))


async def sms_contacts(request: Request) -> Response:
    """Contacts of SMS; one of two has unsubscribed. Pages count from 1."""
    project, _ = asked_project(request)
    number = project.profile.project_id
    found = [
        {
            "id": 82_000_000 + place,
            "phone": f"57300{number}{place:01d}",
            "countryCode": "CO",
            "externalCode": None,
            "enabled": place % 2 == 0,
            "createdAt": CREATED,
            "updatedAt": UPDATED,
            "unsubscriptionUrl": None,
        }
        for place in range(4)
    ]
    return answer({"contacts": _v2_page(request).of(found)}, count=len(found))


async def journey_daily(request: Request) -> Response:
    """Statistics of journeys: nobody has seen a row."""
    asked_project(request)
    window(request.query_params, NINETY)
    return answer([])


def _named_project(request: Request) -> None:
    """Check the project in the path. Raises ApiError 401 or 403."""
    project_id = whole_number(request.path_params, "project_id")
    is_known = project_id in request.app.state.world.projects
    if not grant_of(request).allows(project_id) or not is_known:
        raise ApiError(403, FORBIDDEN)


def _v2_page(request: Request) -> Page:
    """`limit` and `page` of a v2 list, whose pages count from 1. Raises ApiError 400."""
    required(request.query_params, "limit")
    limit = whole_number(request.query_params, "limit")
    number = whole_number(request.query_params, "page", default=1)
    if not 1 <= limit <= SMS_PAGE or number < 1:
        raise ApiError(400, f"limit from 1 to {SMS_PAGE} and page from 1 were expected")
    return Page(limit, number - 1)


OPTIONAL_ROUTES = (
    Route("/v1/chat/topic", topics),
    Route("/v1/chat/integration", integrations),
    Route("/v1/chat/configuration", configuration),
    Route("/v1/application/{project_id}/pushHeatmap", push_heatmap),
    Route("/v1/application/{project_id}/stats/device", device_stats),
    Route("/v1/application/{project_id}/stats/dashboard", dashboard),
    Route("/v1/campaign/{campaign_id}", campaign),
    Route("/v2/sms/stats/campaign/{campaign_id}", sms_campaign_history),
    Route("/v2/sms/send", sms_sendings),
    Route("/v2/sms/contact", sms_contacts),
    Route("/v2/sms/topic", topics),
    Route("/v2/journey/stats", journey_daily),
)
