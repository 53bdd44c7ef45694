"""One conversation on a page: the address says whose and of which day, by the opaque key."""

from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from lib.db.tenant import tenant_connection
from lib.metrics.timeline import Timeline, load_timeline
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.details.reveal_form import reveal_form
from lib.ui.details.timeline_html import facts_html, steps_html, steps_of
from lib.ui.filters.address import CONTACT, DAY, TENANT, View, detail_link
from lib.ui.filters.periods import CUSTOM
from lib.ui.frame.page import empty_page, notices, section
from lib.ui.visit.page_log import note_query
from lib.ui.visit.session import Session
from lib.ui.words.formats import integer

LONGEST_KEY = 64
NOT_FOUND = "No encontramos esa conversación"
ADVICE = "El enlace puede ser viejo o de datos que no puedes ver. Ábrela de nuevo desde el detalle."


def conversation_page(session: Session) -> None:
    """Facts and steps of the conversation the address names. Raises what reading the marts does.

    Of another project, outside the reader's entities, impossible or never there: all the same page.
    """
    asked = _asked()
    timeline = _found(session, asked) if asked else None
    if asked is None or timeline is None:
        empty_page(NOT_FOUND, ADVICE)
        st.html(_to_conversations(session.tenant))
        return
    contact_key, day = asked
    note_query(session.identity, ["timeline"], [_day_view(day)])
    st.html(_way_back(day, session.tenant) + facts_html(timeline))
    revealed = reveal_form(session, contact_key, day) if timeline.turns else None
    section("Paso a paso", "en la hora local de la organización")
    timezone = session.project.timezone
    st.html(steps_html(steps_of(timeline, timezone, revealed), timezone))
    if timeline.every_turn > len(timeline.turns):
        shown, every = integer(len(timeline.turns)), integer(timeline.every_turn)
        notices([f"Se muestran los primeros {shown} mensajes de {every}."])


def _asked() -> tuple[str, date] | None:
    """Key and day of the address; None when they can be nobody's."""
    contact_key = st.query_params.get(CONTACT, "")
    if not contact_key.isalnum() or len(contact_key) > LONGEST_KEY:
        return None
    try:
        return contact_key, date.fromisoformat(st.query_params.get(DAY, ""))
    except ValueError:
        return None


def _found(session: Session, asked: tuple[str, date]) -> Timeline | None:
    with tenant_connection(tenant_pools(), session.project_id) as connection:
        return load_timeline(connection, *asked, scope=session.scope)


def _day_view(day: date) -> View:
    return View(CUSTOM, day, day)


def _to_conversations(tenant: str | None) -> str:
    params = f"?{urlencode({TENANT: tenant})}" if tenant else ""
    return (
        f'<p class="volver"><a href="conversaciones{escape(params, quote=True)}" target="_self">'
        "Ir a Conversaciones</a></p>"
    )


def _way_back(day: date, tenant: str | None) -> str:
    address = escape(detail_link("conversations", _day_view(day), tenant), quote=True)
    return f'<p class="volver"><a href="{address}" target="_self">Conversaciones de ese día</a></p>'
