"""The visitor of this run: whose session the middleware found, looked up again, or the page ends.

Every run asks the database, so a session that was ended elsewhere ends here at the next click; an
open page that nobody touches asks by itself and clears the screen when its time is over.
"""

import time
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st
import structlog

from lib import clock
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.identity import Identity
from lib.auth.permissions import Permission, may
from lib.auth.sessions import OpenSession, SessionLimits, find_session, touch_session
from lib.config import get_settings
from lib.log import new_incident
from lib.metrics.scope import Scope
from lib.tenants.projects import Project
from lib.ui.filters.address import TENANT
from lib.ui.frame.brand import apply_brand
from lib.ui.frame.errors import EXPECTED, NOT_ALLOWED, show_trouble, trouble_html
from lib.ui.frame.healing import wait_and_retry
from lib.ui.frame.navigation import SCREENS, Screen
from lib.ui.frame.state_keys import MENU_OFFERED, SESSION_SEEN
from lib.ui.frame.styles import apply_styles
from lib.ui.visit.entering import ask_to_enter
from lib.ui.visit.page_log import note_page

__all__ = ["CHANGED_NOTICE", "SESSION_HEADER", "Session", "require_session"]

SESSION_HEADER = "x-indigitall-session"
REQUEST_ID = "x-request-id"
CHANGED_NOTICE = "La sesión cambió de organización: actualiza la página para continuar"
LOOK_EVERY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Session:
    """A verified visit: the project is the only one whose data this run can read.

    `secret` opens the session once more where something happens after the run. `is_arriving` on the
    first run of a visit, before any page was chosen.
    """

    project: Project
    identity: Identity
    secret: str = field(default="", repr=False, compare=False)
    is_arriving: bool = field(default=False, compare=False)

    @property
    def project_id(self) -> int:
        """The project of the identity, the only source of it in the pages."""
        return self.project.project_id

    @property
    def entities(self) -> tuple[str, ...] | None:
        """The entities this visitor is limited to, None for all of the project."""
        return self.identity.entities

    @property
    def scope(self) -> Scope:
        """How much of the project this visitor may see, as the metric core asks for it."""
        return Scope.of(self.entities)

    @property
    def tenant(self) -> str | None:
        """The slug to carry in addresses: in dev mode only."""
        return self.project.slug if self.identity.mode == "dev" else None

    def may(self, permission: Permission) -> bool:
        """Whether the visitor's role allows this."""
        return may(self.identity, permission)


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages of a visitor's menu, and the project whose look the frame has, if any."""

    screens: frozenset[Screen]
    project: Project | None


def require_session() -> Session:
    """The session of this run. Without one the page asks to enter and runs no further."""
    apply_styles()
    found = _look_up()
    if found is None:
        ask_to_enter(was_in=bool(st.session_state.get(SESSION_SEEN)))
    asked = st.query_params.get(TENANT)
    identity = found.identity
    apply_brand(found.project)
    if asked is not None and asked != identity.slug:
        _refuse(CHANGED_NOTICE)
    is_arriving = SESSION_SEEN not in st.session_state
    st.session_state[SESSION_SEEN] = True
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        project_id=identity.project_id, request_id=_header(REQUEST_ID)
    )
    if asked is None and identity.mode == "dev":
        st.query_params[TENANT] = identity.slug
    _note(identity)
    _watch(time.monotonic())
    return Session(found.project, identity, _header(SESSION_HEADER) or "", is_arriving)


def menu_offered() -> Menu:
    """The visitor's menu and the look around it, looked up anew every half minute.

    The page that follows asks again by itself: a menu that is older than a change of rights opens
    nothing. Strangers, and all when the database is lost, are offered what everybody may see.
    """
    secret = _header(SESSION_HEADER)
    last: tuple[str | None, float, Menu] | None = st.session_state.get(MENU_OFFERED)
    if last and last[0] == secret and time.monotonic() - last[1] < LOOK_EVERY_SECONDS:
        return last[2]
    menu = _menu_of(secret)
    st.session_state[MENU_OFFERED] = (secret, time.monotonic(), menu)
    return menu


def _menu_of(secret: str | None) -> Menu:
    try:
        found = find_session(secret, clock.now(), session_limits()) if secret else None
    except EXPECTED:
        # the page says what is wrong; a menu without its protected pages is no harm
        found = None
    offered = frozenset(
        screen
        for screen in SCREENS
        if screen.permission is Permission.VIEW_PAGES
        or (found and may(found.identity, screen.permission))
    )
    return Menu(offered, found.project if found else None)


def require_screen(session: Session, screen: Screen) -> None:
    """Do nothing for who may see this page; for others it says so and ends, and it is noted."""
    permission = screen.permission
    if session.may(permission):
        return
    incident = new_incident()
    identity = session.identity
    event = AuditEvent(
        Action.REFUSAL,
        identity.project_id,
        identity.subject,
        {"reason": "permission", "permission": permission.value},
        incident=incident,
    )
    try:
        record(event)
    except EXPECTED as error:
        _lost(error)
    st.html(trouble_html(NOT_ALLOWED, incident))
    st.stop()


def session_limits() -> SessionLimits:
    """How long sessions last, as the settings say."""
    settings = get_settings()
    return SessionLimits(idle=settings.session_idle, absolute=settings.session_absolute)


def _header(name: str) -> str | None:
    """A header of the visit, as the middleware passed it on."""
    return st.context.headers.get(name)


def _look_up() -> OpenSession | None:
    """The open session, noted as used. Without a database the page says so and tries again."""
    secret = _header(SESSION_HEADER)
    if not secret:
        return None
    now = clock.now()
    try:
        found = find_session(secret, now, session_limits())
        if found:
            touch_session(found, now)
    except EXPECTED as error:
        _lost(error)
    return found


def _note(identity: Identity) -> None:
    try:
        note_page(identity, _header(REQUEST_ID))
    except EXPECTED as error:
        _lost(error)


def _lost(error: Exception) -> NoReturn:
    show_trouble(error, where="session")
    wait_and_retry()
    st.stop()


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _watch(seen_at: float) -> None:
    """Runs the page anew when its session is over; looking is not using.

    `seen_at`, of a steady clock, is when the page itself has looked: one look a run is enough.
    """
    if time.monotonic() - seen_at < LOOK_EVERY_SECONDS / 2:
        return
    secret = _header(SESSION_HEADER)
    try:
        is_open = bool(secret and find_session(secret, clock.now(), session_limits()))
    except EXPECTED:
        # the page itself says what is wrong with the database; here nothing can be concluded
        return
    if not is_open:
        st.rerun(scope="app")


def _refuse(notice: str) -> NoReturn:
    st.error(notice)
    st.stop()
