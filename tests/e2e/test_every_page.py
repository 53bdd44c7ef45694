"""Every page of the menu and behind it: Spanish, reachable for everybody, as wide as its screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from lib.ui.frame.navigation import SCREENS
from tests.support.page_texts import foreign_texts

WAIT_MS = 30_000
# a browser of somebody who reads English, so that nothing is Spanish by accident
DESK, PHONE = (1440, 900), (360, 780)
VISITS = [(screen, size) for screen in SCREENS for size in (DESK, PHONE)]


@pytest.fixture(params=VISITS, ids=lambda visit: f"{visit[0].title} {visit[1][0]}")
def visited(request, product, browser: Browser) -> Iterator[tuple[Page, int]]:
    screen, (width, height) = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    page.goto(f"{product.base_url}/{screen.address}?tenant=demo")
    expect(page.locator("h1").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator('[data-testid="stSkeleton"], .js-plotly-plot:empty')).to_have_count(
        0, timeout=WAIT_MS
    )
    page.wait_for_timeout(2_000)
    yield page, width
    context.close()


def test_a_page_is_spanish_accessible_and_no_wider_than_its_screen(visited):
    page, width = visited
    assert foreign_texts(page) == []
    serious = [
        (found["id"], found["nodes"][0]["html"][:200])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("alert").count() == 0


def test_open_lists_calendars_and_more_filters_speak_spanish(product, browser: Browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.goto(f"{product.base_url}/conversaciones?tenant=demo&desde=2026-02-01&entidad=COOVIMAG")
    expect(page.get_by_text("Contactos con más mensajes").first).to_be_visible(timeout=WAIT_MS)
    for opened in (
        page.locator(".st-key-filtro-preset input").first,
        page.locator(".st-key-filtro-entities input").first,
        page.locator(".st-key-filtro-start input, .st-key-filtro-start [role=group]").first,
        page.get_by_role("button", name="Más filtros").first,
    ):
        opened.click()
        page.wait_for_timeout(800)
        assert foreign_texts(page) == []
        page.keyboard.press("Escape")
    context.close()
