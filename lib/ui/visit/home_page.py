"""Where a visit begins: each role at the page it opens every morning."""

import streamlit as st

from lib.ui.filters.address import TENANT
from lib.ui.frame.navigation import HOMES
from lib.ui.visit.session import Session


def go_home(session: Session) -> None:
    """From the first page to the visitor's own one when the visit begins; later the menu rules."""
    home = HOMES.get(session.identity.role)
    # an address that says more than whose data it is was meant as it is
    is_plain = set(st.query_params) <= {TENANT}
    if session.is_arriving and is_plain and home is not None:
        st.switch_page(home.file, query_params={TENANT: session.tenant} if session.tenant else {})
