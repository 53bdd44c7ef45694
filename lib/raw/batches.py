"""The books of ingestion: what was loaded, which days it touched, what was refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lib.clock import now
from lib.indigitall.records import Reject
from lib.indigitall.windows import Window
from lib.raw.connection import Connection

__all__ = ["Counts", "Load", "record_batch", "store_rejects", "unknown_rejects"]

BATCH = """
insert into raw.batches (
    project_id, endpoint, window_from, window_to, status, rows_read, rows_inserted, rows_updated,
    rows_deleted, rows_rejected, rows_quarantined, touched_dates, started_at, committed_at, run_id
)
values (%s, %s, %s, %s, 'committed', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
returning batch_id
"""
REJECT = """
insert into raw.rejects (project_id, endpoint, batch_id, reason, payload, rejected_at)
values (%s, %s, %s, %s, %s, %s)
"""
KNOWN_REJECTS = """
select reason, payload
from raw.rejects
where project_id = %s and endpoint = %s and replayed_at is null and payload = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one batch, or of several added up; `quarantined` are other customers' sessions."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    rejected: int = 0
    quarantined: int = 0

    @property
    def changed(self) -> int:
        """How many rows of raw are not as they were before."""
        return self.inserted + self.updated + self.deleted

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.deleted + other.deleted,
            self.rejected + other.rejected,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What is being loaded; a list that is read whole has no window."""

    project_id: int
    endpoint: str
    window: Window | None
    started_at: datetime
    run_id: str


def record_batch(
    connection: Connection, load: Load, counts: Counts, touched: Collection[date]
) -> int:
    """Enter a batch and return its number; real only when the caller's transaction commits."""
    row = connection.execute(
        BATCH,
        [
            load.project_id,
            load.endpoint,
            load.window.date_from if load.window else None,
            load.window.date_to if load.window else None,
            counts.read,
            counts.inserted,
            counts.updated,
            counts.deleted,
            counts.rejected,
            counts.quarantined,
            sorted(touched),
            load.started_at,
            now(),
            load.run_id,
        ],
    ).fetchone()
    assert row is not None
    return int(row[0])


def unknown_rejects(connection: Connection, load: Load, rejects: Sequence[Reject]) -> list[Reject]:
    """Those that no earlier read has set aside already, each once."""
    if not rejects:
        return []
    payloads = [reject.payload for reject in rejects]
    rows = connection.execute(KNOWN_REJECTS, [load.project_id, load.endpoint, payloads])
    known = set(rows.fetchall())
    fresh = {(reject.reason, reject.payload): reject for reject in rejects}
    return [reject for named, reject in fresh.items() if named not in known]


def store_rejects(
    connection: Connection, load: Load, batch_id: int, rejects: Sequence[Reject]
) -> None:
    """Keep rejected records whole, with the reason, for a replay."""
    if not rejects:
        return
    rows = [
        (load.project_id, load.endpoint, batch_id, reject.reason, reject.payload, now())
        for reject in rejects
    ]
    with connection.cursor() as cursor:
        cursor.executemany(REJECT, rows)
