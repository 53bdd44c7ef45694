"""The chain: every event holds the hash of the one before, so a change shows from there on.

The hash is an HMAC with a key derived from the master secret: whoever can write the table, its
owner included, still cannot make a changed row fit. One writer per database chains the queue in
order, project by project; people who cause events never wait for it.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.log import get_logger

__all__ = ["GENESIS", "audit_key", "chain_waiting", "row_hash"]

log = get_logger(__name__)
GENESIS = "0" * 64
# any number that nothing else of the product locks
LOCK = 5_120_001
MOST_AT_ONCE = 1_000
TRY_LOCK = "select pg_try_advisory_xact_lock(:lock)"
# events become visible when they commit; what is not visible yet is chained by the next round
WAITING = """
select project_id, event_id, happened_at, action, actor, detail, request_id, incident
from app.audit_queue
order by event_id
limit :most
"""
HEAD = "select position, hash from app.audit_heads where project_id = :project_id"
APPEND = """
insert into app.audit_log (
    project_id, position, event_id, happened_at, action, actor, detail, request_id, incident,
    previous_hash, hash
)
values (
    :project_id, :position, :event_id, :happened_at, :action, :actor, cast(:detail as jsonb),
    :request_id, :incident, :previous_hash, :hash
)
"""
MOVE_HEAD = """
insert into app.audit_heads (project_id, position, hash)
values (:project_id, :position, :hash)
on conflict (project_id) do update set position = excluded.position, hash = excluded.hash
"""
TAKE = "delete from app.audit_queue where event_id = any(:events)"


def audit_key(master_secret: str) -> bytes:
    """The key of the chain: derived, so that no other use of the secret can make a hash fit."""
    return hmac.digest(master_secret.encode(), b"audit/v1", "sha256")


def row_hash(key: bytes, previous_hash: str, row: Row[Any], position: int) -> str:
    """The hash of an event at its place: 64 hexadecimal characters over everything it says."""
    said = {
        "previous": previous_hash,
        "project": row.project_id,
        "position": position,
        "event": row.event_id,
        "at": row.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": row.action,
        "actor": row.actor,
        "detail": row.detail,
        "request": row.request_id,
        "incident": row.incident,
    }
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def chain_waiting(owner_connection: Connection, key: bytes) -> int:
    """Move waiting events into their chains; returns how many. The caller commits.

    Does nothing while another writer is at it. At most a thousand at once: call again until 0.
    """
    if not owner_connection.scalar(text(TRY_LOCK), {"lock": LOCK}):
        return 0
    waiting = owner_connection.execute(text(WAITING), {"most": MOST_AT_ONCE}).all()
    for project_id in sorted({row.project_id for row in waiting}):
        rows = [row for row in waiting if row.project_id == project_id]
        _append(owner_connection, key, project_id, rows)
    events = [row.event_id for row in waiting]
    if events:
        owner_connection.execute(text(TAKE), {"events": events})
    return len(events)


def _append(connection: Connection, key: bytes, project_id: int, rows: Sequence[Row[Any]]) -> None:
    head = connection.execute(text(HEAD), {"project_id": project_id}).one_or_none()
    position, previous = (head.position, head.hash) if head else (0, GENESIS)
    entries: list[dict[str, object]] = []
    for row in rows:
        position += 1
        own = row_hash(key, previous, row, position)
        entry = {**row._asdict(), "detail": json.dumps(row.detail, ensure_ascii=False)}
        entries.append(entry | {"position": position, "previous_hash": previous, "hash": own})
        previous = own
    connection.execute(text(APPEND), entries)
    connection.execute(
        text(MOVE_HEAD), {"project_id": project_id, "position": position, "hash": previous}
    )
    # outside the database: whoever changes rows and heads together is contradicted by the log
    log.info("audit_chained", project_id=project_id, position=position, head=previous)
