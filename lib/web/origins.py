"""Which page of which site a browser was on when it sent a request, and whether that may be.

A browser says it in `Origin` and in `Sec-Fetch-Site`, and no script of a page can change either.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from lib.config_fields import LOOPBACK

__all__ = ["Origins", "hostname_of", "only_value"]


def only_value(headers: Headers, name: str) -> str | None:
    """The header's value; None when it is missing, and "" when it came more than once."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ("" if values else None)


def hostname_of(host: str) -> str | None:
    """The name in a `Host` header, None when it is no name with at most a port behind it."""
    try:
        url = urlsplit(f"//{host}")
        # reading the port checks it
        is_plain = url.netloc == host and "@" not in host and url.port != 0
    except ValueError:
        return None
    return url.hostname if is_plain else None


class Origins:
    """The origins that are ours: the base URL's, and on this machine whatever address is used."""

    def __init__(self, base_url: str) -> None:
        url = urlsplit(base_url)
        self.base = f"{url.scheme}://{url.netloc}".lower()
        self.hosts = frozenset({*LOOPBACK, url.hostname or ""})

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether this origin is that of the pages served under this `Host`."""
        if origin.lower() == self.base:
            return True
        is_local = hostname_of(host) in LOOPBACK
        return is_local and origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}

    def may_post(self, headers: Headers) -> bool:
        """Whether a request that changes something comes from a page of ours.

        A page that tells no referrer sends `null` for its origin; then `Sec-Fetch-Site` decides.
        """
        site = only_value(headers, "sec-fetch-site")
        if site not in {None, "same-origin"}:
            return False
        origin = only_value(headers, "origin")
        if origin in {None, "null"}:
            return site == "same-origin"
        return self.is_ours(origin or "", headers.get("host", ""))

    def may_open_socket(self, headers: Headers) -> bool:
        """Whether a websocket is opened by a page of ours; browsers always tell its origin."""
        origin = only_value(headers, "origin")
        return bool(origin) and self.is_ours(origin or "", headers.get("host", ""))
