"""The very Caddyfile of production, run by Caddy itself on loopback, before a small application."""

import json
import socket
import ssl
import threading

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.sync.client import connect

from infra.children import find_free_port
from tests.support.compose import answers, caddy, process, wait_for

MEGABYTE = 1_000_000


async def seen(request):
    """What the application got of a request."""
    return JSONResponse(dict(request.headers), headers={"Server": "inner", "Via": "inner"})


async def swallow(request):
    """Reads the whole body and says how long it was."""
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("gone", status_code=400)


async def echo(websocket):
    """Says back what comes, once."""
    await websocket.accept()
    await websocket.send_text(f"echo {await websocket.receive_text()}")
    await websocket.close()


@pytest.fixture(scope="module")
def upstream():
    """A small application; yields its port."""
    app = Starlette(
        routes=[
            Route("/seen", seen),
            Route("/swallow", swallow, methods=["POST"]),
            WebSocketRoute("/_stcore/stream", echo),
        ]
    )
    port = find_free_port(0)
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="websockets-sansio")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    yield port
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def plain(upstream, tmp_path_factory):
    """Caddy without TLS before the application: its address and its log."""
    folder = tmp_path_factory.mktemp("plain")
    site = f"http://127.0.0.1:{find_free_port(0)}"
    command, environment, health = caddy(folder, site, upstream)
    log = folder / "caddy.log"
    with process(command, environment, log) as running:
        wait_for(lambda: answers(health), running, log)
        yield site, log


def get(address, **options):
    return httpx.get(address, timeout=10, trust_env=False, **options)


def test_a_page_comes_through_without_naming_any_server(plain):
    answer = get(f"{plain[0]}/seen")
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert "via" not in answer.headers


def test_an_identity_or_request_number_of_the_client_never_arrives(plain):
    forged = {"X-Indigitall-Identity": "token", "X-Request-Id": "forged", "X-Kept": "yes"}
    got = get(f"{plain[0]}/seen", headers=forged).json()
    assert got["x-kept"] == "yes"
    assert "x-indigitall-identity" not in got
    assert "x-request-id" not in got


def test_the_application_learns_the_real_address_and_the_host_people_typed(plain):
    got = get(f"{plain[0]}/seen", headers={"X-Forwarded-For": "198.51.100.7"}).json()
    assert got["x-forwarded-for"] == "127.0.0.1"
    assert got["host"] == plain[0].removeprefix("http://")


def test_a_websocket_is_upgraded(plain):
    with connect(plain[0].replace("http", "ws") + "/_stcore/stream", proxy=None) as websocket:
        websocket.send("hola")
        assert websocket.recv(timeout=10) == "echo hola"


@pytest.mark.parametrize(("size", "status"), [(MEGABYTE, 200), (MEGABYTE + 1, 413)])
def test_a_body_may_have_one_megabyte(plain, size, status):
    answer = httpx.post(f"{plain[0]}/swallow", content=b"x" * size, timeout=10, trust_env=False)
    assert answer.status_code == status


def test_headers_without_end_are_refused(plain):
    assert get(f"{plain[0]}/seen", headers={"X-Long": "x" * 60_000}).status_code == 431


def test_accesses_are_logged_as_json_without_query_and_without_headers(plain):
    site, log = plain
    headers = {"Cookie": "canary-cookie", "Authorization": "canary-key", "X-Any": "canary-any"}
    get(f"{site}/seen?token=canary-query&x=1", headers=headers)
    wait_for(lambda: '"/seen"' in log.read_text(), _Alive, log, seconds=10)
    text = log.read_text()
    assert "canary" not in text
    accesses = [entry for line in text.splitlines() if (entry := json.loads(line)).get("request")]
    assert {"/seen"} <= {entry["request"]["uri"] for entry in accesses}
    assert all(entry["status"] and "duration" in entry for entry in accesses)


def test_without_the_application_people_read_spanish_and_the_log_keeps_no_query(tmp_path):
    site = f"http://127.0.0.1:{find_free_port(0)}"
    command, environment, health = caddy(tmp_path, site, find_free_port(0))
    log = tmp_path / "caddy.log"
    with process(command, environment, log) as running:
        wait_for(lambda: answers(health), running, log)
        answer = get(f"{site}/?tenant=canary-query", headers={"Cookie": "canary-cookie"})
    assert answer.status_code == 503
    assert "no está disponible" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert '"status":503' in log.read_text()
    assert "canary" not in log.read_text()


def test_with_tls_browsers_are_told_to_stay_with_it(upstream, tmp_path):
    port = find_free_port(0)
    command, environment, health = caddy(tmp_path, f"https://localhost:{port}", upstream)
    environment["SITE_TLS"] = "tls internal"
    log = tmp_path / "caddy.log"
    authority = tmp_path / "data/caddy/pki/authorities/local/root.crt"
    with process(command, environment, log) as running:
        wait_for(lambda: answers(health) and authority.exists(), running, log)
        trust = ssl.create_default_context(cafile=str(authority))
        site = f"https://localhost:{port}"
        wait_for(lambda: answers(f"{site}/seen", verify=trust), running, log)
        answer = get(f"{site}/seen", verify=trust)
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET /seen HTTP/1.1\r\nHost: localhost\r\n\r\n")
            without_tls = raw.recv(100)
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert answer.json()["x-forwarded-proto"] == "https"
    assert without_tls.startswith(b"HTTP/1.0 400")


class _Alive:
    """Stands for a process that another fixture watches."""

    @staticmethod
    def poll():
        return None
