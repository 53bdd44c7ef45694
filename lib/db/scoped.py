"""Transactions of the app role: each names its one project, the row policies do the rest.

This is safe only because no user's and no model's SQL ever runs on this role; marts, raw and
staging are closed to it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypedDict, Unpack

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lib.db.engines import engine_for_role
from lib.db.errors import AppBusyError
from lib.db.roles import APP
from lib.db.tenant import CONNECTION_BUDGET
from lib.db.urls import role_url

__all__ = ["app_connection", "close_app_connections", "name_project"]

WAIT_SECONDS = 3
_NAMES = ("project_id", "slug", "session_hash", "username", "ticket_hash")
# every name is set each time: none of an earlier transaction can be left over
_NAMING = text("select " + ", ".join(f"set_config('app.{name}', :{name}, true)" for name in _NAMES))

_engines: dict[URL, Engine] = {}
_lock = Lock()


class Named(TypedDict, total=False):
    """What a transaction names beside the project: the one row it may see of one table each."""

    slug: str
    session_hash: str
    username: str
    ticket_hash: str


@contextmanager
def app_connection(project_id: int | None = None, **named: Unpack[Named]) -> Iterator[Connection]:
    """A transaction of `indigo_app` that sees the app tables of one project, committed at the end.

    With `slug` alone only the row of `app.projects` with that slug is visible, likewise the session
    with `session_hash`, the account with `username`, the ticket with `ticket_hash`; with nothing
    named, no row of any project. The names are gone when the transaction ends. Raises AppBusyError
    after 3 s without a free connection.
    """
    try:
        connection = _engine(role_url(APP)).connect()
    except PoolTimeoutError as error:
        raise AppBusyError(f"no connection of {APP} became free within {WAIT_SECONDS} s") from error
    with connection, connection.begin():
        names = {"project_id": "" if project_id is None else str(project_id), **named}
        connection.execute(_NAMING, {name: names.get(name, "") for name in _NAMES})
        yield connection


def name_project(connection: Connection, project_id: int) -> None:
    """From here on the transaction also sees the rows of this project.

    For transactions that begin with a secret or an account and learn from its row whose it is.
    """
    connection.execute(
        text("select set_config('app.project_id', :project_id, true)"),
        {"project_id": str(project_id)},
    )


def close_app_connections() -> None:
    """Close the idle connections of this process; the next transaction opens its own."""
    with _lock:
        _let_go()


def _engine(url: URL) -> Engine:
    """The engine of this process; pointed at another database it lets go of the former one."""
    with _lock:
        if url not in _engines:
            _let_go()
            _engines[url] = engine_for_role(
                APP,
                pool_size=CONNECTION_BUDGET["app role"],
                max_overflow=0,
                pool_timeout=WAIT_SECONDS,
            )
        return _engines[url]


def _let_go() -> None:
    while _engines:
        _engines.popitem()[1].dispose()
