"""Carlos's page in a real browser: its figures are those counted by hand on staging."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.sandbox.truth.numbers import messages_between
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import DEMO_SEED, demo_world
from tests.support.product_metrics import count_by_hand

DEMO, ANDINA = 900101, 900202
NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)
LAST_30_DAYS = (date(2026, 1, 19), date(2026, 2, 17))
LAST_WEEK = (date(2026, 2, 9), date(2026, 2, 15))
CARDS = (
    "messages",
    "unique_contacts",
    "conversations",
    "active_agents",
    "fallback_rate",
    "wait_time_p50",
)
WAIT_MS = 30_000


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until the last chart of the page is drawn."""
    page.goto(address)
    expect(page.locator('[data-metric="messages"]').first).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("Contactos con más mensajes").first).to_be_visible(timeout=WAIT_MS)


def cards(page: Page) -> dict[str, float]:
    """The plain numbers the cards carry for machines."""
    return {
        name: float(page.locator(f'[data-metric="{name}"]').first.get_attribute("data-value") or 0)
        for name in CARDS
    }


def assert_cards_equal_staging(page, product, project, days):
    by_hand = count_by_hand(product, project, *days)
    shown = cards(page)
    assert shown["messages"] > 0
    for name in CARDS:
        assert shown[name] == pytest.approx(float(by_hand[name]), rel=1e-6), name


@pytest.mark.parametrize(("tenant", "project"), [("demo", DEMO), ("andina", ANDINA)])
def test_a_deep_link_opened_first_shows_the_figures_of_its_own_project(
    product, page, tenant, project
):
    open_page(page, f"{product.base_url}/conversaciones?tenant={tenant}")
    assert_cards_equal_staging(page, product, project, LAST_30_DAYS)


def choose(page: Page, filter_name: str, option: str) -> None:
    """Open one filter as a visitor does, and click an option of its list."""
    page.locator(f".st-key-filtro-{filter_name} input").first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def test_choosing_a_period_and_an_entity_changes_figures_address_and_chips(product, page):
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo")
    choose(page, "preset", "Semana pasada")
    page.wait_for_url("**periodo=semana-pasada**", timeout=WAIT_MS)
    choose(page, "entities", "COOVIMAG")
    page.wait_for_url("**entidad=COOVIMAG**", timeout=WAIT_MS)
    known = world_truth(demo_world(DEMO_SEED, date(2026, 2, 17)), NOW)[DEMO]
    messages = [m for m in messages_between(known, *LAST_WEEK) if m.entity == "COOVIMAG"]
    card = page.locator(f'[data-metric="messages"][data-value="{len(messages)}"]').first
    expect(card).to_be_visible(timeout=WAIT_MS)
    assert cards(page)["unique_contacts"] == len({m.row.contact_id for m in messages})
    by_hand = count_by_hand(product, DEMO, *LAST_WEEK, entity="COOVIMAG")
    assert cards(page) | by_hand == cards(page)
    page.get_by_role("button", name="Entidad: COOVIMAG").click()
    everything = count_by_hand(product, DEMO, *LAST_WEEK)["messages"]
    card = page.locator(f'[data-metric="messages"][data-value="{everything:.0f}"]').first
    expect(card).to_be_visible(timeout=WAIT_MS)
    assert "entidad" not in page.url


def test_the_downloaded_file_holds_the_table_on_the_screen(product, page):
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo&periodo=este-mes")
    rows = page.locator('[aria-label^="Agentes"] tbody tr')
    expect(rows.first).to_be_visible(timeout=WAIT_MS)
    shown = [row.locator("td").all_inner_texts() for row in rows.all()]
    with page.expect_download(timeout=WAIT_MS) as download:
        page.locator(".st-key-csv-agentes button:visible").first.click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    head, table = lines[: lines.index([])], lines[lines.index([]) + 1 :]
    facts = dict(line[:2] for line in head)
    assert facts["Organización"] == "Visionamos Demo"
    assert facts["Periodo"] == "01/02/2026 - 17/02/2026"
    assert [line[0] for line in table[1:]] == [row[0] for row in shown]
    assert [line[1] for line in table[1:]] == [row[1].replace(".", "") for row in shown]
    assert len(shown) == len(table) - 1 > 5


