"""The door: builds the menu and runs the chosen page. Each page asks for the session itself."""

import streamlit as st

from lib.ui.frame.brand import logo_of, product_name
from lib.ui.frame.navigation import SCREENS
from lib.ui.visit.session import menu_offered

menu = menu_offered()
st.set_page_config(product_name(menu.project), layout="wide", initial_sidebar_state="auto")
st.logo(logo_of(menu.project), size="medium")
pages = [
    st.Page(
        screen.file,
        title=screen.title,
        icon=screen.icon,
        url_path=screen.address or None,
        default=not screen.address,
        visibility="visible" if screen in menu.screens and screen.in_menu else "hidden",
    )
    for screen in SCREENS
]
st.navigation(pages, position="top").run()
