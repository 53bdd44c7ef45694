"""The connection of one ingestion: raw psycopg, because COPY is what makes loading fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from lib.db.roles import INGEST
from lib.db.urls import role_url

__all__ = ["Connection", "ingest_connection"]

Connection = psycopg.Connection[Any]
CONNECT_TIMEOUT_S = 5


@contextmanager
def ingest_connection(run_id: str) -> Iterator[Connection]:
    """A connection of `indigo_ingest` in autocommit, closed at the end.

    The server shows it under the name of the run. Raises NoDatabaseError.
    """
    url = role_url(INGEST)
    with psycopg.connect(
        host=url.host,
        port=url.port or 5432,
        dbname=url.database,
        user=url.username,
        password=str(url.password),
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name=f"indigitall:{INGEST}:{run_id}",
        options="-c timezone=UTC",
    ) as connection:
        yield connection
