"""Connections that say nothing whole, too little, or too much, before there is any request."""

import socket
import threading
import time
from contextlib import suppress

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from infra.children import find_free_port
from lib.web.http_protocol import http_protocol
from lib.web.security_headers import security_headers

HEAD_SECONDS = 0.4
WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def port():
    """A small application behind our protocol, of which three may be connected."""
    protocol = http_protocol(
        security_headers("http://127.0.0.1"), head_seconds=HEAD_SECONDS, most_connections=3
    )
    free = find_free_port(0)
    options = {"port": free, "log_config": None, "lifespan": "off", "http": protocol}
    server = uvicorn.Server(uvicorn.Config(PlainTextResponse("entero"), **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield free
    server.should_exit = True
    thread.join()


@pytest.fixture
def connect(port):
    opened = []

    def open_one():
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=5))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
    time.sleep(0.1)


def heard_to_the_end(wire):
    """What comes until the other side closes, gently or not."""
    heard = b""
    with suppress(ConnectionError):
        while piece := wire.recv(65_536):
            heard += piece
    return heard


def is_served(wire):
    """Whether a request on this connection gets its answer."""
    wire.sendall(WHOLE)
    heard = b""
    while not heard.endswith(b"entero"):
        heard += wire.recv(65_536)
    return heard.startswith(b"HTTP/1.1 200 ")


def letters_taken(wire):
    """How many letters of a head can be sent, one at a time, before the other side closes."""
    for number, letter in enumerate(WHOLE * 20):
        try:
            wire.sendall(bytes([letter]))
        except OSError:
            return number
        time.sleep(0.05)
    return len(WHOLE) * 20


def test_what_is_no_request_gets_our_page_with_the_headers_of_all_answers(connect):
    wire = connect()
    wire.sendall(b"hola\r\n\r\n")
    heard = heard_to_the_end(wire).decode()
    assert heard.startswith("HTTP/1.1 400 ")
    assert "Solicitud no válida" in heard
    assert "hola" not in heard
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        assert f"{name}: " in heard


def test_a_head_that_comes_a_letter_at_a_time_is_given_up(connect):
    wire = connect()
    assert 1 <= letters_taken(wire) < len(WHOLE)


def test_the_second_head_of_a_connection_is_not_waited_for_either(connect):
    wire = connect()
    assert is_served(wire)
    wire.sendall(b"GET / HTT")
    started = time.monotonic()
    assert heard_to_the_end(wire) == b""
    assert time.monotonic() - started < 2


def test_a_connection_in_use_is_kept(connect):
    wire = connect()
    for _ in range(4):
        assert is_served(wire)
        time.sleep(HEAD_SECONDS / 2)


def test_one_connection_too_many_is_dropped_and_the_others_are_served(connect):
    kept = [connect() for _ in range(3)]
    for wire in kept:
        assert is_served(wire)
    assert heard_to_the_end(connect()) == b""
    assert is_served(kept[0])
