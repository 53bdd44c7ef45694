"""How long the audit log is kept, and how its oldest rows go without breaking its chains.

Before rows go, an event in the same chain says up to which one and why; what is left is verified
from there. A log shortened without such an event, or before its time, is found by `verify_chain`.
"""

import json
from datetime import UTC, date, datetime

from sqlalchemy import Connection, text

from lib.audit.chain import LOCK, TRY_LOCK, chain_waiting
from lib.audit.events import Action
from lib.log import get_logger

__all__ = ["KEPT_MONTHS", "PURGE", "kept_from", "purge_log"]

log = get_logger(__name__)
# five years
KEPT_MONTHS = 60
PURGE = "audit purge"
# the last row of each chain before the first one that is kept
OLD = """
select heads.project_id, last.position, last.hash, last.position - heads.purged_position as rows
from app.audit_heads as heads
cross join lateral (
    select position, hash from app.audit_log as l
    where
        l.project_id = heads.project_id
        and l.position < coalesce(
            (
                select min(k.position) from app.audit_log as k
                where k.project_id = heads.project_id and k.happened_at >= :limit
            ),
            heads.position + 1
        )
    order by l.position desc
    limit 1
) as last
order by heads.project_id
"""
ANNOUNCE = """
insert into app.audit_queue (project_id, happened_at, action, actor, detail)
values (:project_id, :now, :action, 'system', cast(:detail as jsonb))
"""
ALLOW = "select set_config('app.audit_purge', :switch, true)"
DELETE = "delete from app.audit_log where project_id = :project_id and position <= :position"
NOTE = """
update app.audit_heads set purged_position = :position, purged_hash = :hash
where project_id = :project_id
"""


def kept_from(now: datetime) -> datetime:
    """The first instant that is kept: a first of a month, 60 whole months before this one, UTC."""
    today = now.astimezone(UTC).date()
    months = today.year * 12 + today.month - 1 - KEPT_MONTHS
    return datetime.combine(date(months // 12, months % 12 + 1, 1), datetime.min.time(), UTC)


def purge_log(owner_connection: Connection, key: bytes, now: datetime) -> dict[int, int]:
    """Take rows older than the limit out of every chain; returns how many by project.

    The caller commits. Does nothing while the writer is at it: the next purge goes on.
    """
    if not owner_connection.scalar(text(TRY_LOCK), {"lock": LOCK}):
        return {}
    limit = kept_from(now)
    old = owner_connection.execute(text(OLD), {"limit": limit}).all()
    for row in old:
        detail = {
            "what": PURGE,
            "before": limit.date().isoformat(),
            "after": f"{row.position}:{row.hash}",
            "rows": row.rows,
        }
        owner_connection.execute(
            text(ANNOUNCE),
            {
                "project_id": row.project_id,
                "now": now,
                "action": Action.ADMIN_CHANGE.value,
                "detail": json.dumps(detail),
            },
        )
    while old and chain_waiting(owner_connection, key):
        pass
    owner_connection.execute(text(ALLOW), {"switch": "on"})
    for row in old:
        values = {"project_id": row.project_id, "position": row.position, "hash": row.hash}
        owner_connection.execute(text(DELETE), values)
        owner_connection.execute(text(NOTE), values)
        log.info("audit_purged", project_id=row.project_id, rows=row.rows, position=row.position)
    owner_connection.execute(text(ALLOW), {"switch": "off"})
    return {row.project_id: row.rows for row in old}
