"""A page that could not be drawn draws itself again, without the reader doing anything."""

import streamlit as st

from lib.ui.frame.state_keys import HEALING_SINCE

RETRY_SECONDS = 5


def wait_and_retry() -> None:
    """Run the whole page again every few seconds until it no longer calls this."""
    st.session_state[HEALING_SINCE] = 0
    _retry()


@st.fragment(run_every=RETRY_SECONDS)
def _retry() -> None:
    runs = st.session_state.get(HEALING_SINCE, 0) + 1
    st.session_state[HEALING_SINCE] = runs
    # the first run is the drawing of the page itself
    if runs > 1:
        st.rerun(scope="app")
