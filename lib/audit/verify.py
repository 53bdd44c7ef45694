"""Is the audit log what was written? Every hash is computed again, every place counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.audit.chain import GENESIS, row_hash
from lib.audit.retention import PURGE, kept_from

__all__ = ["ChainVerdict", "verify_chain", "verify_chains"]

# not more than this many rows are in memory at once
PAGE = 5_000
CHAINS = """
select project_id from app.audit_heads
union
select distinct project_id from app.audit_log
order by project_id
"""
HEAD = """
select position, hash, purged_position, purged_hash from app.audit_heads
where project_id = :project_id
"""
ROWS = """
select
    project_id, position, event_id, happened_at, action, actor, detail, request_id, incident,
    previous_hash, hash
from app.audit_log
where project_id = :project_id and position > :after
order by position
limit :page
"""
TOLD = """
select happened_at, detail ->> 'before' as before from app.audit_log
where
    project_id = :project_id
    and action = 'admin_change'
    and detail ->> 'what' = :what
    and detail ->> 'after' = :after
"""


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """One project's chain: how many rows stand, its head, and where it is broken and how.

    `first_bad` is the position of the first row that is not as written or is missing, None when
    all is well. `fault` is one of changed, missing, moved, head, purged (taken out at its beginning
    without an event that says so, or before its time).
    """

    project_id: int
    rows: int
    head: str
    first_bad: int | None = None
    fault: str | None = None

    @property
    def is_intact(self) -> bool:
        """Whether nothing was changed, taken out, put in or moved."""
        return self.first_bad is None


def verify_chains(connection: Connection, keys: Sequence[bytes]) -> Iterator[ChainVerdict]:
    """The verdict of every chain there is; the owner of the log asks."""
    for project_id in connection.scalars(text(CHAINS)).all():
        yield verify_chain(connection, keys, project_id)


def verify_chain(connection: Connection, keys: Sequence[bytes], project_id: int) -> ChainVerdict:
    """Compute one chain again from its beginning, or from where a purge left it.

    `keys` are oldest first, the one of today last: after the first row of a key no earlier key
    counts, so a secret that was retired because it was stolen makes no new row. Any role that may
    read the project's rows can ask.
    """
    head = connection.execute(text(HEAD), {"project_id": project_id}).one_or_none()
    start = head.purged_position if head else 0
    position, previous = start, (head.purged_hash if head and head.purged_hash else GENESIS)
    for row in _rows(connection, project_id, start):
        keys = _from_fitting(keys, row)
        fault = _fault(row, position, previous, keys)
        if fault:
            first_bad = position + 1 if fault == "missing" else row.position
            return ChainVerdict(project_id, position - start, previous, first_bad, fault)
        position, previous = row.position, row.hash
    rows = position - start
    if head and start and not _purge_is_told(connection, project_id, head):
        return ChainVerdict(project_id, rows, previous, start, "purged")
    # without a head nothing was ever chained of this project, or nobody can tell
    told = (head.position, head.hash) if head else (0, GENESIS)
    if told != (position, previous):
        fault = "missing" if told[0] > position else "head"
        return ChainVerdict(project_id, rows, previous, position + 1, fault)
    return ChainVerdict(project_id, rows, previous)


def _rows(connection: Connection, project_id: int, start: int) -> Iterator[Row[Any]]:
    """The rows behind a position in their order, page by page."""
    named = {"project_id": project_id, "after": start, "page": PAGE}
    while rows := connection.execute(text(ROWS), named).all():
        yield from rows
        named["after"] = rows[-1].position


def _fault(row: Row[Any], position: int, previous: str, keys: Sequence[bytes]) -> str | None:
    """What is wrong with a row that should follow this position and hash."""
    if row.position != position + 1:
        return "missing"
    if row.previous_hash != previous:
        return "moved"
    return None if keys else "changed"


def _purge_is_told(connection: Connection, project_id: int, head: Row[Any]) -> bool:
    """Whether an event of the chain says where it begins, and that those rows were old enough."""
    after = f"{head.purged_position}:{head.purged_hash}"
    named = {"project_id": project_id, "what": PURGE, "after": after}
    told = connection.execute(text(TOLD), named).all()
    return any(row.before <= kept_from(row.happened_at).date().isoformat() for row in told)


def _from_fitting(keys: Sequence[bytes], row: Row[Any]) -> Sequence[bytes]:
    """The keys that count from this row on: the one that made its hash and those after it."""
    for at, key in enumerate(keys):
        if row.hash == row_hash(key, row.previous_hash, row, row.position):
            return keys[at:]
    return ()
