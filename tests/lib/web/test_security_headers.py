import asyncio

import pytest

from lib.web.security_headers import content_security_policy, registrable_domain


@pytest.mark.parametrize("path", ["/health", "/", "/nada", "/tableros/visionamos", "/static/a.js"])
def test_every_answer_has_the_security_headers(client, path):
    headers = asyncio.run(client(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "server" not in headers


def test_the_policy_lets_charts_and_the_websocket_work_and_nothing_foreign():
    policy = dict(
        part.split(" ", 1)
        for part in content_security_policy("https://analytics.indigitall.com").split("; ")
    )
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["connect-src"] == "'self' wss://analytics.indigitall.com"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["frame-ancestors"] == "'self' https://indigitall.com https://*.indigitall.com"


def test_a_local_installation_is_framed_by_nobody_else():
    policy = content_security_policy("http://127.0.0.1:8501")
    assert policy.endswith("frame-ancestors 'self'")
    assert "ws://127.0.0.1:8501" in policy


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("analytics.indigitall.com", "indigitall.com"),
        ("a.b.example.com.co", "example.com.co"),
        ("example.com.co", "example.com.co"),
        ("example.co", "example.co"),
        ("127.0.0.1", None),
        ("::1", None),
        ("localhost", None),
    ],
)
def test_the_domain_an_organisation_owns(host, domain):
    assert registrable_domain(host) == domain


def test_every_answer_has_a_number_and_a_clients_number_is_not_believed(client, session_of):
    cookie = session_of("demo")
    one = asyncio.run(client("/static/a.js", headers={"x-request-id": "forged"}, cookie=cookie))
    two = asyncio.run(client("/static/a.js", cookie=cookie))
    assert one.headers["x-request-id"] != two.headers["x-request-id"]
    inside = dict(map(tuple, one.json()))
    assert inside["x-request-id"] == one.headers["x-request-id"]
