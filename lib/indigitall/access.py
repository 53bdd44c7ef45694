"""Open the API for one project: the address, the credential, its throttle and its deadlines."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from lib.config import ServerKeyMissingError, Settings
from lib.indigitall.calls import CallObserver
from lib.indigitall.client import MEGABYTE, IndigitallClient
from lib.indigitall.connection import Connection, load_connection
from lib.indigitall.credentials import Credential, HeaderCredential, LoginCredential
from lib.indigitall.deadlines import Deadline
from lib.indigitall.errors import NotConfiguredError
from lib.indigitall.retries import Retries
from lib.indigitall.throttle import shared_throttle

__all__ = ["http_client", "missing_access", "open_client"]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@contextmanager
def open_client(
    settings: Settings,
    project_id: int,
    *,
    transport: httpx.BaseTransport | None = None,
    retries: Retries | None = None,
    on_call: CallObserver | None = None,
) -> Iterator[IndigitallClient]:
    """A client of one project as the settings and the connection file say, closed at the end.

    The deadline of a run begins here. Raises NotConfiguredError, ServerKeyMissingError or
    EndpointFileError; nothing is asked of the API yet.
    """
    how = load_connection(settings.connection_file)
    with http_client(settings.api_address, transport, how.user_agent) as http:
        credential = _credential(settings, project_id, how, http)
        limits = how.limits
        yield IndigitallClient(
            http,
            project_id,
            credential,
            retries or Retries.within(limits),
            shared_throttle(credential.identity, limits.requests_per_second, limits.parallel),
            Deadline.after(limits.run_seconds),
            limits.answer_megabytes * MEGABYTE,
            on_call,
        )


def http_client(
    base_url: str | None,
    transport: httpx.BaseTransport | None = None,
    user_agent: str = Connection().user_agent,
) -> httpx.Client:
    """An HTTP client for this address; tests give it a transport of their own.

    Raises NotConfiguredError when there is no address.
    """
    if not base_url:
        raise NotConfiguredError(
            "INDIGITALL_API_URL was expected, for example https://am1.api.indigitall.com, or a"
            " region in INDIGITALL_REGION; neither is set; `make run` sets it to the sandbox"
        )
    # httpx logs every address with its query at INFO: a backfill would bury its own progress
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.Client(
        base_url=base_url,
        # gzip is what StreamedAnswer can decompress
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
        # a redirect would carry the credential elsewhere
        follow_redirects=False,
        transport=transport,
        # a proxy of the environment is for the world outside, never for loopback
        trust_env=urlsplit(base_url).hostname not in LOOPBACK,
    )


def missing_access(settings: Settings, project_id: int) -> tuple[str, ...]:
    """The variables without which the API cannot be asked for a project; none is the good case.

    Raises EndpointFileError for a connection file with a fault.
    """
    if load_connection(settings.connection_file).auth.mode != "user_login":
        try:
            settings.server_key(project_id)
        except ServerKeyMissingError as error:
            return (error.variable,)
        return ()
    login = {
        "INDIGITALL_LOGIN_MAIL": settings.login_mail,
        "INDIGITALL_LOGIN_PASSWORD": settings.login_password,
    }
    return tuple(name for name, value in login.items() if not value)


def _credential(
    settings: Settings, project_id: int, how: Connection, http: httpx.Client
) -> Credential:
    auth = how.auth
    if auth.mode != "user_login":
        key = settings.server_key(project_id)
        return HeaderCredential(auth.header_name, auth.header_prefix + key)
    if not (settings.login_mail and settings.login_password):
        raise NotConfiguredError(
            "INDIGITALL_LOGIN_MAIL and INDIGITALL_LOGIN_PASSWORD were expected, because the"
            " connection file says auth.mode user_login, and at least one is not set"
        )
    return LoginCredential(
        http, auth, settings.login_mail, settings.login_password.get_secret_value()
    )
