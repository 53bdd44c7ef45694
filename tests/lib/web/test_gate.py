import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from lib.auth.sessions import find_session
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.ui.visit.session import SESSION_HEADER
from tests.lib.web.conftest import COOKIE
from tests.support.visitors import LIMITS, NOW

PAGES = ["/", "/conversaciones"]


def secret_in(cookie):
    return cookie.removeprefix(f"{COOKIE.name}=").split(";")[0]


def session_in(cookie, now=NOW):
    return find_session(secret_in(cookie), now, LIMITS)


def run(awaitable):
    return asyncio.run(awaitable)


def audited(action):
    engine = engine_for_role(OWNER)
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "select project_id, actor, detail, incident from app.audit_queue"
                " where action = :action order by event_id"
            ),
            {"action": action},
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("slug", "project_id"), [("demo", 900101), ("andina", 900202)])
def test_a_demo_tenant_in_the_address_opens_a_session(client, page, slug, project_id):
    answer = run(client(f"{page}?tenant={slug}&periodo=ayer"))
    assert answer.status_code == 200
    assert session_in(answer.headers["set-cookie"]).identity.project_id == project_id
    flags = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(flags)
    assert audited("login")[-1][:2] == (project_id, "demo")


def test_the_session_needs_no_address_and_is_not_opened_twice(client, session_of):
    cookie = session_of("demo")
    for address in ("/conversaciones", "/conversaciones?tenant=demo"):
        answer = run(client(address, cookie=cookie))
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers


def test_another_tenant_in_the_address_ends_the_session_before(client, session_of):
    cookie = session_of("demo")
    answer = run(client("/?tenant=andina", cookie=cookie))
    assert session_in(answer.headers["set-cookie"]).identity.slug == "andina"
    assert session_in(cookie) is None


@pytest.mark.parametrize(
    "query", ["nadie", "", "real", "demo&tenant=andina", "DEMO", "%00", "900101"]
)
def test_every_tenant_that_cannot_be_opened_gets_the_same_page_without_hints(client, query):
    answer = run(client(f"/?tenant={query}"))
    assert answer.status_code == 401
    _project, _actor, detail, incident = audited("refusal")[-1]
    assert detail == {"mode": "dev", "reason": "not_a_demo_project"}
    unknown = run(client("/?tenant=otro-inventado"))
    other_incident = audited("refusal")[-1][3]
    assert answer.text.replace(incident, "") == unknown.text.replace(other_incident, "")
    assert "set-cookie" not in answer.headers
    assert "No pudimos abrir tu sesión" in unknown.text
    for name in ("demo", "andina", "real", "Visionamos", "Andina"):
        assert name not in unknown.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "cookie", [None, f"{COOKIE.name}=x.y.z", "otra=1", f"{COOKIE.name}=", f"{COOKIE.name}=%00"]
)
def test_a_stranger_is_asked_to_enter(client, page, cookie):
    answer = run(client(page, cookie=cookie))
    assert answer.status_code == 401
    assert "Inicia sesión para continuar" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_cookie_past_its_time_is_a_strangers(client, session_of):
    idle = session_of("demo", NOW - timedelta(minutes=61))
    assert run(client("/", cookie=idle)).status_code == 401


def test_two_cookies_of_our_name_are_none(client, session_of):
    """A neighbouring domain can add one; nobody can tell which of them is ours."""
    both = f"{session_of('demo')}; {session_of('andina')}"
    assert run(client("/", cookie=both)).status_code == 401


def test_a_session_of_a_mode_that_is_switched_off_opens_nothing(client, session_of):
    assert run(client("/", cookie=session_of("demo", mode="token"))).status_code == 401


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
        "/auth/token/x",
        "/pages/conversaciones.py",
        "/_stcore/upload_file/a/b",
    ],
)
def test_what_is_not_ours_does_not_exist(client, session_of, path):
    answer = run(client(path, cookie=session_of("demo")))
    assert answer.status_code == 404
    assert "Página no encontrada" in answer.text


def test_a_file_that_no_page_of_the_visitor_named_is_not_there(client, session_of):
    assert run(client("/media/abc.csv")).status_code == 401
    assert run(client("/media/abc.csv", cookie=session_of("demo"))).status_code == 404
    assert run(client("/static/app.js")).status_code == 200


def test_the_session_header_of_a_client_never_comes_through(client, session_of):
    secret = secret_in(session_of("andina"))
    forged = {SESSION_HEADER: secret, SESSION_HEADER.title(): "x"}
    seen = run(client("/static/app.js", headers=forged)).json()
    assert SESSION_HEADER not in dict(map(tuple, seen))


def test_an_unknown_host_is_refused(client):
    answer = run(client("/health", host="evil.example.org"))
    assert answer.status_code == 400
    assert run(client("/health", host="127.0.0.1")).status_code == 200


def headers_of_socket(app, headers):
    address = "ws://analytics.example.com/_stcore/stream"
    headers = {"origin": "http://analytics.example.com", **headers}
    with TestClient(app).websocket_connect(address, headers=headers) as socket:
        return [tuple(pair) for pair in socket.receive_json()]


def test_the_socket_carries_the_session_of_the_cookie_and_nothing_the_client_sent(app, session_of):
    sent = {"cookie": session_of("demo"), SESSION_HEADER: secret_in(session_of("andina"))}
    found = [value for name, value in headers_of_socket(app, sent) if name == SESSION_HEADER]
    assert len(found) == 1
    assert find_session(found[0], NOW, LIMITS).identity.project_id == 900101


def test_a_strangers_socket_has_no_session_at_all(app, session_of):
    found = headers_of_socket(app, {SESSION_HEADER: secret_in(session_of("andina"))})
    assert [name for name, _ in found if name == SESSION_HEADER] == []


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
