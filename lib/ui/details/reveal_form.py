"""What was written in a conversation: shown to who may see it, for a reason, once, on record."""

from datetime import date
from functools import lru_cache

import streamlit as st

from lib.auth.permissions import Permission, PermissionDeniedError
from lib.auth.reveal import (
    MOST_AN_HOUR,
    Purpose,
    RevealedMessage,
    RevealLimitError,
    RevealReason,
    TicketError,
    UnknownContactError,
    reveal_messages,
    reveal_pools,
)
from lib.db.tenant import TenantPools
from lib.ui.frame.errors import EXPECTED, NOT_ALLOWED, show_trouble
from lib.ui.frame.state_keys import REVEAL_REASON, REVEAL_TICKET
from lib.ui.visit.session import Session
from lib.ui.words.labels import REVEAL_REASONS

BAD_TICKET = "El caso debe ser un número como PQR-2026/123, sin teléfonos, documentos ni nombres."
TOO_MANY = f"Ya consultaste {MOST_AN_HOUR} veces en la última hora: vuelve a intentarlo más tarde."
HIDDEN = "Los textos están ocultos. Para verlos di por qué; queda en la auditoría."
NOTHING = "No hay textos de esta conversación."
NOTED = "Quedó anotado quién los vio y por qué. Se ocultan con la próxima acción en la página."


@lru_cache(maxsize=1)
def shown_pools() -> TenantPools:
    """The connections of this process that read personal columns."""
    return reveal_pools()


def reveal_form(session: Session, contact_key: str, day: date) -> list[RevealedMessage] | None:
    """Ask for the reason and give the texts in this run alone; None while nothing is shown.

    For a role that may not, nothing is drawn. Nothing that was written is kept by the page.
    """
    if not session.may(Permission.REVEAL_CONTACT):
        return None
    with st.form("mostrar-textos", enter_to_submit=False):
        st.html(f'<p class="oculto">{HIDDEN}</p>')
        with st.container(horizontal=True, vertical_alignment="bottom"):
            reason = st.selectbox(
                "Motivo",
                [*REVEAL_REASONS],
                index=None,
                placeholder="Elige un motivo",
                format_func=REVEAL_REASONS.__getitem__,
                filter_mode=None,
                key=REVEAL_REASON,
                width=280,
            )
            ticket = st.text_input(
                "Caso (opcional)",
                placeholder="PQR-2026/123",
                max_chars=40,
                key=REVEAL_TICKET,
                width=280,
            )
            is_asked = st.form_submit_button("Mostrar textos")
    if not is_asked:
        return None
    if reason is None:
        st.warning("Elige un motivo.")
        return None
    return _revealed(session, contact_key, day, RevealReason(reason), ticket.strip() or None)


def _revealed(
    session: Session, contact_key: str, day: date, reason: RevealReason, ticket: str | None
) -> list[RevealedMessage] | None:
    """The texts, or the words for why there are none."""
    try:
        found = reveal_messages(
            session.identity, contact_key, (day, day), Purpose(reason, ticket), shown_pools()
        )
    except TicketError:
        st.warning(BAD_TICKET)
    except RevealLimitError:
        st.warning(TOO_MANY)
    except UnknownContactError:
        st.info(NOTHING)
    except PermissionDeniedError:
        # the role changed since the page was drawn, and the refusal is noted by now
        st.warning(NOT_ALLOWED.heading)
    except EXPECTED as error:
        show_trouble(error, where="reveal")
    else:
        st.success(NOTED)
        return found
    return None
