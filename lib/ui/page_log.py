"""Which page a visitor opened, written to the audit log once per visit of a page."""

from urllib.parse import urlsplit

import streamlit as st

from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.identity import Identity
from lib.ui.state_keys import PAGE_NOTED

__all__ = ["note_page"]


def note_page(identity: Identity, request_id: str | None) -> None:
    """Write down that the visitor looks at this page, unless that was the last thing written."""
    page = urlsplit(st.context.url or "/").path or "/"
    if st.session_state.get(PAGE_NOTED) == page:
        return
    record(
        AuditEvent(Action.PAGE, identity.project_id, identity.subject, {"page": page}, request_id)
    )
    st.session_state[PAGE_NOTED] = page
