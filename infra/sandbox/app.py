"""The sandbox as an ASGI application: Indigitall's paths over an invented world."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from infra.sandbox import endpoints
from infra.sandbox.access import AccessBook, Clock, demo_access
from infra.sandbox.campaign_endpoints import CAMPAIGN_ROUTES
from infra.sandbox.envelope import ApiError, refusal, route_not_found
from infra.sandbox.optional_endpoints import OPTIONAL_ROUTES
from infra.sandbox.world import World
from lib import clock as product_clock

ROUTES = (
    Route("/v1/status", endpoints.status),
    Route("/v1/auth", endpoints.log_in, methods=["POST"]),
    Route("/v1/application", endpoints.applications),
    Route("/v1/application/stats", endpoints.application_stats),
    Route("/v1/chat/contacts", endpoints.contacts),
    Route("/v1/chat/history/csv", endpoints.history),
    Route("/v1/chat/agent/conversations", endpoints.agent_sessions),
    Route("/v1/chat/agent/status", endpoints.agent_status),
    Route("/v1/chat/channel", endpoints.channels),
    *CAMPAIGN_ROUTES,
    *OPTIONAL_ROUTES,
)


def create_app(
    world: World, clock: Clock = product_clock.now, access: AccessBook | None = None
) -> Starlette:
    """The API over a world; `clock` gives the aware instant up to which things have happened.

    When the clock enters a new local day the world grows by it; nothing that was served changes
    but late states.
    """
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            ApiError: refusal,
            404: route_not_found,
            405: route_not_found,
            HTTPException: route_not_found,
        },
    )
    app.state.world = world
    app.state.clock = clock
    app.state.access = access or demo_access()
    return app
