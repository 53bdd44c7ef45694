"""The door: builds the menu and runs the chosen page. Each page asks for the session itself."""

import streamlit as st

from lib.ui.labels import PRODUCT
from lib.ui.navigation import LOGO, SCREENS

st.set_page_config(page_title=PRODUCT, layout="wide", initial_sidebar_state="auto")
st.logo(LOGO, size="medium")
pages = [
    st.Page(
        screen.file,
        title=screen.title,
        icon=screen.icon,
        url_path=screen.address or None,
        default=not screen.address,
    )
    for screen in SCREENS
]
st.navigation(pages, position="top").run()
