"""What changed this month, in sentences made of the page's own figures."""

from collections.abc import Iterator
from html import escape

import streamlit as st

from lib.metrics.catalog import Catalog
from lib.metrics.lights import traffic_light
from lib.metrics.manifest import current_catalog
from lib.metrics.network import network_of
from lib.metrics.results import MetricResult, as_number
from lib.ui.cards.board import Board
from lib.ui.executive.executive_view import MONTH
from lib.ui.frame.errors import show_trouble
from lib.ui.words.formats import decimal, duration, integer, percent

ENTITIES = "executive_entities"
SMALLEST_BASE = 20
LIGHT_SENTENCES = {
    "green": "por debajo del límite de 15 %",
    "yellow": "entre 15 % y 25 %: conviene mirarla",
    "red": "por encima de 25 %: es crítica",
}


def story(board: Board) -> None:
    """The sentences, or why they cannot be written."""
    for failed in (MONTH, ENTITIES):
        if failed in board.failed:
            show_trouble(board.failed[failed], card="relato")
            return
    texts = story_lines(board.answer(MONTH), board.answer(ENTITIES), current_catalog())
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    st.html(f'<ul class="relato">{items}</ul>')


def story_lines(month: MetricResult, entities: MetricResult, catalog: Catalog) -> list[str]:
    """At most five sentences, against the same days of the month before."""
    if not month.value("conversations"):
        return ["Este mes todavía no tiene conversaciones."]
    return [
        *_volume(month),
        *_containment(month),
        *_fallback(month, catalog),
        *_wait(month),
        *_apart(entities),
    ]


def _volume(month: MetricResult) -> Iterator[str]:
    moved = month.change("conversations")
    text = f"Van {integer(moved.current)} conversaciones este mes"
    if moved.relative is None:
        yield f"{text}; no hay con qué compararlas."
    elif moved.relative == 0:
        yield f"{text}, las mismas que a esta altura del mes pasado."
    else:
        word = "más" if moved.relative > 0 else "menos"
        yield f"{text}, {percent(abs(moved.relative))} {word} que a esta altura del mes pasado."


def _containment(month: MetricResult) -> Iterator[str]:
    effective, simple = (
        month.value("effective_containment_rate"),
        month.value("containment_rate"),
    )
    if effective is None or simple is None:
        return
    moved = month.change("effective_containment_rate").absolute
    beside = ""
    if moved:
        beside = f", {decimal(abs(moved) * 100)} puntos {'más' if moved > 0 else 'menos'}"
    yield (
        f"El bot resolvió {percent(effective)} de sus conversaciones{beside}; "
        f"{percent(simple)} no pasaron a una persona."
    )


def _fallback(month: MetricResult, catalog: Catalog) -> Iterator[str]:
    rate = month.value("fallback_rate")
    light = traffic_light(catalog.metric("fallback_rate"), rate)
    if rate is not None and light is not None:
        yield f"La tasa de fallback es {percent(rate)}, {LIGHT_SENTENCES[light]}."


def _wait(month: MetricResult) -> Iterator[str]:
    moved = month.change("wait_time_p50")
    if moved.current is None:
        return
    beside = "" if moved.prior is None else f"; el mes pasado era {duration(moved.prior)}"
    yield f"La mitad de los contactos esperó menos de {duration(moved.current)}{beside}."


def _apart(entities: MetricResult) -> Iterator[str]:
    """The entity that lies farthest above the middle of the others in what the bot missed."""
    found = [
        (rate - middle.median, str(name), rate)
        for name, rate, middle, talks in zip(
            entities.column("entity"),
            map(as_number, entities.column("fallback_rate")),
            network_of(entities, "fallback_rate"),
            map(as_number, entities.column("conversations")),
            strict=True,
        )
        if rate is not None and middle is not None and (talks or 0) >= SMALLEST_BASE
    ]
    apart, name, rate = max(found, default=(0.0, "", 0.0))
    if apart > 0:
        yield (
            f"{name} es la entidad que más se aparta: fallback de {percent(rate)}, "
            f"{decimal(apart * 100)} puntos sobre la mediana de las demás."
        )
