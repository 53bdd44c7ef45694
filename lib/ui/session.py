"""The visitor of this run: who the middleware says it is, verified again, or the page ends here."""

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
import structlog

from lib import clock
from lib.auth.identity import HEADER, Identity, InvalidIdentityError, read_token, signing_key
from lib.config import get_settings
from lib.metrics.scope import Scope
from lib.tenants.projects import Project, find_project
from lib.ui.address import TENANT
from lib.ui.errors import EXPECTED, show_trouble
from lib.ui.healing import wait_and_retry
from lib.ui.styles import apply_styles

LOGIN_NOTICE = "Inicia sesión para continuar"
CHANGED_NOTICE = "La sesión cambió de organización: actualiza la página para continuar"
REQUEST_ID = "x-request-id"


@dataclass(frozen=True, slots=True)
class Session:
    """A verified visit: the project is the only one whose data this run can read."""

    project: Project
    mode: str

    @property
    def project_id(self) -> int:
        """The project of the identity, the only source of it in the pages."""
        return self.project.project_id

    @property
    def entities(self) -> tuple[str, ...] | None:
        """The entities this visitor is limited to, None for all of the project."""
        return None

    @property
    def scope(self) -> Scope:
        """How much of the project this visitor may see, as the metric core asks for it."""
        return Scope.of(self.entities)

    @property
    def tenant(self) -> str | None:
        """The slug to carry in addresses: in dev mode only."""
        return self.project.slug if self.mode == "dev" else None


def require_session() -> Session:
    """The session of this run. Without one the page shows a notice and runs no further."""
    apply_styles()
    identity = _identity()
    if identity is None:
        _refuse(LOGIN_NOTICE)
    asked = st.query_params.get(TENANT)
    if asked is not None and asked != identity.slug:
        _refuse(CHANGED_NOTICE)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        project_id=identity.project_id, request_id=_header(REQUEST_ID)
    )
    project = _project(identity)
    if project is None or project.project_id != identity.project_id:
        _refuse(LOGIN_NOTICE)
    if asked is None and identity.mode == "dev":
        st.query_params[TENANT] = identity.slug
    return Session(project=project, mode=identity.mode)


def _header(name: str) -> str | None:
    """A header of the visit, as the middleware passed it on."""
    return st.context.headers.get(name)


def _identity() -> Identity | None:
    token = _header(HEADER)
    if not token:
        return None
    key = signing_key(get_settings().master_secret.get_secret_value())
    try:
        return read_token(token, clock.now(), key)
    except InvalidIdentityError:
        return None


def _project(identity: Identity) -> Project | None:
    try:
        return _known_project(identity.project_id, identity.slug)
    except EXPECTED as error:
        show_trouble(error, where="session")
        wait_and_retry()
        st.stop()


@st.cache_data(ttl=60, max_entries=1_000, show_spinner=False)
def _known_project(project_id: int, slug: str) -> Project | None:
    """The active project of an identity, looked up once a minute."""
    project = find_project(slug)
    return project if project and project.project_id == project_id else None


def _refuse(notice: str) -> NoReturn:
    st.error(notice)
    st.stop()
