"""What is refused before anyone asks who the visitor is."""

import asyncio

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from lib.web.request_rules import LONGEST_BODY, RequestRules

OURS = "http://analytics.example.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def run(awaitable):
    return asyncio.run(awaitable)


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
)
@pytest.mark.parametrize("path", ["/", "/conversaciones", "/static/a.js", "/media/x", "/health"])
def test_pages_and_files_are_only_read(client, session_of, path, method):
    answer = run(client(path, method=method, cookie=session_of("demo")))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert "Solicitud no válida" in answer.text


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/auth/token", "GET, POST"), ("/auth/ticket", "GET"), ("/salir", "GET, HEAD, POST")],
)
def test_the_routes_of_entering_and_leaving_know_their_methods(client, path, allowed):
    answer = run(client(path, method="PUT"))
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_nothing_can_be_uploaded(client, session_of, method):
    path = "/_stcore/upload_file/session/file"
    assert run(client(path, method=method, cookie=session_of("demo"))).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": OURS},
        {"origin": OURS, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
    ],
)
def test_a_page_of_ours_may_end_the_session(client, session_of, headers):
    answer = run(client("/salir", headers, session_of("demo"), method="POST"))
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "https://evil.test"},
        {"origin": f"{OURS}.evil.test"},
        {"origin": OURS.replace("http", "https")},
        {"origin": f"{OURS}:8080"},
        {"origin": OURS, "sec-fetch-site": "cross-site"},
        {"origin": OURS, "sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1"},
    ],
)
def test_a_page_of_another_site_ends_nobodys_session(client, session_of, headers):
    cookie = session_of("demo")
    answer = run(client("/salir", headers, cookie, method="POST"))
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert run(client("/", cookie=cookie)).status_code == 200


def test_on_this_machine_the_origin_is_the_address_that_was_typed(client):
    sent = {"origin": "http://127.0.0.1:8511"}
    there = run(client("/salir", sent, method="POST", host="127.0.0.1:8511"))
    other = run(client("/salir", sent, method="POST", host="127.0.0.1:8512"))
    assert (there.status_code, other.status_code) == (303, 403)


@pytest.mark.parametrize(
    "path",
    [
        "/conversaciones//",
        "/%2e%2e/app.py",
        "/static/%2e%2e%2fapp.py",
        "/static/..%5capp.py",
        "/static/%252e%252e/app.py",
        "/conversaciones%00",
        "/conversaciones;a=b",
        "/conversaciones%2f",
        "/static/%ff.js",
        "/static/" + "a" * 600,
    ],
)
def test_odd_paths_lead_nowhere(client, session_of, path):
    answer = run(client(path, cookie=session_of("demo")))
    assert answer.status_code == 404
    assert "Página no encontrada" in answer.text


def test_a_query_beyond_any_page_is_refused(client):
    assert run(client(f"/?entidad={'a' * 8_300}")).status_code == 400


@pytest.mark.parametrize(
    "host",
    ["evil.test", "analytics.example.com@evil.test", "analytics.example.com:x", "", "a b", "[::1"],
)
def test_a_host_that_is_not_ours_is_refused(client, host):
    answer = run(client("/health", {"host": host}))
    assert answer.status_code == 400


def test_a_body_told_to_be_too_long_is_refused_before_it_is_read(client):
    headers = {**FORM, "content-length": str(LONGEST_BODY + 1)}
    answer = run(client("/auth/token", headers, method="POST", content=b"token=x"))
    assert answer.status_code == 413
    assert "connection" in answer.headers


@pytest.mark.parametrize(("size", "status"), [(LONGEST_BODY, 403), (LONGEST_BODY + 1, 413)])
def test_a_body_in_pieces_is_counted(client, size, status):
    async def pieces():
        for start in range(0, size, 1_000):
            yield b"x" * min(1_000, size - start)

    headers = {**FORM, "transfer-encoding": "chunked"}
    answer = run(client("/auth/token", headers, method="POST", content=pieces()))
    assert answer.status_code == status


@pytest.mark.parametrize("told", ["-1", "+5", "5, 6", "0x10", "٣"])
def test_a_length_that_is_no_number_is_refused(client, told):
    headers = {**FORM, "content-length": told.encode()}
    answer = run(client("/auth/token", headers, method="POST", content=b"token=x"))
    assert answer.status_code in {400, 413}


def test_a_body_whose_end_is_told_in_two_ways_is_refused(client):
    headers = {**FORM, "content-length": "7", "transfer-encoding": "chunked"}
    assert run(client("/auth/token", headers, method="POST", content=b"token=x")).status_code == 400


def test_a_body_that_does_not_end_is_not_waited_for():
    sent = []

    async def receive():
        if sent == []:
            await asyncio.sleep(5)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    async def never(_scope, _receive, _send):
        raise AssertionError("the rules let it through")

    headers = [(b"host", b"analytics.example.com"), (b"content-length", b"10")]
    scope = {"type": "http", "method": "POST", "path": "/auth/token", "query_string": b""}
    scope |= {"headers": headers, "raw_path": b"/auth/token"}
    rules = RequestRules(never, base_url=OURS, body_seconds=0.05)
    run(rules(scope, receive, send))
    assert sent[0]["status"] == 408


def test_who_only_looks_at_a_link_does_not_enter(client):
    answer = run(client("/?tenant=demo", method="HEAD"))
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "null"}, {"origin": "https://evil.test"}, {"origin": f"{OURS}:81"}]
)
def test_a_socket_is_opened_by_our_own_page_only(app, session_of, headers):
    sent = {"cookie": session_of("demo"), **headers}
    address = "ws://analytics.example.com/_stcore/stream"
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(app).websocket_connect(address, headers=sent),
    ):
        raise AssertionError("the socket was opened")
    assert refused.value.status_code == 403
    assert "Solicitud no válida" in refused.value.text
    assert refused.value.headers["x-content-type-options"] == "nosniff"


def test_the_page_before_leaving_lets_the_browser_tell_its_origin(client):
    assert run(client("/salir")).headers["referrer-policy"] == "same-origin"
