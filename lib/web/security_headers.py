"""What every answer tells the browser to refuse: foreign scripts, frames, sniffing, referrers."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Second-level names under which Colombian and similar registries sell domains: example.com.co
REGISTRY_LABELS = {"com", "co", "net", "org", "gov", "gob", "edu", "nom"}
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


class SecurityHeaders:
    """Pure ASGI middleware: sets the security headers on every answer, refused sockets included."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self.app = app
        self.headers = {
            "content-security-policy": content_security_policy(base_url),
            "x-content-type-options": "nosniff",
            "permissions-policy": PERMISSIONS,
            "cross-origin-opener-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                answer = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answer[name] = value
                # a page of ours may tell its own address to itself
                answer.setdefault("referrer-policy", "no-referrer")
                if "server" in answer:
                    del answer["server"]
            await send(message)

        await self.app(scope, receive, send_with_headers)
