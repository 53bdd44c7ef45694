"""An allowed statement, run on the project's own role within limits of time, rows, bytes and work.

Only a Verdict can be run, and only its text, so nothing gets here unjudged. The caller has made
sure of the permission `run_sql`, which identities limited to some entities never have: the role
sees the whole project.
"""

import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors as pg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from lib.db.priority import lower_priority
from lib.db.tenant import CONNECTION_BUDGET, TenantPools, tenant_connection
from lib.guard.check import ROW_CAP
from lib.guard.deadline import Deadline
from lib.guard.errors import (
    BlockedError,
    StatementError,
    TooCostlyError,
    TooLargeError,
    TooSlowError,
    UnavailableError,
)
from lib.guard.verdicts import Verdict

__all__ = ["Limits", "QueryRows", "execute", "free_sql_pools"]

PER_PROJECT = 2
MOST_ROWS_AT_ONCE = 500
SETTINGS = (
    # one user's question does not take the processors of all others
    "set local max_parallel_workers_per_gather = 0",
    "set local jit = off",
    "set local work_mem = '4MB'",
    "set local hash_mem_multiplier = 1",
)
# an aggregate with an order then always sorts for itself, on disk and under temp_file_limit;
# PostgreSQL 15 knows no other way
SORTED_BY_ITSELF = "set local enable_presorted_aggregate = off"
TOO_LARGE = (pg.ConfigurationLimitExceeded, pg.OutOfMemory, pg.DiskFull, pg.ProgramLimitExceeded)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one statement may take. `cost` is in PostgreSQL's planner units."""

    rows: int = ROW_CAP
    bytes: int = 5_000_000
    seconds: float = 5.0
    cost: float = 5_000_000.0


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Rows as Python values; `is_cut` when there were more; `bytes` as they came, `ms` in all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    bytes: int
    ms: int
    is_cut: bool


def free_sql_pools() -> TenantPools:
    """The connections of free SQL: few per project, few in all, apart from those of the pages."""
    return TenantPools(per_project=PER_PROJECT, total=CONNECTION_BUDGET["free SQL"])


def execute(
    verdict: Verdict, pools: TenantPools, project_id: int, *, limits: Limits | None = None
) -> QueryRows:
    """Run the text of an allowed verdict, judged with a cap of `limits.rows`.

    Raises the errors of lib.guard.errors, and TenantBusyError when no connection is free. Whatever
    happens the transaction is rolled back and the session cleaned, or closed when in doubt.
    """
    if not verdict.allowed or verdict.sql is None:
        raise BlockedError(verdict)
    chosen = limits or Limits()
    start = time.monotonic()
    try:
        with tenant_connection(pools, project_id) as connection:
            columns, rows, size = _guarded(connection, verdict.sql, chosen)
    except DBAPIError as error:
        # of the connection itself: what the statement raises is translated below
        raise UnavailableError from error
    ms = round((time.monotonic() - start) * 1000)
    return QueryRows(columns, tuple(rows[: chosen.rows]), size, ms, len(rows) > chosen.rows)


def _guarded(
    connection: Connection, sql: str, limits: Limits
) -> tuple[tuple[str, ...], list[tuple[Any, ...]], int]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    deadline = Deadline(raw, limits.seconds + 0.5)
    try:
        with deadline:
            _prepare(raw, limits)
            _refuse_costly(raw, sql, limits.cost)
            return _fetch(raw, sql, limits)
    except pg.QueryCanceled as error:
        raise TooSlowError from error
    except TOO_LARGE as error:
        raise TooLargeError from error
    except psycopg.Error as error:
        if deadline.is_over:
            raise TooSlowError from error
        if raw.closed or (error.sqlstate is None and raw.broken):
            raise UnavailableError from error
        raise StatementError(error.sqlstate) from error
    finally:
        if deadline.is_over or raw.broken:
            connection.invalidate()


def _prepare(raw: psycopg.Connection[Any], limits: Limits) -> None:
    # the pages go first; these connections serve free SQL only
    lower_priority(raw)
    raw.execute(f"set local statement_timeout = {max(1, round(limits.seconds * 1000))}")
    for setting in SETTINGS:
        raw.execute(setting)
    if raw.info.server_version >= 160000:
        raw.execute(SORTED_BY_ITSELF)


def _refuse_costly(raw: psycopg.Connection[Any], sql: str, most: float) -> None:
    """Raise TooCostlyError. The plan tells about data that the reader may not see: it ends here."""
    # binary, since that makes psycopg use the extended protocol: one statement and no second
    with raw.cursor(binary=True) as cursor:
        row = cursor.execute(_text(f"EXPLAIN (FORMAT JSON) {sql}")).fetchone()
    if row is None or row[0][0]["Plan"]["Total Cost"] > most:
        raise TooCostlyError


def _fetch(
    raw: psycopg.Connection[Any], sql: str, limits: Limits
) -> tuple[tuple[str, ...], list[tuple[Any, ...]], int]:
    """All rows, or one more than wanted. Few at first: the first may be large."""
    rows: list[tuple[Any, ...]] = []
    size, at_once = 0, 1
    with raw.cursor(name="consulta") as cursor:
        cursor.execute(_text(sql))
        columns = tuple(each.name for each in cursor.description or ())
        while len(rows) <= limits.rows:
            fetched = cursor.fetchmany(min(at_once, limits.rows + 1 - len(rows)))
            if not fetched:
                break
            size += _bytes_of(cursor)
            if size > limits.bytes:
                raise TooLargeError
            rows += fetched
            at_once = min(MOST_ROWS_AT_ONCE, at_once * 4)
    return columns, rows, size


def _bytes_of(cursor: psycopg.ServerCursor[Any]) -> int:
    result = cursor.pgresult
    if result is None:
        return 0
    return sum(
        len(result.get_value(row, column) or b"")
        for row in range(result.ntuples)
        for column in range(result.nfields)
    )


def _text(sql: str) -> bytes:
    """As bytes: psycopg then looks for no placeholders of its own in it."""
    return sql.encode("utf-8")
