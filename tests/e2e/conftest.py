"""One product for all browser tests, started once as `make run` starts it, and one browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from infra.chromium import FLAGS, require_chromium
from tests.support.product import Product, new_home, running_product


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product with the whole demo, from an empty data folder."""
    with new_home() as home, running_product(home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium, closed with the file: its event loop would be in the way of others."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_chromium(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor at a desk: Spanish of Colombia, nothing remembered, downloads allowed."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="es-CO", accept_downloads=True
    )
    yield context.new_page()
    context.close()
