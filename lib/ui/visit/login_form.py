"""The form of the local login: streamlit-authenticator draws it, our accounts answer it.

Of that library only the form is used. Its cookie is set by a script, so every script could read it;
ours is set by a route, to which the form's success leads with a ticket.
"""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit_authenticator.views import Authenticate

from lib import clock
from lib.auth.accounts import Account, check_password
from lib.auth.tickets import issue_ticket
from lib.ui.frame.errors import EXPECTED, show_trouble
from lib.ui.visit.entry_guard import must_wait, note_failure, note_success

__all__ = ["login_form"]

FIELDS = {
    "Form name": "Inicia sesión",
    "Username": "Usuario",
    "Password": "Contraseña",
    "Login": "Entrar",
}
# the same whether the name, the password or the number of tries was the trouble
WRONG = (
    "No pudimos abrir tu sesión. Revisa usuario y contraseña; tras varios intentos espera unos"
    " minutos. Incidente {incident}"
)


class _NoCookie:
    """In place of the library's cookies: there are none."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None


class _OurAnswer:
    """In place of the library's list of users: the accounts of the database."""

    def __init__(self) -> None:
        self.account: Account | None = None
        self.asked: str | None = None
        self.reason = "wrong_password"

    def login(self, username: str, password: str, *_limits: object, **_options: object) -> bool:
        """Whether the form was filled in rightly; the account is kept for the ticket."""
        self.asked = username
        if must_wait(username):
            self.reason = "must_wait"
            return False
        self.account = check_password(username, password)
        return self.account is not None


class _Form(Authenticate):  # type: ignore[misc]  # the library has no types
    """The library's form, with neither its cookies nor its users."""

    def __init__(self, answer: _OurAnswer) -> None:
        # not the library's own start: it would set up its script for cookies
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        self.secret_key = ""
        self.cookie_controller = _NoCookie()
        self.authentication_controller = answer


def login_form(next_path: str, notice: str | None) -> None:
    """Ask for name and password; with the right ones the browser is sent on with a ticket."""
    with st.container(key="entrada-local"):
        if notice:
            st.warning(notice)
        try:
            _ask(next_path)
        except EXPECTED as error:
            show_trouble(error, where="login")


def _ask(next_path: str) -> None:
    answer = _OurAnswer()
    _Form(answer).login(fields=FIELDS, key="entrada")
    if answer.account is not None:
        note_success(answer.account.username)
        _send_on(issue_ticket(answer.account, clock.now()), next_path)
    elif answer.asked is not None:
        st.error(WRONG.format(incident=note_failure(answer.asked, answer.reason)))


def _send_on(ticket: str, next_path: str) -> None:
    address = f"/auth/ticket?{urlencode({'ticket': ticket, 'next': next_path})}"
    st.html(f'<a class="seguir" data-seguir href="{escape(address)}" target="_self">Continuar</a>')
