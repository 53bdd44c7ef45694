"""The outer layers of the application around a small inner one that tells what reaches it."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from lib.auth.identity import Identity, issue_token, signing_key
from lib.config import Settings
from lib.web.app import outer_layers
from lib.web.readiness import Readiness
from lib.web.routes import build_routes
from tests.support.web import NOW, PROJECTS, SECRET


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "INDIGITALL_MASTER_SECRET": SECRET,
            "INDIGITALL_PII_KEY": SECRET[::-1],
            "BASE_URL": "http://analytics.example.com",
        }
    )


@pytest.fixture
def token_of():
    def make(slug, now=NOW):
        project = PROJECTS[slug]
        identity = Identity(project.project_id, slug, "dev")
        return issue_token(identity, now, signing_key(SECRET))

    return make


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
def app(settings, monkeypatch, readiness):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    ours = build_routes(
        auth_mode="dev", check=lambda: readiness, shell=lambda: "<html lang='es'>shell</html>"
    )
    inner = [
        Route("/media/{name}", tell),
        Route("/static/{name}", tell),
        WebSocketRoute("/_stcore/stream", tell_socket),
    ]
    return Starlette(routes=[*ours, *inner], middleware=outer_layers(settings, find_project))


@pytest.fixture
def client(app):
    """A browser without redirects followed, at an allowed host."""
    transport = httpx.ASGITransport(app=app)

    async def get(path, headers=None, cookie=None, host="analytics.example.com"):
        sent = {"host": host, **(headers or {})}
        if cookie:
            sent["cookie"] = cookie
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
            return await browser.get(path, headers=sent)

    return get
