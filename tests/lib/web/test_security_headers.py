import asyncio

import pytest

from lib.web.security_headers import (
    content_security_policy,
    registrable_domain,
    security_headers,
)


@pytest.mark.parametrize("path", ["/health", "/", "/nada", "/tableros/visionamos", "/static/a.js"])
def test_every_answer_has_the_security_headers(client, path):
    headers = asyncio.run(client(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/health", "/salir", "/nada", "/media/x", "/static/%2e"])
def test_what_is_of_one_visitor_or_a_moment_is_kept_by_no_cache(client, session_of, path):
    answer = asyncio.run(client(path, cookie=session_of("demo")))
    assert answer.headers["cache-control"] == "no-store"


def test_files_that_are_the_same_for_everybody_may_be_kept(client):
    assert asyncio.run(client("/recursos/idioma.js")).headers.get("cache-control") != "no-store"


@pytest.mark.parametrize(
    ("base_url", "framed", "stays"),
    [
        ("https://analytics.indigitall.com", None, "max-age=31536000; includeSubDomains"),
        ("http://127.0.0.1:8501", "SAMEORIGIN", None),
        ("https://10.0.0.5", "SAMEORIGIN", "max-age=31536000; includeSubDomains"),
    ],
)
def test_the_older_headers_say_what_the_policy_says(base_url, framed, stays):
    headers = security_headers(base_url)
    assert headers.get("x-frame-options") == framed
    assert headers.get("strict-transport-security") == stays


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
