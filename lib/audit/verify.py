"""Is the audit log what was written? Every hash is computed again, every place counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.audit.chain import GENESIS, row_hash

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


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """One project's chain: how many rows stand, its head, and where it is broken and how.

    `first_bad` is the position of the first row that is not as written or is missing, None when
    all is well. `fault` is one of changed, missing, moved, head.
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
    named = {"project_id": project_id}
    head = connection.execute(text(HEAD), named).one_or_none()
    start = head.purged_position if head else 0
    position, previous = start, (head.purged_hash if head and head.purged_hash else GENESIS)
    while True:
        rows = connection.execute(text(ROWS), {**named, "after": position, "page": PAGE}).all()
        for row in rows:
            if row.position != position + 1:
                return ChainVerdict(project_id, position - start, previous, position + 1, "missing")
            if row.previous_hash != previous:
                return ChainVerdict(project_id, position - start, previous, row.position, "moved")
            valid = _from_fitting(keys, row)
            if not valid:
                return ChainVerdict(project_id, position - start, previous, row.position, "changed")
            keys = valid
            position, previous = row.position, row.hash
        if len(rows) < PAGE:
            break
    if head is None and not position:
        # nothing was ever chained of this project, or nobody can tell
        return ChainVerdict(project_id, 0, GENESIS)
    if head is None or (head.position, head.hash) != (position, previous):
        fault = "missing" if head and head.position > position else "head"
        return ChainVerdict(project_id, position - start, previous, position + 1, fault)
    return ChainVerdict(project_id, position - start, previous)


def _from_fitting(keys: Sequence[bytes], row: Row[Any]) -> Sequence[bytes]:
    """The keys that count from this row on: the one that made its hash and those after it."""
    for at, key in enumerate(keys):
        if row.hash == row_hash(key, row.previous_hash, row, row.position):
            return keys[at:]
    return ()
