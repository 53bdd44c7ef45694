"""What a page shows somebody without a session: how to come in, and back to the same view."""

from typing import NoReturn
from urllib.parse import urlencode, urlsplit

import streamlit as st

from lib.config import get_settings
from lib.ui.visit.login_form import login_form

__all__ = ["LOGIN_NOTICE", "OVER_NOTICE", "ask_to_enter"]

LOGIN_NOTICE = "Inicia sesión para continuar"
OVER_NOTICE = "Tu sesión terminó. Vuelve a entrar: tus filtros se conservan."


def ask_to_enter(*, was_in: bool) -> NoReturn:
    """The login form or the notice to enter; `was_in` when the session ended under the visitor."""
    settings = get_settings()
    here = _here()
    if "local" in settings.auth_modes:
        login_form(here, OVER_NOTICE if was_in else None)
    elif was_in:
        st.error(OVER_NOTICE)
        # a page load passes the gate, which knows the other ways in
        with st.container(key="volver-a-entrar"):
            st.link_button("Volver a entrar", _entrance(settings.login_url, here))
    else:
        st.error(LOGIN_NOTICE)
    st.stop()


def _entrance(login_url: str | None, here: str) -> str:
    """Where to enter so as to come back here: at the issuer's, else by opening the page again."""
    if login_url is None:
        return here
    joint = "&" if urlsplit(login_url).query else "?"
    return f"{login_url}{joint}{urlencode({'next': here})}"


def _here() -> str:
    """Path and query of this page, with its filters."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = urlencode(
        [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    )
    return f"{path}?{query}" if query else path
