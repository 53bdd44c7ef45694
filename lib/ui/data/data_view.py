"""The page Datos: what is loaded and how fresh, how loading goes, and what every metric means."""

import streamlit as st

from lib.metrics.definitions import get_definitions
from lib.metrics.options import Options
from lib.tenants.freshness import Freshness
from lib.tenants.sync_states import load_sync_states
from lib.ui.cards.result_table import table_html
from lib.ui.data.catalog_table import catalog_table, matching
from lib.ui.data.loading_table import failure_sentences, good_readings, loading_table
from lib.ui.frame.page import empty_page, notices
from lib.ui.frame.state_keys import CATALOG_SEARCH
from lib.ui.kpis.kpi import Kpi, kpi_grid
from lib.ui.visit.session import Session
from lib.ui.words.formats import date_range, instant, integer
from lib.ui.words.labels import NO_DATA, NO_VALUE

LONGEST_SEARCH = 80


def data_state(session: Session, freshness: Freshness, options: Options) -> None:
    """Four facts about the version in service."""
    timezone = session.project.timezone
    days = NO_DATA
    if options.first_date and options.last_date:
        days = date_range(options.first_date, options.last_date)
    held = freshness.held_back_since
    facts = (
        ("days", "Días con datos", days),
        ("loaded", "Última carga", instant(freshness.loaded_until, timezone)),
        ("published", "Publicado", instant(freshness.published_at, timezone)),
        ("version", "Versión de los datos", integer(freshness.data_version)),
    )
    cards = [Kpi("datos", name, label, text, text, "") for name, label, text in facts]
    st.html(kpi_grid(cards, "hechos"))
    if held:
        reason = freshness.held_back_reason or NO_VALUE
        notices(
            [
                f"Desde {instant(held, timezone)} una versión más nueva espera: no pasó una "
                f"prueba ({reason}). Hasta que se corrija se muestra la anterior."
            ]
        )


def loading_state(session: Session) -> None:
    """How reading each list of the API went the last time. Raises what the database raises."""
    states = load_sync_states(session.project_id)
    if not states:
        empty_page("Sin lecturas todavía", "La primera carga las anota aquí.", "franja")
        return
    notices(failure_sentences(states))
    _small(good_readings(states))
    table = loading_table(states, session.project.timezone)
    st.html(f'<div class="lecturas">{table_html(table, "Lecturas de datos")}</div>')


def metric_catalog() -> None:
    """All metrics in a table, and a box that keeps those with certain words."""
    asked = st.text_input(
        "Buscar una métrica",
        key=CATALOG_SEARCH,
        max_chars=LONGEST_SEARCH,
        placeholder="por ejemplo: espera, contención, CTR",
    )
    definitions = get_definitions()
    found = matching(definitions, asked or "")
    _small(f"{integer(len(found))} de {integer(len(definitions))} métricas")
    if not found:
        empty_page("Ninguna métrica", "Prueba con otra palabra o borra la búsqueda.", "franja")
        return
    table = catalog_table(found)
    st.html(f'<div class="catalogo">{table_html(table, "Catálogo de métricas")}</div>')


def _small(told: str) -> None:
    st.html(f'<p class="tabla-resto" role="status">{told}</p>')
