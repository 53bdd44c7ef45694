"""Whatever breaks behind the outer layers leaves as a page of ours."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from lib.log import configure_logging
from lib.web.error_pages import ErrorPages
from lib.web.security_headers import SecurityHeaders

BASE = "http://analytics.example.com"
INNER_WORDS = (
    "Traceback",
    "secreto-de-adentro",
    "RuntimeError",
    "starlette",
    "streamlit",
    "uvicorn",
)


async def broken(_request):
    raise RuntimeError("secreto-de-adentro")


async def half(_request):
    async def pieces():
        yield b"una parte"
        raise RuntimeError("secreto-de-adentro")

    return StreamingResponse(pieces())


async def foreign(request):
    return PlainTextResponse("secreto-de-adentro", status_code=int(request.path_params["status"]))


async def missing(_request):
    raise HTTPException(404, "secreto-de-adentro")


async def talkative(_request):
    told = {"server": "x/1.0", "x-powered-by": "y", "via": "z", "access-control-allow-origin": "*"}
    return Response("ok", headers=told)


async def broken_socket(_websocket):
    raise RuntimeError("secreto-de-adentro")


@pytest.fixture
def app():
    routes = [
        Route("/rota", broken),
        Route("/ready", broken),
        Route("/media", half),
        Route("/ajena/{status}", foreign),
        Route("/falta", missing),
        Route("/static/a.js", talkative),
        WebSocketRoute("/_stcore/stream", broken_socket),
    ]
    layers = [Middleware(SecurityHeaders, base_url=BASE), Middleware(ErrorPages)]
    return Starlette(routes=routes, middleware=layers)


@pytest.fixture
def get(app):
    async def ask(path):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as browser:
            return await browser.get(path)

    return lambda path: asyncio.run(ask(path))


def told_nothing(text):
    return [word for word in INNER_WORDS if word.lower() in text.lower()] == []


def test_an_error_nobody_caught_is_a_spanish_page_with_a_number_that_the_log_has(get, capsys):
    configure_logging("json")
    answer = get("/rota")
    assert answer.status_code == 500
    assert "Algo salió mal" in answer.text
    assert told_nothing(answer.text)
    incident = answer.text.partition("Incidente ")[2][:9]
    said = capsys.readouterr().err
    assert incident in said
    assert "RuntimeError" in said


def test_programs_get_json_with_the_number_and_nothing_else(get):
    answer = get("/ready")
    assert answer.status_code == 500
    assert set(answer.json()) == {"status", "incident"}
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/ajena/404", 404, "Página no encontrada"),
        ("/ajena/400", 400, "Solicitud no válida"),
        ("/ajena/416", 416, "Solicitud no válida"),
        ("/ajena/503", 503, "Algo salió mal"),
        ("/falta", 404, "Página no encontrada"),
        ("/nada", 404, "Página no encontrada"),
    ],
)
def test_errors_in_words_of_others_are_replaced(get, path, status, heading):
    answer = get(path)
    assert answer.status_code == status
    assert heading in answer.text
    assert "Incidente " in answer.text
    assert told_nothing(answer.text + str(answer.headers))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_answer_that_breaks_off_is_not_completed(app):
    with pytest.raises(RuntimeError), TestClient(app) as browser:
        browser.get("/media")


def test_a_socket_that_fails_before_it_opens_is_refused_with_the_page(app):
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(app).websocket_connect("/_stcore/stream"),
    ):
        raise AssertionError("the socket was opened")
    assert refused.value.status_code == 500
    assert told_nothing(refused.value.text)


def test_nothing_tells_what_the_server_is_or_lets_other_sites_read(get):
    headers = get("/static/a.js").headers
    for name in ("server", "x-powered-by", "via", "access-control-allow-origin"):
        assert name not in headers
