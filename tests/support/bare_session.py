"""A statement straight on the session of a project: no guard, no pool, no read-only transaction."""

from dataclasses import dataclass, field
from typing import Any

import psycopg

from lib.db.roles import project_role
from lib.db.urls import role_url

# a limit of the server ended it: time, memory, disk, or the size of what can be written
LIMITS = ("57014", "53", "54")
SECONDS = 2


@dataclass(slots=True)
class Shown:
    """What a statement showed its sender: how it ended, rows, notices, the error's text."""

    outcome: str = "own"
    sqlstate: str | None = None
    values: list[object] = field(default_factory=list)


def writable_session(project_id: int, seconds: float = SECONDS) -> psycopg.Connection[Any]:
    """A session as an attacker would like it: outside any pool, and allowed to write."""
    address = role_url(project_role(project_id)).set(drivername="postgresql")
    return psycopg.connect(
        address.render_as_string(hide_password=False),
        autocommit=True,
        options=f"-c default_transaction_read_only=off -c statement_timeout={seconds}s",
    )


def run_bare(project_id: int, sql: str) -> Shown:
    """Run a text in a session of its own by the simple protocol, which takes several statements.

    Raises psycopg.OperationalError when the session itself was lost.
    """
    shown = Shown()
    with writable_session(project_id) as session:
        session.add_notice_handler(lambda notice: shown.values.append(notice.message_primary))
        try:
            _collect(session, sql, shown.values)
        except psycopg.Error as error:
            if session.closed or (error.sqlstate is None and error.diag.message_primary):
                raise
            shown.sqlstate = error.sqlstate
            shown.outcome = "stopped" if (error.sqlstate or "").startswith(LIMITS) else "refused"
            shown.values += [str(error), error.diag.message_detail, error.diag.context]
    return shown


def _collect(session: psycopg.Connection[Any], sql: str, values: list[object]) -> None:
    with session.cursor() as cursor:
        if sql.lstrip().lower().startswith("copy"):
            with cursor.copy(sql) as copy:
                values += [bytes(block) for block in copy]
            return
        cursor.execute(sql)
        while True:
            if cursor.description:
                values += cursor.fetchall()
            if not cursor.nextset():
                return
