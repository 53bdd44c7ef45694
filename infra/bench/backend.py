"""What a question costs the server: CPU of its backend, blocks, wall time, plan."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

__all__ = ["Cost", "Executed", "cost_of", "cpu_ms", "explained", "recorded"]


@dataclass(frozen=True, slots=True)
class Executed:
    """One statement as it went to the server, with its bound values."""

    sql: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """Blocks that a statement asked for, how many of them were not in the server's cache, plan."""

    hit: int
    read: int
    milliseconds: float
    plan: str


def cpu_ms(connection: Connection) -> float:
    """CPU the backend of this connection has used since it began, in ms.

    Linux counts it in nanoseconds per process. Parallel workers are processes of their own, so a
    session that is measured has none.
    """
    driver: Any = connection.connection.driver_connection
    schedule = Path(f"/proc/{driver.info.backend_pid}/schedstat").read_text(encoding="ascii")
    return int(schedule.split()[0]) / 1e6


def cost_of(connection: Connection, asks: Sequence[Any]) -> tuple[float, float]:
    """CPU ms of the backend and wall ms of asking all of them once."""
    cpu, begun = cpu_ms(connection), time.perf_counter()
    for ask in asks:
        ask(connection)
    return cpu_ms(connection) - cpu, (time.perf_counter() - begun) * 1000


@contextmanager
def recorded(connection: Connection) -> Iterator[list[Executed]]:
    """The statements on marts that the connection runs within the block."""
    found: list[Executed] = []

    def note(_c: object, _cursor: object, sql: str, values: Mapping[str, Any], *_: object) -> None:
        if "marts." in sql:
            found.append(Executed(sql, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)


def explained(connection: Connection, statement: Executed) -> Cost:
    """Run a statement under EXPLAIN (ANALYZE, BUFFERS)."""
    rows: Any = connection.exec_driver_sql(
        f"explain (analyze, buffers, format json) {statement.sql}", statement.values
    ).scalar_one()
    top = rows[0]["Plan"]
    found = connection.exec_driver_sql(
        f"explain (analyze, buffers, costs off, timing off) {statement.sql}", statement.values
    )
    lines = [str(line) for (line,) in found]
    return Cost(
        top["Shared Hit Blocks"],
        top["Shared Read Blocks"],
        rows[0]["Execution Time"],
        "\n".join(lines),
    )
