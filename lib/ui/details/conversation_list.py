"""The conversations behind a figure: what they are, one page of them, and the way to each."""

from html import escape

import streamlit as st

from lib.db.tenant import tenant_connection
from lib.metrics.details import PAGE_ROWS, Details, has_details
from lib.metrics.errors import DimensionNotAvailableError
from lib.metrics.manifest import current_catalog
from lib.tenants.freshness import Freshness
from lib.ui.cards.asking import ask_details
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.cards.result_table import table_html
from lib.ui.details.conversation_file import conversation_download
from lib.ui.details.conversation_table import TECHNICAL_WORDS, details_table
from lib.ui.filters.address import METRIC, TECHNICAL, View, link
from lib.ui.frame.page import empty_page, section
from lib.ui.frame.state_keys import turn_key
from lib.ui.visit.page_log import note_query
from lib.ui.visit.session import Session
from lib.ui.words.formats import integer

PAGE = "pagina"
DEFAULT_METRIC = "conversations"


def asked_metric() -> tuple[str, tuple[str, ...]]:
    """The metric the address asks for, and a notice when it has no conversations behind it."""
    catalog = current_catalog()
    name = st.query_params.get(METRIC, DEFAULT_METRIC)
    if name in catalog.metrics and has_details(catalog, name):
        return name, ()
    return DEFAULT_METRIC, ("Esa medida no tiene detalle: se muestran todas las conversaciones.",)


def conversation_list(session: Session, freshness: Freshness, metric: str, view: View) -> None:
    """The list with its size, page by page. Raises what reading the marts raises."""
    note_query(session.identity, ["details"], [view])
    page = _asked_page()
    try:
        with tenant_connection(tenant_pools(), session.project_id) as connection:
            details = ask_details(
                connection, metric, view, page, scope=session.scope, technical=_asked_technical()
            )
    except DimensionNotAvailableError:
        empty_page("No aplica", "Esta medida no se puede separar con los filtros elegidos.")
        return
    st.html(_way_back(view, session.tenant))
    section(details.metric.label_es, summary(details))
    if not details.conversations:
        empty_page("Sin datos", "Ninguna conversación cumple estos filtros.")
        return
    table = details_table(details, session.tenant)
    caption = f"Conversaciones de {details.metric.label_es}"
    st.html(f'<div class="detalle">{table_html(table, caption)}</div>')
    _pages(page, details)
    conversation_download(session, freshness, details, view)


def summary(details: Details) -> str:
    """46 conversaciones de 41 contactos · Mensajes: 659 mensajes"""
    conversations = _counted(details.conversations, "conversación", "conversaciones")
    contacts = _counted(details.contacts, "contacto", "contactos")
    told = f"{conversations} de {contacts}{TECHNICAL_WORDS[details.technical]}"
    unit = details.measured.unit
    # the same agent is in many conversations: added up over the rows it is no figure
    if unit in {"conversaciones", "contactos", "agentes"}:
        return told
    unit = "sesiones" if unit == "segundos" else unit
    return f"{told} · {details.measured.label_es}: {integer(details.measured_total)} {unit}"


def _way_back(view: View, tenant: str | None) -> str:
    address = escape(link("conversaciones", view, tenant), quote=True)
    return f'<p class="volver"><a href="{address}" target="_self">Volver a Conversaciones</a></p>'


def _asked_technical() -> bool | None:
    """Which intents the address asks for; anything but yes or no is all of them."""
    return {"si": True, "no": False}.get(st.query_params.get(TECHNICAL, ""))


def _asked_page() -> int:
    asked = st.query_params.get(PAGE, "1")
    return int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 7 else 1


def _pages(page: int, details: Details) -> None:
    last = -(-details.conversations // PAGE_ROWS)
    first_row = (page - 1) * PAGE_ROWS + 1
    with st.container(horizontal=True, vertical_alignment="center"):
        if details.rows:
            last_row = first_row + len(details.rows) - 1
            told = f"{integer(first_row)} a {integer(last_row)} de {integer(details.conversations)}"
        else:
            told = f"La página {integer(page)} no existe: hay {integer(last)}"
        st.html(f'<p class="tabla-resto" role="status">{told}</p>', width="content")
        if page > 1:
            st.button(
                "Anteriores", key=turn_key("antes"), on_click=_turn, args=(min(page - 1, last),)
            )
        if page < last:
            st.button("Siguientes", key=turn_key("despues"), on_click=_turn, args=(page + 1,))


def _turn(page: int) -> None:
    if page <= 1:
        st.query_params.pop(PAGE, None)
    else:
        st.query_params[PAGE] = str(page)


def _counted(number: int, one: str, many: str) -> str:
    return f"{integer(number)} {one if number == 1 else many}"
