"""The ASGI application: our gate and routes around Streamlit, which runs the pages.

`uvicorn --factory lib.web.app:create_app`, or `python -m lib.web` on one machine.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from lib import clock
from lib.audit.chain import audit_key
from lib.auth.entrance import Entrance
from lib.auth.issuers import Issuers
from lib.auth.sessions import SessionLimits
from lib.config import Settings, get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.log import configure_logging, get_logger
from lib.metrics.manifest import shipped_model_hash
from lib.tenants.freshness import load_freshness
from lib.tenants.projects import Project, find_project
from lib.ui.frame.errors import show_unexpected
from lib.ui.frame.navigation import MOVED, paths
from lib.web.audit_writer import writing_audit
from lib.web.auth_routes import auth_routes
from lib.web.client_address import ClientAddress
from lib.web.cookies import SessionCookie
from lib.web.door import Door
from lib.web.error_pages import ErrorPages
from lib.web.gate import Gate
from lib.web.preload import preload
from lib.web.readiness import check_readiness
from lib.web.request_log import RequestLog
from lib.web.request_rules import RequestRules
from lib.web.routes import build_routes
from lib.web.security_headers import SecurityHeaders
from lib.web.shell import page_shell
from lib.web.startup import check_before_serving
from lib.web.streamlit_options import set_streamlit_options, switch_off_page_directory

log = get_logger(__name__)
# By path and never imported: Streamlit runs it afresh for every visitor.
SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"


def create_app() -> st.App:
    """The whole application with the settings of this process. Raises SettingsError."""
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    check_before_serving(is_dev="dev" in settings.auth_modes, base_url=settings.base_url)
    switch_off_page_directory()
    door = build_door(settings, find_project)
    check = partial(check_readiness, find_project, load_freshness, shipped_model_hash)
    app = st.App(
        SCRIPT,
        lifespan=_lifespan,
        routes=[
            *auth_routes(door),
            *build_routes(auth_modes=settings.auth_modes, check=check, shell=page_shell),
        ],
        middleware=outer_layers(settings, door),
        on_script_error=show_unexpected,
    )
    set_streamlit_options(settings.base_url)
    return app


def build_door(settings: Settings, find_project: Callable[[str], Project | None]) -> Door:
    """Who comes in, and how, under these settings. Raises IssuersFileError."""
    path = settings.auth_issuers_file
    entrance = Entrance(
        modes=settings.auth_modes,
        issuers=Issuers.load(path) if path else Issuers(),
        limits=SessionLimits(settings.session_idle, settings.session_absolute),
        find_project=find_project,
    )
    cookie = SessionCookie(is_https=settings.base_url.startswith("https://"))
    return Door(entrance=entrance, cookie=cookie, now=clock.now, pages=paths())


def outer_layers(settings: Settings, door: Door) -> list[Middleware]:
    """What every request passes before Streamlit, outermost first."""
    return [
        Middleware(ClientAddress, trusted=settings.trusted_proxies),
        Middleware(RequestLog),
        Middleware(SecurityHeaders, base_url=settings.base_url),
        Middleware(ErrorPages),
        Middleware(RequestRules, base_url=settings.base_url),
        Middleware(
            Gate,
            door=door,
            moved=frozenset(MOVED),
            login_url=settings.login_url,
        ),
    ]


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[None]:
    preload()
    key = audit_key(get_settings().master_secret.get_secret_value())
    async with writing_audit(partial(engine_for_role, OWNER, pool_size=1), key):
        log.info("app_started", script=SCRIPT.name)
        yield
    log.info("app_stopped")
