"""SQLAlchemy engines, one per role and process; the pools of projects live in `lib.db.tenant`."""

from typing import Any, TypedDict, Unpack

from sqlalchemy import URL, Connection, Engine, Pool, create_engine
from sqlalchemy.exc import OperationalError

from lib.db.urls import DatabaseUnreachableError, admin_url, role_url

CONNECT_TIMEOUT_S = 5


def first_connection(engine: Engine) -> Connection:
    """A connection, closed by the caller. Raises DatabaseUnreachableError when there is none.

    For programs that begin here: they end with one line instead of a trace.
    """
    try:
        return engine.connect()
    except OperationalError as error:
        raise DatabaseUnreachableError(engine.url, type(error.orig).__name__) from None


class EngineOptions(TypedDict, total=False):
    """The options of `create_engine` that callers may choose."""

    pool_size: int
    max_overflow: int
    pool_timeout: float
    pool_recycle: int
    poolclass: type[Pool]
    isolation_level: str


def engine_for_role(role: str, **options: Unpack[EngineOptions]) -> Engine:
    """An engine that logs in as `role` (indigo_owner, indigo_ingest, indigo_app, project_<id>...).

    It connects at first use, within 5 s, in UTC; a dead connection is noticed before use. The
    caller keeps it and disposes of it. Raises NoDatabaseError.
    """
    return engine_for_url(role_url(role), f"indigitall:{role}", **options)


def admin_engine(**options: Unpack[EngineOptions]) -> Engine:
    """An engine of the superuser, for bootstrap and onboarding only. Raises NoDatabaseError."""
    return engine_for_url(admin_url(), "indigitall:admin", **options)


def engine_for_url(url: URL, application: str, **options: Unpack[EngineOptions]) -> Engine:
    """An engine for this very address, shown by the server under the name `application`."""
    defaults: dict[str, Any] = {
        "pool_pre_ping": True,
        # parameters in error texts would carry personal data into logs
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": application,
            "options": "-c timezone=UTC",
        },
    }
    return create_engine(url, **(defaults | dict(options)))
