"""What every answer tells the browser to refuse: foreign scripts, frames, sniffing, referrers."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Second-level names under which Colombian and similar registries sell domains: example.com.co
REGISTRY_LABELS = {"com", "co", "net", "org", "gov", "gob", "edu", "nom"}
STAY_WITH_TLS = "max-age=31536000; includeSubDomains"
UNWANTED = ("server", "x-powered-by", "via", "access-control-")
# cookies of the library, which serve nothing here and can be read by scripts
LIBRARYS = "_streamlit"
SAME_FOR_EVERYBODY = ("/static/", "/recursos/")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def registrable_domain(host: str) -> str | None:
    """The domain an organisation owns (example.com, example.com.co); None for an IP or one word."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.lower().split(".")
    else:
        return None
    if len(labels) < 2:
        return None
    under_registry = len(labels[-1]) == 2 and labels[-2] in REGISTRY_LABELS and len(labels) > 2
    return ".".join(labels[-3:] if under_registry else labels[-2:])


def content_security_policy(base_url: str) -> str:
    """The policy under which the pages, their charts and their websocket work, and nothing else."""
    url = urlsplit(base_url)
    socket = f"{'wss' if url.scheme == 'https' else 'ws'}://{url.netloc}"
    domain = registrable_domain(url.hostname or "")
    ancestors = "'self'" + (f" https://{domain} https://*.{domain}" if domain else "")
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {socket}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


def security_headers(base_url: str) -> dict[str, str]:
    """The headers of every answer, by name."""
    policy = content_security_policy(base_url)
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "permissions-policy": PERMISSIONS,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-permitted-cross-domain-policies": "none",
        "x-robots-tag": "noindex, nofollow",
    }
    if policy.endswith("frame-ancestors 'self'"):
        # the older header knows no list, so it only stands where the list is as short
        headers["x-frame-options"] = "SAMEORIGIN"
    if base_url.startswith("https://"):
        headers["strict-transport-security"] = STAY_WITH_TLS
    return headers


class SecurityHeaders:
    """Pure ASGI middleware: sets the security headers on every answer, refused sockets included.

    What tells about the server, and what would let other sites read an answer, is taken away; only
    files that are the same for everybody may be kept by a browser.
    """

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self.app = app
        self.headers = security_headers(base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                self._dress(scope["path"], message)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _dress(self, path: str, message: Message) -> None:
        answer = MutableHeaders(scope=message)
        for name in [name for name in answer if name.lower().startswith(UNWANTED)]:
            del answer[name]
        own = [value for value in answer.getlist("set-cookie") if not value.startswith(LIBRARYS)]
        del answer["set-cookie"]
        for value in own:
            answer.append("set-cookie", value)
        for name, value in self.headers.items():
            answer[name] = value
        # a page of ours may tell its own address to itself
        answer.setdefault("referrer-policy", "no-referrer")
        if message["status"] >= 400 or not path.startswith(SAME_FOR_EVERYBODY):
            answer["cache-control"] = "no-store"