def test_another_project_has_other_figures_in_the_same_browser(product, browser):
    figures = []
    for tenant in ("demo", "andina"):
        context = browser.new_context()
        visitor = context.new_page()
        open_page(visitor, f"{product.base_url}/conversaciones?tenant={tenant}")
        figures.append(cards(visitor))
        context.close()
    assert figures[0]["messages"] != figures[1]["messages"]


def test_a_filter_that_makes_no_sense_is_dropped_with_a_notice(product, page):
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo&entidad=Nadie&periodo=nunca")
    expect(page.get_by_text("«Nadie» no existe").first).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("El periodo «nunca» no existe").first).to_be_visible(timeout=WAIT_MS)
    assert_cards_equal_staging(page, product, DEMO, LAST_30_DAYS)


def test_an_unknown_tenant_sees_a_page_that_tells_nothing(product, page):
    response = page.goto(f"{product.base_url}/conversaciones?tenant=nadie")
    assert response is not None
    assert response.status == 401
    text = page.locator("body").inner_text().lower()
    assert "no pudimos abrir tu sesión" in text
    assert not any(word in text for word in ("demo", "andina", "visionamos"))


def test_no_request_leaves_the_machine_while_a_page_is_looked_at(product, page):
    foreign = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((product.base_url, "data:", "blob:"))
            else foreign.append(request.url)
        ),
    )
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo")
    assert foreign == []


@pytest.mark.parametrize("address", ["/", "/conversaciones"])
def test_nothing_is_wider_than_a_telephone(product, browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="es-CO")
    phone = context.new_page()
    phone.goto(f"{product.base_url}{address}?tenant=demo")
    expect(phone.locator('[data-metric="messages"]').first).to_be_visible(timeout=WAIT_MS)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_another_period_in_the_address_changes_the_figures(product, page):
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo&periodo=semana-pasada")
    assert_cards_equal_staging(page, product, DEMO, LAST_WEEK)


def test_a_click_on_a_bar_filters_the_page_and_the_browser_goes_back_and_forward(product, page):
    open_page(page, f"{product.base_url}/conversaciones?tenant=demo&periodo=semana-pasada")
    everything = page.locator('[data-metric="messages"]').first.get_attribute("data-value")
    card = page.locator(".st-key-tarjeta-direccion")
    card.scroll_into_view_if_needed()
    card.locator(".bars .point path").first.click(force=True)
    chip = page.get_by_role("button", name="Dirección: Entrante")
    expect(chip).to_be_visible(timeout=WAIT_MS)
    assert "direccion=entrante" in page.url
    known = world_truth(demo_world(DEMO_SEED, date(2026, 2, 17)), NOW)[DEMO]
    inbound = sum(m.row.direction == "inbound" for m in messages_between(known, *LAST_WEEK))
    narrowed = page.locator(f'[data-metric="messages"][data-value="{inbound}"]').first
    expect(narrowed).to_be_visible(timeout=WAIT_MS)
    page.go_back()
    whole = page.locator(f'[data-metric="messages"][data-value="{everything}"]').first
    expect(whole).to_be_visible(timeout=WAIT_MS)
    expect(chip).to_have_count(0)
    page.go_forward()
    expect(narrowed).to_be_visible(timeout=WAIT_MS)
    heat = page.locator(".st-key-tarjeta-semana_hora")
    heat.scroll_into_view_if_needed()
    heat.locator(".scatterlayer .point").nth(10).click(force=True)
    expect(page.get_by_role("button", name="Hora: 10:00")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Día de la semana: Lunes")).to_be_visible()
