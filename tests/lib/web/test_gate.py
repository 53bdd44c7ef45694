import asyncio
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from lib.auth.identity import COOKIE, HEADER, read_token, signing_key
from tests.support.web import NOW, SECRET

PAGES = ["/", "/conversaciones"]


def identity_in(cookie):
    return read_token(cookie.removeprefix(f"{COOKIE}=").split(";")[0], NOW, signing_key(SECRET))


def run(awaitable):
    return asyncio.run(awaitable)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("slug", "project_id"), [("demo", 900101), ("andina", 900202)])
def test_a_demo_tenant_in_the_address_opens_the_page_and_is_remembered(
    client, page, slug, project_id
):
    answer = run(client(f"{page}?tenant={slug}&periodo=ayer"))
    assert answer.status_code == 200
    assert identity_in(answer.headers["set-cookie"]).project_id == project_id
    flags = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(flags)


def test_the_remembered_tenant_needs_no_address(client, token_of):
    answer = run(client("/conversaciones", cookie=f"{COOKIE}={token_of('demo')}"))
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "query", ["nadie", "", "real", "demo&tenant=andina", "DEMO", "%00", "900101"]
)
def test_every_tenant_that_cannot_be_opened_gets_the_same_page_without_hints(client, query):
    answer = run(client(f"/?tenant={query}"))
    unknown = run(client("/?tenant=otro-inventado"))
    assert answer.status_code == 404
    assert answer.text == unknown.text
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "No encontrado" in unknown.text
    for name in ("demo", "andina", "real", "Visionamos", "Andina"):
        assert name not in unknown.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cookie", [None, f"{COOKIE}=x.y.z", "otra=1", f"{COOKIE}="])
def test_a_stranger_is_asked_to_enter(client, page, cookie):
    answer = run(client(page, cookie=cookie))
    assert answer.status_code == 401
    assert "Inicia sesión para continuar" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_cookie_past_its_time_is_a_strangers(client, token_of):
    old = token_of("demo", NOW - timedelta(hours=13))
    assert run(client("/", cookie=f"{COOKIE}={old}")).status_code == 401


def test_without_a_database_the_page_says_so_and_tries_again(client):
    answer = run(client("/?tenant=sin-base"))
    assert answer.status_code == 503
    assert "Servicio en pausa" in answer.text
    assert answer.headers["retry-after"] == "5"
    assert 'http-equiv="refresh"' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/nada",
        "/conversaciones/otra",
        "/_stcore/agent/openapi.json",
        "/_stcore/metrics",
        "/auth/login",
        "/pages/conversaciones.py",
        "/_stcore/upload_file/a/b",
    ],
)
def test_what_is_not_ours_does_not_exist(client, token_of, path):
    answer = run(client(path, cookie=f"{COOKIE}={token_of('demo')}"))
    assert answer.status_code == 404
    assert "Página no encontrada" in answer.text


def test_files_made_for_a_visitor_are_not_for_strangers(client, token_of):
    assert run(client("/media/abc.csv")).status_code == 401
    assert run(client("/media/abc.csv", cookie=f"{COOKIE}={token_of('demo')}")).status_code == 200
    assert run(client("/static/app.js")).status_code == 200


def test_the_identity_header_of_a_client_never_comes_through(client, token_of):
    forged = {HEADER: token_of("andina"), HEADER.title(): "x"}
    seen = run(client("/static/app.js", headers=forged)).json()
    assert HEADER not in dict(map(tuple, seen))


def test_an_unknown_host_is_refused(client):
    answer = run(client("/health", host="evil.example.org"))
    assert answer.status_code == 400
    assert run(client("/health", host="127.0.0.1")).status_code == 200


def headers_of_socket(app, headers):
    address = "ws://analytics.example.com/_stcore/stream"
    with TestClient(app).websocket_connect(address, headers=headers) as socket:
        return [tuple(pair) for pair in socket.receive_json()]


def test_the_socket_carries_the_identity_of_the_cookie_and_nothing_the_client_sent(app, token_of):
    sent = {"cookie": f"{COOKIE}={token_of('demo')}", HEADER: token_of("andina")}
    found = [value for name, value in headers_of_socket(app, sent) if name == HEADER]
    assert len(found) == 1
    assert read_token(found[0], NOW, signing_key(SECRET)).project_id == 900101


def test_a_strangers_socket_has_no_identity_at_all(app, token_of):
    found = headers_of_socket(app, {HEADER: token_of("andina")})
    assert [name for name, _ in found if name == HEADER] == []


@pytest.mark.parametrize(
    "address",
    [
        "ws://analytics.example.com/otro",
        "ws://analytics.example.com/_stcore/agent/mcp",
        "ws://evil.example.org/_stcore/stream",
    ],
)
def test_other_sockets_and_other_hosts_are_refused(app, address):
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect(address):
        pass
