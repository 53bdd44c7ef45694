"""Whose address counts, by peer, by what was said, and by whom we trust."""

import asyncio
from ipaddress import ip_network

import pytest

from lib.web.client_address import ClientAddress, address_in, client_address

CADDY = ["10.0.0.2"]
TWO = ["10.0.0.2", "10.1.0.0/24"]


@pytest.mark.parametrize(
    ("peer", "said", "trusted", "address"),
    [
        # nobody is trusted: who connects is the client, whatever is said
        ("203.0.113.9", [], [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], [], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.7"], [], "127.0.0.1"),
        # the proxy is trusted, others are not
        ("10.0.0.2", ["198.51.100.7"], CADDY, "198.51.100.7"),
        ("10.0.0.3", ["198.51.100.7"], CADDY, "10.0.0.3"),
        ("10.0.0.2", [], CADDY, "10.0.0.2"),
        # what the client made up stands to the left of what the proxy wrote
        ("10.0.0.2", ["127.0.0.1, 198.51.100.7"], CADDY, "198.51.100.7"),
        ("10.0.0.2", ["10.0.0.2, 198.51.100.7"], CADDY, "198.51.100.7"),
        ("10.0.0.2", ["127.0.0.1", "198.51.100.7"], CADDY, "198.51.100.7"),
        # a chain of two proxies
        ("10.0.0.2", ["198.51.100.7, 10.1.0.9"], TWO, "198.51.100.7"),
        ("10.0.0.2", ["198.51.100.7, 10.1.0.9"], CADDY, "10.1.0.9"),
        ("10.0.0.2", ["1.1.1.1, 198.51.100.7, 10.1.0.9"], TWO, "198.51.100.7"),
        ("10.0.0.2", ["10.1.0.8, 10.1.0.9"], TWO, "10.1.0.8"),
        # what is no address
        ("10.0.0.2", ["unknown"], CADDY, "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.7, <script>"], CADDY, "10.0.0.2"),
        ("10.0.0.2", [""], CADDY, "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.7:4444"], CADDY, "10.0.0.2"),
        ("socket", ["198.51.100.7"], CADDY, "socket"),
        # IPv6, and IPv4 written as such
        ("::1", ["2001:db8::7"], ["::1/128"], "2001:db8::7"),
        ("::ffff:10.0.0.2", ["198.51.100.7"], CADDY, "198.51.100.7"),
        ("10.0.0.2", ["::ffff:198.51.100.7"], CADDY, "198.51.100.7"),
        ("2001:db8::2", ["198.51.100.7"], CADDY, "2001:db8::2"),
    ],
)
def test_the_right_most_address_that_no_proxy_of_ours_has_counts(peer, said, trusted, address):
    assert client_address(peer, said, [ip_network(one) for one in trusted]) == address


def test_hearsay_about_a_request_goes_no_further():
    seen = {}

    async def inner(scope, _receive, _send):
        seen.update(scope)

    hearsay = (
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "forwarded",
        "x-real-ip",
        "x-original-url",
        "x-rewrite-url",
        "x-http-method-override",
    )
    headers = [(name.encode(), b"198.51.100.7") for name in hearsay] + [(b"host", b"a")]
    scope = {"type": "http", "client": ("10.0.0.2", 5), "headers": headers}
    layer = ClientAddress(inner, trusted=(ip_network("10.0.0.2"),))
    asyncio.run(layer(scope, None, None))
    assert seen["headers"] == [(b"host", b"a")]
    assert (seen["client"], address_in(seen)) == (("198.51.100.7", 5), "198.51.100.7")


def test_a_server_that_does_not_know_its_client_is_no_trusted_proxy():
    assert address_in({"client": None}) == "unknown"
