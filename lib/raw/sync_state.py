"""What people are told about each endpoint: when it was last read, how it went, how far it got."""

from datetime import date

from lib.clock import now
from lib.raw.connection import Connection

__all__ = ["NOT_OFFERED", "record_failure", "record_not_offered", "record_success"]

OK, FAILED, NOT_OFFERED = "ok", "failed", "not_offered"

SUCCESS = """
insert into app.sync_state as state (
    project_id, endpoint, last_attempt_at, last_success_at, last_status, last_error, complete_until
)
values (%(project)s, %(endpoint)s, %(now)s, %(now)s, %(status)s, null, %(complete_until)s)
on conflict (project_id, endpoint) do update
set last_attempt_at = excluded.last_attempt_at, last_success_at = excluded.last_success_at,
    last_status = excluded.last_status, last_error = null,
    complete_until = excluded.complete_until
"""
FAILURE = """
insert into app.sync_state as state (
    project_id, endpoint, last_attempt_at, last_status, last_error
)
values (%(project)s, %(endpoint)s, %(now)s, %(status)s, %(error)s)
on conflict (project_id, endpoint) do update
set last_attempt_at = excluded.last_attempt_at, last_status = excluded.last_status,
    last_error = excluded.last_error
"""


def record_success(
    connection: Connection, project_id: int, endpoint: str, complete_until: date | None
) -> None:
    """The endpoint, or one window of it, was read whole; every local day up to then is loaded."""
    connection.execute(
        SUCCESS,
        {
            "project": project_id,
            "endpoint": endpoint,
            "now": now(),
            "status": OK,
            "complete_until": complete_until,
        },
    )


def record_failure(connection: Connection, project_id: int, endpoint: str, error: str) -> None:
    """Reading the endpoint failed; the last success and how far it got stay as they are."""
    _record_trouble(connection, project_id, endpoint, FAILED, error)


def record_not_offered(connection: Connection, project_id: int, endpoint: str, error: str) -> None:
    """The credential is not offered the endpoint; the rest of the project is loaded as ever."""
    _record_trouble(connection, project_id, endpoint, NOT_OFFERED, error)


def _record_trouble(
    connection: Connection, project_id: int, endpoint: str, status: str, error: str
) -> None:
    connection.execute(
        FAILURE,
        {
            "project": project_id,
            "endpoint": endpoint,
            "now": now(),
            "status": status,
            "error": error,
        },
    )
