"""The audit log on a page: what is shown stands in the address, so a link opens the same."""

import streamlit as st

from lib.audit.events import Action
from lib.audit.trail import Cursor, CursorError
from lib.auth.oversight import audit_trail, verify_trail
from lib.ui.admin.audit_table import trail_table, verdict_text
from lib.ui.cards.result_table import table_html
from lib.ui.frame.page import empty_page, notices
from lib.ui.frame.state_keys import AUDIT_ACTION, AUDIT_PROOF
from lib.ui.visit.session import Session
from lib.ui.words.labels import ACTIONS

__all__ = ["audit_view"]

ACTION, BEFORE = "accion", "antes"
EVERYTHING = "Todo"


def audit_view(session: Session) -> None:
    """One page of the log with the ways on and back, a choice of what, and the proof."""
    action, place = _asked_action(), _asked_place()
    st.session_state[AUDIT_ACTION] = ACTIONS[action.value] if action else EVERYTHING
    with st.container(key="auditoria", horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Qué",
            [EVERYTHING, *ACTIONS.values()],
            key=AUDIT_ACTION,
            on_change=_choose_action,
            width=280,
        )
        is_asked = st.button("Verificar la cadena", key=AUDIT_PROOF)
    if is_asked:
        verdict = verify_trail(session.identity)
        (st.success if verdict.is_intact else st.error)(verdict_text(verdict))
    page = audit_trail(session.identity, before=place, action=action)
    if not page.entries:
        empty_page("Nada anotado", "No hay eventos de esta clase.", "franja")
        return
    st.html(
        '<div class="auditoria">'
        + table_html(trail_table(page.entries, session.project.timezone), "Auditoría")
        + "</div>"
    )
    with st.container(horizontal=True):
        if place:
            st.button("Lo más reciente", key="auditoria-inicio", on_click=_go_on, args=(None,))
        if page.following:
            st.button(
                "Más antiguos",
                key="auditoria-antes",
                on_click=_go_on,
                args=(str(page.following),),
            )


def _asked_action() -> Action | None:
    """The kind of event the address asks for."""
    named = st.query_params.get(ACTION)
    return Action(named) if named in set(Action) else None


def _asked_place() -> Cursor | None:
    """Where in the log the address goes on; a place nobody gave is the beginning."""
    try:
        return Cursor.parse(st.query_params[BEFORE]) if BEFORE in st.query_params else None
    except CursorError:
        notices(["El lugar de la dirección no existe: se muestra lo más reciente."])
        return None


def _choose_action() -> None:
    """Write the chosen kind into the address; its list begins anew."""
    st.query_params.pop(BEFORE, None)
    chosen = st.session_state[AUDIT_ACTION]
    if chosen == EVERYTHING:
        st.query_params.pop(ACTION, None)
    else:
        st.query_params[ACTION] = next(code for code, word in ACTIONS.items() if word == chosen)


def _go_on(place: str | None) -> None:
    """Turn to the page that begins at a place, or to the newest."""
    if place is None:
        st.query_params.pop(BEFORE, None)
    else:
        st.query_params[BEFORE] = place
