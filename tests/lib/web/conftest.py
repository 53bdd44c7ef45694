"""The outer layers of the application around a small inner one that tells what reaches it."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from lib.config import Settings
from lib.db.scoped import close_app_connections
from lib.web.app import build_door, outer_layers
from lib.web.auth_routes import auth_routes
from lib.web.cookies import SessionCookie
from lib.web.readiness import Readiness
from lib.web.routes import build_routes
from tests.support.door import accounts, ask, crm_secret, door, token_of
from tests.support.visitors import NOW, register, secret_of, visitor
from tests.support.web import PROJECTS, SECRET

__all__ = ["accounts", "ask", "crm_secret", "door", "token_of"]
COOKIE = SessionCookie(is_https=False)


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "INDIGITALL_MASTER_SECRET": SECRET,
            "INDIGITALL_PII_KEY": SECRET[::-1],
            "BASE_URL": "http://analytics.example.com",
        }
    )


@pytest.fixture(scope="module")
def projects(module_database):
    """The three projects in a database, where sessions are."""
    register(*PROJECTS.values())
    yield PROJECTS
    close_app_connections()


@pytest.fixture
def session_of(projects):
    """The cookie of a visitor who has entered a project."""

    def cookie(slug, now=NOW, **changes):
        project = projects[slug]
        return f"{COOKIE.name}={secret_of(visitor(project.project_id, slug, **changes), now)}"

    return cookie


async def tell(request):
    return JSONResponse(sorted(request.headers.items()))


async def tell_socket(websocket):
    await websocket.accept()
    await websocket.send_json(sorted(websocket.headers.items()))
    await websocket.close()


def find_project(slug):
    if slug == "sin-base":
        raise OperationalError("select", {}, Exception("down"))
    return PROJECTS.get(slug)


@pytest.fixture
def readiness():
    return Readiness({"demo": 12}, "abc", ())


@pytest.fixture
def app(settings, projects, monkeypatch, readiness):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    door = build_door(settings, find_project)
    ours = build_routes(
        auth_modes=settings.auth_modes,
        check=lambda: readiness,
        shell=lambda: "<html lang='es'>shell</html>",
    )
    inner = [
        Route("/media/{name}", tell),
        Route("/static/{name}", tell),
        WebSocketRoute("/_stcore/stream", tell_socket),
    ]
    return Starlette(
        routes=[*auth_routes(door), *ours, *inner], middleware=outer_layers(settings, door)
    )


@pytest.fixture
def client(app):
    """A browser without redirects followed, at an allowed host."""
    transport = httpx.ASGITransport(app=app)

    async def ask(
        path, headers=None, cookie=None, host="analytics.example.com", method="GET", **options
    ):
        sent = {"host": host, **(headers or {})}
        if cookie:
            sent["cookie"] = cookie
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
            return await browser.request(method, path, headers=sent, **options)

    return ask
