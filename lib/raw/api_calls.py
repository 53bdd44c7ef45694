"""The request log of one run: every try of every request, failed ones included."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.clock import now
from lib.indigitall.calls import ApiCall
from lib.raw.connection import Connection

__all__ = ["KEPT_DAYS", "CallLog", "forget_calls"]

KEPT_DAYS = 90
COPY = """
copy raw.api_calls (
    project_id, run_id, endpoint, parameters, called_at, status, row_count, byte_count, ms, error
)
from stdin
"""
FORGET = "delete from raw.api_calls where project_id = %s and called_at < %s"


@dataclass(slots=True)
class CallLog:
    """Calls not yet written; a run that is killed loses those of the step it was in."""

    project_id: int
    run_id: str
    waiting: list[tuple[datetime, ApiCall]] = field(default_factory=list)

    def add(self, call: ApiCall) -> None:
        """Keep a call until it is written; an observer for IndigitallClient."""
        self.waiting.append((now(), call))

    def write(self, connection: Connection) -> None:
        """Write what is waiting; meant for between two transactions, so that it stays."""
        calls, self.waiting = self.waiting, []
        if not calls:
            return
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for at, call in calls:
                ms = round(call.seconds * 1000)
                about = (self.project_id, self.run_id, call.endpoint, json.dumps(call.parameters))
                came = (call.status, call.row_count, call.byte_count, ms, call.error)
                copy.write_row((*about, at, *came))


def forget_calls(connection: Connection, project_id: int) -> int:
    """Delete the project's calls older than KEPT_DAYS; returns how many. For the purge's role."""
    limit = now() - timedelta(days=KEPT_DAYS)
    return connection.execute(FORGET, [project_id, limit]).rowcount
