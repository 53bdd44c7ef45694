"""The mornings of Maria, Carlos and Ana, each as one story, at a desk and on a telephone."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from infra.sandbox.truth.numbers import messages_between
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import DEMO_SEED, demo_world
from lib.ui.words.labels import value_label
from tests.support.product_metrics import count_by_hand

DEMO = 900101
NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)
YESTERDAY = date(2026, 2, 16)
LAST_WEEK = (date(2026, 2, 9), date(2026, 2, 15))
THIS_MONTH = (date(2026, 2, 1), date(2026, 2, 17))
WAIT_MS = 30_000
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(request, browser: Browser) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="es-CO", accept_downloads=True
    )
    yield context.new_page()
    context.close()


def figure(text: str) -> int:
    """1.234 as a number."""
    return int(text.replace(".", ""))


def test_maria_reads_yesterday_and_follows_the_first_sentence_to_its_figures(product, visitor):
    visitor.goto(f"{product.base_url}/?tenant=demo")
    expect(visitor.get_by_role("heading", name="Buenos días")).to_be_visible(timeout=WAIT_MS)
    by_hand = count_by_hand(product, DEMO, YESTERDAY, YESTERDAY)
    card = visitor.locator('[data-metric="messages"]').first
    expect(card).to_be_visible(timeout=WAIT_MS)
    assert float(card.get_attribute("data-value") or 0) == by_hand["messages"]
    expect(card.get_by_text("frente a")).to_be_visible()
    expect(visitor.get_by_text("Datos hasta").first).to_be_visible()
    expect(visitor.get_by_text("Lo que necesita atención").first).to_be_visible()
    visitor.get_by_role("link", name="Ver", exact=True).first.click()
    expect(visitor.get_by_text("Control de Conversaciones").first).to_be_visible(timeout=WAIT_MS)
    # the sentence is about yesterday, and so is the page it leads to
    assert "ayer" in visitor.url or "2026-02-16" in visitor.url
    expect(visitor.locator('[data-metric="messages"]').first).to_be_visible(timeout=WAIT_MS)


def choose(page: Page, filter_name: str, option: str) -> None:
    page.locator(f".st-key-filtro-{filter_name} input").first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def test_carlos_finds_the_busiest_hour_and_takes_the_conversations_behind_it(product, visitor):
    known = world_truth(demo_world(DEMO_SEED, date(2026, 2, 17)), NOW)[DEMO]
    messages = [m for m in messages_between(known, *LAST_WEEK) if m.entity == "COOVIMAG"]
    by_hour = Counter(m.row.local_hour for m in messages)
    busiest, count = by_hour.most_common(1)[0]
    assert sum(number == count for number in by_hour.values()) == 1

    visitor.goto(f"{product.base_url}/conversaciones?tenant=demo")
    expect(visitor.locator('[data-metric="messages"]').first).to_be_visible(timeout=WAIT_MS)
    choose(visitor, "preset", "Semana pasada")
    visitor.wait_for_url("**periodo=semana-pasada**", timeout=WAIT_MS)
    choose(visitor, "entities", "COOVIMAG")
    visitor.wait_for_url("**entidad=COOVIMAG**", timeout=WAIT_MS)

    narrowed = visitor.locator(f'[data-metric="messages"][data-value="{len(messages)}"]').first
    expect(narrowed).to_be_visible(timeout=WAIT_MS)

    card = visitor.locator(".st-key-tarjeta-hora")
    card.scroll_into_view_if_needed()
    bars = card.locator(".bars .point path")
    expect(bars).to_have_count(24, timeout=WAIT_MS)
    heights = [box["height"] if (box := bar.bounding_box()) else 0 for bar in bars.all()]
    bars.nth(heights.index(max(heights))).click(force=True)
    chip = visitor.get_by_role("button", name=f"Hora: {value_label('hour', busiest)}")
    expect(chip).to_be_visible(timeout=WAIT_MS)
    shown = visitor.locator(f'[data-metric="messages"][data-value="{count}"]').first
    expect(shown).to_be_visible(timeout=WAIT_MS)

    shown.get_by_role("link", name="Ver detalle de Mensajes").click()
    summary = visitor.get_by_text("conversaciones de").first
    expect(summary).to_be_visible(timeout=WAIT_MS)
    words = summary.inner_text().split()
    contacts = {m.row.contact_id for m in messages if m.row.local_hour == busiest}
    assert figure(words[words.index("contactos") - 1]) == len(contacts)
    assert f"Mensajes: {count} mensajes" in summary.inner_text()

    visitor.get_by_role("button", name="Preparar CSV").click()
    with visitor.expect_download(timeout=WAIT_MS) as download:
        visitor.get_by_role("button", name="Guardar CSV").click()
    lines = list(
        csv.reader(
            io.StringIO(Path(download.value.path()).read_bytes().decode("utf-8-sig")),
            delimiter=";",
        )
    )
    names, *rows = lines[lines.index([]) + 1 :]
    assert len(rows) == figure(words[0])
    assert sum(int(row[names.index("Mensajes")]) for row in rows) == count


def test_ana_reads_the_month_and_takes_it_along_as_a_pdf(product, visitor):
    visitor.goto(f"{product.base_url}/ejecutivo?tenant=demo")
    card = visitor.locator('[data-group="executive_month"][data-metric="conversations"]')
    expect(card).to_be_visible(timeout=WAIT_MS)
    conversations = count_by_hand(product, DEMO, *THIS_MONTH)["conversations"]
    assert float(card.get_attribute("data-value") or 0) == conversations
    expect(visitor.get_by_text(f"Van {conversations:.0f} conversaciones").first).to_be_visible()
    with visitor.expect_download(timeout=WAIT_MS) as download:
        visitor.get_by_role("button", name="Descargar PDF").click()
    reader = PdfReader(Path(download.value.path()), strict=True)
    first = reader.pages[0].extract_text()
    assert f"Van {conversations:.0f} conversaciones este mes" in first
    assert "Visionamos Demo" in first
    assert len(reader.pages) == 5
