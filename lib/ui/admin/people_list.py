"""Who is in: a card for each open session, with a button that ends it after a second question."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from lib.auth.oversight import people_in, put_out
from lib.auth.secret_text import hash_of
from lib.auth.sessions import OpenSession
from lib.ui.frame.state_keys import PUT_OUT_ASKED, PUT_OUT_DONE, put_out_key
from lib.ui.visit.session import Session, session_limits
from lib.ui.words.formats import instant, integer
from lib.ui.words.labels import MODES, ROLES

__all__ = ["people_list"]

MOST_SHOWN = 50
EVERYBODY = "todas"


def people_list(session: Session) -> None:
    """The open sessions of the project, the one used last first. Raises PermissionDeniedError."""
    people = people_in(session.identity, session_limits())
    done = st.session_state.pop(PUT_OUT_DONE, None)
    if done is not None:
        st.success(f"Sesiones cerradas: {integer(done)}")
    mine = hash_of(session.secret)
    for one in people[:MOST_SHOWN]:
        _card(session, one, is_mine=one.session_hash == mine)
    if len(people) > MOST_SHOWN:
        st.html(
            f'<p class="tabla-resto">Se muestran {MOST_SHOWN} de {integer(len(people))} '
            "sesiones abiertas.</p>"
        )
    _ending(
        EVERYBODY,
        "Cerrar todas las sesiones",
        "¿Cerrar todas? También se cierra la tuya.",
        partial(put_out, session.identity),
    )


def _card(session: Session, one: OpenSession, *, is_mine: bool) -> None:
    timezone = session.project.timezone
    who = one.identity
    facts = (
        f"{ROLES[who.role.value]} · {MODES[who.mode]}"
        f" · entró {instant(one.opened_at, timezone)} · visto {instant(one.seen_at, timezone)}"
        f" · vence {instant(one.expires_at, timezone)}"
    )
    limited = f" · solo {', '.join(who.entities)}" if who.entities is not None else ""
    name = who.name or who.subject
    here = '<span class="tuya">esta sesión</span>' if is_mine else ""
    with st.container(
        key=f"persona-{one.session_hash[:16]}", horizontal=True, vertical_alignment="center"
    ):
        st.html(
            f'<p class="persona"><strong>{escape(name)}</strong>{here}'
            f"<small>{escape(facts + limited)}</small></p>",
            width="stretch",
        )
        if not is_mine:
            _ending(
                one.session_hash[:16],
                "Cerrar",
                "¿Cerrar esta sesión?",
                partial(put_out, session.identity, session_hash=one.session_hash),
            )


def _ending(name: str, label: str, question: str, end: Callable[[], int]) -> None:
    """A button that asks once more before it ends anything."""
    if st.session_state.get(PUT_OUT_ASKED) != name:
        st.button(label, key=put_out_key(name), on_click=_ask, args=(name,))
        return
    st.html(f'<p class="pregunta">{escape(question)}</p>', width="content")
    sure = put_out_key(f"{name}-si")
    st.button("Sí, cerrar", key=sure, type="primary", on_click=_end, args=(end,))
    st.button("Cancelar", key=put_out_key(f"{name}-no"), on_click=_ask, args=(None,))


def _ask(name: str | None) -> None:
    st.session_state[PUT_OUT_ASKED] = name


def _end(end: Callable[[], int]) -> None:
    st.session_state[PUT_OUT_ASKED] = None
    st.session_state[PUT_OUT_DONE] = end()
