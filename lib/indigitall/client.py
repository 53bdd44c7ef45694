"""Ask the API: one credential, one project, retries of what can heal."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import NotConfiguredError, TemporaryError, UnreachableError
from lib.log import get_logger

__all__ = ["IndigitallClient", "Retries", "http_client"]

log = get_logger(__name__)
Parsed = TypeVar("Parsed")

USER_AGENT = "indigitall-analytics/1.0"
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
ACCEPTED = {"csv": "text/csv", "json": "application/json"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def http_client(
    base_url: str | None, server_key: str, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """An HTTP client that carries the project's key; tests give it a transport of their own.

    Raises NotConfiguredError when there is no address.
    """
    if not base_url:
        raise NotConfiguredError(
            "INDIGITALL_API_URL was expected, for example https://am1.api.indigitall.com, and is"
            " not set; `make run` sets it to the sandbox"
        )
    # httpx logs every address with its query at INFO: a backfill would bury its own progress
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.Client(
        base_url=base_url,
        headers={"Authorization": f"ServerKey {server_key}", "User-Agent": USER_AGENT},
        timeout=TIMEOUT,
        transport=transport,
        # a proxy of the environment is for the world outside, never for loopback
        trust_env=urlsplit(base_url).hostname not in LOOPBACK,
    )


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long to wait; `sleep` and `jitter` (0 to 1) can be replaced in tests."""

    waits_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    longest_s: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random

    def delay_s(self, attempt: int, asked_s: float) -> float:
        """The wait after failed attempt 0, 1...: up to a quarter longer, or what the API asked."""
        return max(self.waits_s[attempt] * (1 + self.jitter() / 4), asked_s)


@dataclass(frozen=True, slots=True)
class IndigitallClient:
    """Reads endpoints of one project through an HTTP client that carries the credential."""

    http: httpx.Client
    project_id: int
    retries: Retries = field(default_factory=Retries)

    def read(
        self,
        endpoint: Endpoint,
        parameters: Mapping[str, str],
        parse: Callable[[httpx.Response], Parsed],
    ) -> Parsed:
        """GET an endpoint and parse the answer; a TemporaryError of either is tried again.

        Raises IndigitallError: the last TemporaryError when no try succeeded, any other at once.
        """
        query = {**dict(endpoint.parameters), **parameters}
        if endpoint.project_param:
            query[endpoint.project_param] = str(self.project_id)
        attempt = 0
        while True:
            try:
                return parse(self._get(endpoint, query))
            except TemporaryError as error:
                if attempt >= len(self.retries.waits_s):
                    raise
                if error.retry_after_s > self.retries.longest_s:
                    # the schedule comes back sooner than a process that sleeps for so long
                    raise
                wait = self.retries.delay_s(attempt, error.retry_after_s)
                attempt += 1
                log.warning(
                    "api_retry",
                    endpoint=endpoint.name,
                    attempt=attempt,
                    wait_s=round(wait, 2),
                    error=type(error).__name__,
                )
                self.retries.sleep(wait)

    def _get(self, endpoint: Endpoint, query: Mapping[str, str]) -> httpx.Response:
        try:
            path = endpoint.path.format(project_id=self.project_id)
            return self.http.get(
                path, params=query, headers={"Accept": ACCEPTED[endpoint.response]}
            )
        except (httpx.TransportError, httpx.DecodingError) as error:
            # the text of some transport errors holds the address with its query: leave it out
            raise UnreachableError(
                endpoint.name, f"no answer ({type(error).__name__}) from {self.http.base_url.host}"
            ) from error
