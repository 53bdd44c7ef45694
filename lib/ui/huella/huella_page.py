"""The page of a huella: the figure as it was shown, and whether it is still the same."""

from html import escape

import streamlit as st

from lib.metrics.errors import UnknownHuellaError
from lib.metrics.huella import Resolved, resolve_huella
from lib.metrics.manifest import current_catalog
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.cards.result_table import table_html
from lib.ui.frame.page import empty_page, notices, section
from lib.ui.frame.state_keys import HUELLA_ASKED
from lib.ui.huella.huella_table import asked_words, figures_table
from lib.ui.visit.page_log import note_query
from lib.ui.visit.session import Session
from lib.ui.words.formats import day, instant, integer

CODE = "codigo"
LONGEST_CODE = 40
NOT_FOUND = "No encontramos esa huella"


def huella_page(session: Session) -> None:
    """A box for the code, and what it stands for. Raises what reading the marts raises."""
    asked = st.query_params.get(CODE, "")[:LONGEST_CODE]
    st.session_state[HUELLA_ASKED] = asked
    st.text_input(
        "Huella",
        key=HUELLA_ASKED,
        max_chars=LONGEST_CODE,
        placeholder="El código que traen los archivos y el PDF",
        on_change=_ask,
        width=420,
    )
    if not asked.strip():
        empty_page("Pega una huella", "Está en la cabecera de cada CSV, XLSX y tabla del PDF.")
        return
    note_query(session.identity, ["huella"], [])
    try:
        found = resolve_huella(tenant_pools(), session.project_id, asked, session.scope)
    except UnknownHuellaError:
        empty_page(NOT_FOUND, "Copia otra vez el código completo: son 12 letras y números.")
        return
    _show(session, found)


def verdict(found: Resolved) -> list[str]:
    """Whether the figure is still the same, and if not, what is different since."""
    if found.is_reproduced:
        return ["La misma pregunta da hoy exactamente las mismas cifras."]
    catalog = current_catalog()
    told = [
        f"{catalog.metric(name).label_es} cambió de definición el {day(change.date)}: "
        f"{change.text_es}"
        for name, changes in found.definition_changes.items()
        for change in changes
    ]
    if found.now_shown is None:
        told.append("La pregunta ya no se puede hacer: falta algo que entonces existía.")
    elif found.has_newer_data:
        told.append("Desde entonces se publicaron datos nuevos y las cifras son otras.")
    return told


def _show(session: Session, found: Resolved) -> None:
    catalog = current_catalog()
    names, filters = asked_words(found.huella.question, catalog)
    when = instant(found.huella.asked_at, session.project.timezone)
    section(names, filters)
    notices(verdict(found))
    st.html(
        f'<p class="tabla-resto">Huella {escape(found.huella.code)} · {when} · versión '
        f"{integer(found.huella.data_version)} de los datos</p>"
    )
    st.html(table_html(figures_table(found.huella.figures, catalog), f"Como se mostró: {names}"))
    if found.now_shown is not None and not found.is_reproduced:
        section("Hoy", f"versión {integer(found.data_version)} de los datos")
        st.html(table_html(figures_table(found.now_shown, catalog), f"Hoy: {names}"))


def _ask() -> None:
    """Write the code into the address."""
    code = st.session_state[HUELLA_ASKED].strip()
    if code:
        st.query_params[CODE] = code
    else:
        st.query_params.pop(CODE, None)
