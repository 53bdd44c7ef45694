"""Reading the audit log of one project: the newest events first, page by page.

Events that still wait for the chain are among them, so nothing that just happened is overlooked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from lib.audit.events import Action
from lib.db.scoped import app_connection

__all__ = ["PAGE_ROWS", "Cursor", "CursorError", "Entry", "TrailPage", "read_trail"]

PAGE_ROWS = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PART = """
(
    select event_id, happened_at, action, actor, detail, incident, {position} as position
    from app.{table}
    where
        project_id = :project_id
        and (cast(:action as text) is null or action = :action)
        and (happened_at, event_id) < (:happened_at, :event_id)
    order by happened_at desc, event_id desc
    limit :most
)
"""
TRAIL = (
    PART.format(table="audit_log", position="position")
    + "union all"
    + PART.format(table="audit_queue", position="null::bigint")
    + "order by happened_at desc, event_id desc limit :most"
)


class CursorError(ValueError):
    """A place in the trail is two numbers with a hyphen, as an earlier page gave it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after which a page goes on: the instant and the number of its last event."""

    happened_at: datetime
    event_id: int

    def __str__(self) -> str:
        return f"{(self.happened_at - EPOCH) // timedelta(microseconds=1)}-{self.event_id}"

    @classmethod
    def parse(cls, written: str) -> "Cursor":
        """The place as an address says it. Raises CursorError."""
        micros, _, event_id = written.partition("-")
        if not all(part.isascii() and part.isdigit() for part in (micros, event_id)):
            raise CursorError(f"expected two numbers with a hyphen, got {written[:40]!r}")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), int(event_id[:18]))
        except OverflowError as error:
            raise CursorError("expected an instant of this age") from error


@dataclass(frozen=True, slots=True)
class Entry:
    """One event; `position` is its place in the chain, None while it waits for it."""

    event_id: int
    happened_at: datetime
    action: Action
    actor: str
    detail: Mapping[str, Any]
    incident: str | None
    position: int | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some events, the newest first, and where the next page begins; None after the last."""

    entries: tuple[Entry, ...]
    following: Cursor | None


def read_trail(
    project_id: int, *, before: Cursor | None = None, action: Action | None = None
) -> TrailPage:
    """At most 50 events of one project, of one kind or all, older than `before`."""
    start = before or Cursor(datetime(9999, 1, 1, tzinfo=UTC), 0)
    values = {
        "project_id": project_id,
        "action": action.value if action else None,
        "happened_at": start.happened_at,
        "event_id": start.event_id,
        "most": PAGE_ROWS + 1,
    }
    with app_connection(project_id=project_id) as connection:
        rows = connection.execute(text(TRAIL), values).all()
    entries = tuple(
        Entry(
            row.event_id,
            row.happened_at,
            Action(row.action),
            row.actor,
            row.detail,
            row.incident,
            row.position,
        )
        for row in rows[:PAGE_ROWS]
    )
    last = entries[-1] if len(rows) > PAGE_ROWS else None
    return TrailPage(entries, Cursor(last.happened_at, last.event_id) if last else None)
