"""Which page a visitor opened and what was asked there, once per visit and view."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st
from pydantic import JsonValue

from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.identity import Identity
from lib.ui.filters.address import View, link
from lib.ui.frame.state_keys import PAGE_NOTED, QUERY_NOTED

__all__ = ["filters_of", "note_page", "note_query"]

LONGEST_FILTERS = 1_000


def note_page(identity: Identity, request_id: str | None) -> None:
    """Write down that the visitor looks at this page, unless that was the last thing written."""
    page = urlsplit(st.context.url or "/").path or "/"
    if st.session_state.get(PAGE_NOTED) == page:
        return
    record(
        AuditEvent(Action.PAGE, identity.project_id, identity.subject, {"page": page}, request_id)
    )
    st.session_state[PAGE_NOTED] = page


def note_query(identity: Identity, questions: Sequence[str], views: Sequence[View]) -> None:
    """Write down what a page asks and about what, unless that was the last thing asked."""
    asked = (tuple(questions), filters_of(*views))
    if st.session_state.get(QUERY_NOTED) == asked:
        return
    detail: dict[str, JsonValue] = {"metrics": [*questions], "filters": asked[1]}
    record(AuditEvent(Action.QUERY, identity.project_id, identity.subject, detail))
    st.session_state[QUERY_NOTED] = asked


def filters_of(*views: View) -> str:
    """Views as their addresses say them, without tenant: `periodo=ayer&entidad=Norte`."""
    every = dict.fromkeys(link("", view).removeprefix("?") for view in views)
    return " | ".join(every)[:LONGEST_FILTERS]
