"""The connections that write raw: plain psycopg, because COPY is what makes loading fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from lib.db.roles import INGEST, OWNER, PURGE
from lib.db.urls import DatabaseUnreachableError, role_url

__all__ = ["Connection", "ingest_connection", "owner_connection", "purge_connection"]

Connection = psycopg.Connection[Any]
CONNECT_TIMEOUT_S = 5


@contextmanager
def ingest_connection(run_id: str) -> Iterator[Connection]:
    """A connection of `indigo_ingest` in autocommit, closed at the end.

    The server shows it under the name of the run. Raises NoDatabaseError.
    """
    with _connection(INGEST, run_id) as connection:
        yield connection


@contextmanager
def purge_connection(run_id: str) -> Iterator[Connection]:
    """The same of `indigo_purge`, the role that may delete. Raises NoDatabaseError."""
    with _connection(PURGE, run_id) as connection:
        yield connection


@contextmanager
def owner_connection(run_id: str) -> Iterator[Connection]:
    """The same of `indigo_owner`, for what concerns raw and app in one transaction."""
    with _connection(OWNER, run_id) as connection:
        yield connection


def _connection(role: str, run_id: str) -> Connection:
    url = role_url(role)
    try:
        return psycopg.connect(
            host=url.host,
            port=url.port or 5432,
            dbname=url.database,
            user=url.username,
            password=str(url.password),
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=f"indigitall:{role}:{run_id}",
            options="-c timezone=UTC",
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(url, type(error).__name__) from None
