"""Which windows were read to their last page: the only memory a run has of the runs before it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from lib.raw.batches import Load
from lib.raw.connection import Connection

__all__ = ["Checkpoint", "load_checkpoints", "save_checkpoint"]

SAVE = """
insert into raw.checkpoints as kept
    (project_id, endpoint, window_from, window_to, page, row_count, checksum, completed_at)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (project_id, endpoint, window_from, window_to) do update
set page = excluded.page, row_count = excluded.row_count, checksum = excluded.checksum,
    completed_at = excluded.completed_at
where kept.completed_at is distinct from excluded.completed_at
    or kept.checksum <> excluded.checksum
"""
LOAD = """
select window_from, window_to, completed_at
from raw.checkpoints
where project_id = %s and endpoint = %s and completed_at is not null
"""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One window that was read whole, and the instant at which reading it began."""

    date_from: date
    date_to: date
    completed_at: datetime

    @property
    def begins_at(self) -> datetime:
        """The first instant the read covers."""
        return datetime.combine(self.date_from, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the read: its last day is left out, and what was yet to come."""
        return min(datetime.combine(self.date_to, time(), UTC), self.completed_at)


def load_checkpoints(connection: Connection, project_id: int, endpoint: str) -> list[Checkpoint]:
    """Every completed window of an endpoint, in no order."""
    return [Checkpoint(*row) for row in connection.execute(LOAD, [project_id, endpoint])]


def save_checkpoint(
    connection: Connection, load: Load, *, page_count: int, row_count: int, checksum: str
) -> None:
    """Enter a window after its last page; the caller's transaction holds its rows as well."""
    if load.window is None:
        raise ValueError(f"{load.endpoint} has no window, so there is nothing to resume")
    connection.execute(
        SAVE,
        [
            load.project_id,
            load.endpoint,
            load.window.date_from,
            load.window.date_to,
            page_count,
            row_count,
            checksum,
            load.started_at,
        ],
    )
