"""Writing events down: a short insert into the queue, from which one writer chains them in order.

Pages and routes write here and go on; nobody waits for the chain. What must not happen without its
row (a reveal, an export) happens after `record` has returned: the row is committed by then.
"""

import json

from sqlalchemy import text

from lib import clock
from lib.audit.events import AuditEvent
from lib.db.scoped import app_connection

__all__ = ["PLATFORM", "record"]

# the chain of what belongs to no project; no project has this number
PLATFORM = 0

INSERT = """
insert into app.audit_queue (project_id, happened_at, action, actor, detail, request_id, incident)
values (
    :project_id, :happened_at, :action, :actor, cast(:detail as jsonb), :request_id, :incident
)
"""


def record(event: AuditEvent) -> None:
    """Write the event to the queue and commit. Raises what the database raises: then do not act."""
    values = {
        "project_id": PLATFORM if event.project_id is None else event.project_id,
        "happened_at": clock.now(),
        "action": event.action.value,
        "actor": event.actor,
        "detail": json.dumps(dict(event.detail), ensure_ascii=False),
        "request_id": event.request_id,
        "incident": event.incident,
    }
    with app_connection(project_id=event.project_id) as connection:
        connection.execute(text(INSERT), values)
