"""One tab of a real browser, timed: when the first figure stands, when the page is complete."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

WIDTH, HEIGHT, WAIT_MS = 1440, 900, 60_000


@dataclass(frozen=True, slots=True)
class Site:
    """How to look at a page: its address, its first figure, and JavaScript true when it is done."""

    address: str
    first_kpi: str
    is_done: str


@dataclass(slots=True)
class Traffic:
    """Bytes received: files as they came over the wire, websocket frames as the page sees them."""

    files: float = 0
    frames: float = 0

    @property
    def megabytes(self) -> float:
        """Both together."""
        return (self.files + self.frames) / 1e6


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds until the first figure and until the page was complete, and what it took."""

    first_kpi: float
    complete: float
    traffic: Traffic = field(default_factory=Traffic)


@contextmanager
def person(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody with an empty cache, at a desk."""
    # our policy forbids eval, which is how a condition is waited for
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="es-CO", bypass_csp=True
    )
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


def open_site(page: Page, site: Site) -> Visit:
    """Open the address in this tab and wait until all of it is there."""
    traffic = _traffic_of(page)
    begun = time.perf_counter()
    page.goto(site.address, wait_until="commit")
    page.wait_for_selector(site.first_kpi)
    first = time.perf_counter() - begun
    page.wait_for_function(site.is_done)
    return Visit(first, time.perf_counter() - begun, traffic)


def seconds_of(page: Page, act: Callable[[], object], is_done: str) -> float:
    """From an action of the visitor until the page is as it should be after it."""
    begun = time.perf_counter()
    act()
    page.wait_for_function(is_done)
    return time.perf_counter() - begun


def _traffic_of(page: Page) -> Traffic:
    """Counts what this tab receives from now on."""
    traffic = Traffic()
    session = page.context.new_cdp_session(page)

    def file_came(event: dict[str, Any]) -> None:
        traffic.files += event["encodedDataLength"]

    def frame_came(event: dict[str, Any]) -> None:
        text = event["response"]["payloadData"]
        # binary frames are told in base64: four characters for three bytes
        traffic.frames += len(text) * (3 / 4 if event["response"]["opcode"] == 2 else 1)

    session.on("Network.loadingFinished", file_came)
    session.on("Network.webSocketFrameReceived", frame_came)
    session.send("Network.enable")
    return traffic
