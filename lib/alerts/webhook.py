"""Alerts as a JSON POST, signed so that the receiver knows who sent it and when."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from lib.alerts import wording
from lib.alerts.book import Entry, News
from lib.alerts.errors import DeliveryError

__all__ = ["SIGNATURE", "TIMESTAMP", "Webhook", "signature"]

SIGNATURE, TIMESTAMP = "X-Alert-Signature", "X-Alert-Timestamp"
TIMEOUT_S = 10.0
WAITS_S = (1.0, 3.0)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to post; with a `secret` every post is signed. `sleep` can be replaced in tests.

    The body has a `text` for people and `alerts` for programs. A redirect is a failure, never
    followed.
    """

    url: str
    secret: str = field(default="", repr=False)
    sleep: Callable[[float], None] = time.sleep
    name: str = "webhook"

    def deliver(self, news: News, at: datetime) -> None:
        """Post, up to three times. Raises DeliveryError."""
        content = {
            "text": f"{wording.subject(news)}\n{wording.body(news)}",
            "sent_at": at.isoformat(),
            "alerts": [_as_json(entry) for entry in (*news.open, *news.resolved)],
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", TIMESTAMP: at.isoformat()}
        if self.secret:
            headers[SIGNATURE] = signature(self.secret, at.isoformat(), body)
        for wait in (*WAITS_S, None):
            failure = self._post(body, headers)
            if not failure:
                return
            if wait is None:
                raise DeliveryError(self.name, f"a status of 2xx was expected and {failure} came")
            self.sleep(wait)

    def _post(self, body: bytes, headers: dict[str, str]) -> str:
        """What went wrong, empty when nothing did."""
        is_here = urlsplit(self.url).hostname in LOOPBACK
        try:
            with httpx.Client(
                timeout=TIMEOUT_S, follow_redirects=False, trust_env=not is_here
            ) as http:
                answer = http.post(self.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            # the text may hold the address, whose path is often a secret
            return type(error).__name__
        return "" if answer.is_success else str(answer.status_code)


def signature(secret: str, sent_at: str, body: bytes) -> str:
    """HMAC-SHA256 over the instant, a point and the body: `sha256=<hex>`."""
    signed = hmac.new(secret.encode(), sent_at.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _as_json(entry: Entry) -> dict[str, object]:
    incident = entry.incident
    return {
        "project": incident.slug,
        "kind": incident.kind,
        "subject": incident.subject,
        "since": incident.since.isoformat(),
        "times": entry.times,
        "resolved_at": entry.resolved_at.isoformat() if entry.resolved_at else None,
    }
