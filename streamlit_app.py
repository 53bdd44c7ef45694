"""The door: builds the menu and runs the chosen page. Each page asks for the session itself."""

import streamlit as st

from lib.ui.frame.navigation import LOGO, SCREENS
from lib.ui.visit.session import screens_offered
from lib.ui.words.labels import PRODUCT

st.set_page_config(page_title=PRODUCT, layout="wide", initial_sidebar_state="auto")
st.logo(LOGO, size="medium")
offered = screens_offered()
pages = [
    st.Page(
        screen.file,
        title=screen.title,
        icon=screen.icon,
        url_path=screen.address or None,
        default=not screen.address,
        visibility="visible" if screen in offered and screen.in_menu else "hidden",
    )
    for screen in SCREENS
]
st.navigation(pages, position="top").run()
