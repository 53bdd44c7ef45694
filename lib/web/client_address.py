"""The address a request really comes from, when proxies of ours stand before the application.

A proxy writes down whom it serves in `X-Forwarded-For`; so can everybody else. Therefore the list
is read from its right end, and only as far as the proxies of TRUSTED_PROXIES wrote it.
"""

import ipaddress
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from lib.config_fields import Network

__all__ = ["ClientAddress", "address_in", "client_address"]

FORWARDED_FOR = b"x-forwarded-for"
# What a proxy may say of a request beside its address is decided by BASE_URL here, and believed of
# nobody; nothing behind this layer gets to see it.
HEARSAY_PREFIXES = (b"x-forwarded", b"x-original", b"x-rewrite", b"x-http-method", b"x-method")
HEARSAY = frozenset(
    (
        b"forwarded",
        b"x-real-ip",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"x-host",
        b"true-client-ip",
        b"cf-connecting-ip",
    )
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(peer: str, forwarded: Iterable[str], trusted: Iterable[Network]) -> str:
    """The right-most address that is no trusted proxy, of the peer and what proxies wrote down.

    `forwarded` are the values of every `X-Forwarded-For` in the order in which they came. What is
    no address ends the reading: the last one known then counts.
    """
    networks = tuple(trusted)
    hops = [hop for value in forwarded for hop in value.split(",")]
    found = _parse(peer)
    while found and hops and _is_in(found, networks):
        further = _parse(hops.pop())
        if further is None:
            break
        found = further
    return str(found) if found else peer


def address_in(scope: Scope) -> str:
    """The address a request comes from; one word when the server does not know it."""
    client = scope.get("client")
    return client[0] if client else "unknown"


class ClientAddress:
    """Pure ASGI middleware: corrects `client`, and keeps hearsay from whatever is behind it."""

    def __init__(self, app: ASGIApp, trusted: tuple[Network, ...]) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = self._corrected(scope)
        await self.app(scope, receive, send)

    def _corrected(self, scope: Scope) -> Scope:
        headers = scope["headers"]
        said = [value.decode("latin-1") for name, value in headers if name == FORWARDED_FOR]
        port = scope["client"][1] if scope.get("client") else 0
        return {
            **scope,
            "client": (client_address(address_in(scope), said, self.trusted), port),
            "headers": [pair for pair in headers if not _is_hearsay(pair[0])],
        }


def _is_hearsay(name: bytes) -> bool:
    return name in HEARSAY or name.startswith(HEARSAY_PREFIXES)


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
