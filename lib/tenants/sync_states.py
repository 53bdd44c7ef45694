"""How reading each list of the API went last time, of one project."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from lib.db.scoped import app_connection

__all__ = ["SyncState", "load_sync_states"]

STATES = """
select endpoint, last_status as status, last_attempt_at, last_success_at, complete_until
from app.sync_state
where project_id = :project_id
order by endpoint
"""


@dataclass(frozen=True, slots=True)
class SyncState:
    """One endpoint: `status` is ok, failed or not_offered; instants are aware, in UTC.

    `complete_until` is the last local day with nothing missing before it, None for lists that are
    read whole. What went wrong in detail stands in the operators' log and not here.
    """

    endpoint: str
    status: str
    last_attempt_at: datetime
    last_success_at: datetime | None
    complete_until: date | None


def load_sync_states(project_id: int) -> tuple[SyncState, ...]:
    """Every endpoint that was ever asked for the project, by name; none before the first load."""
    with app_connection(project_id=project_id) as connection:
        rows = connection.execute(text(STATES), {"project_id": project_id}).all()
    return tuple(SyncState(**row._asdict()) for row in rows)
