"""Which incidents are open, and which channel has still to be told of which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.alerts.incidents import Incident

__all__ = ["Entry", "News", "enter", "mark_told", "news_for"]

Instants = Mapping[str, datetime]
SEEN = """
insert into app.alerts as known (project_id, kind, subject, opened_at, last_seen_at)
values (:project_id, :kind, :subject, :now, :now)
on conflict (project_id, kind, subject) do update set
    opened_at = case when known.resolved_at is null then known.opened_at else :now end,
    times = case when known.resolved_at is null then known.times + 1 else 1 end,
    last_seen_at = :now, resolved_at = null
"""
GONE = """
update app.alerts set resolved_at = :now
where resolved_at is null and (project_id, kind, subject) not in (
    select * from unnest(
        cast(:projects as integer[]), cast(:kinds as text[]), cast(:subjects as text[])
    )
)
"""
# a project that was removed or switched off is nobody's trouble any more
ENTRIES = """
select alerts.project_id, slug, kind, subject, opened_at, times, resolved_at, alerted, recovered
from app.alerts
inner join app.projects using (project_id)
where is_active
order by 1, 3, 4
"""
TOLD = """
update app.alerts
set {column} = {column} || jsonb_build_object(cast(:channel as text), cast(:at as text))
where project_id = :project_id and kind = :kind and subject = :subject
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident as the book has it; `times` counts the rounds that saw it since it opened.

    `alerted` and `recovered` tell when a channel last delivered either.
    """

    incident: Incident
    times: int
    resolved_at: datetime | None
    alerted: Instants
    recovered: Instants

    def is_due(self, channel: str, at: datetime, quiet: timedelta) -> bool:
        """Whether the channel should tell of it now.

        An open one is told of at once, and again after `quiet`, also when it was gone in between;
        a resolved one once, where an alert was delivered that no recovery has taken back.
        """
        told = self.alerted.get(channel)
        if self.resolved_at is None:
            return told is None or at - told >= quiet
        over = self.recovered.get(channel)
        return told is not None and (over is None or over < told)


@dataclass(frozen=True, slots=True)
class News:
    """What one channel has to tell in this round."""

    open: tuple[Entry, ...]
    resolved: tuple[Entry, ...]

    def __bool__(self) -> bool:
        return bool(self.open or self.resolved)


def enter(connection: Connection, incidents: Sequence[Incident], at: datetime) -> Sequence[Entry]:
    """Bring the book up to this round; returns every entry of an active project."""
    for incident in incidents:
        project_id, kind, subject = incident.key
        values = {"project_id": project_id, "kind": kind, "subject": subject, "now": at}
        connection.execute(text(SEEN), values)
    keys = [incident.key for incident in incidents]
    names = ("projects", "kinds", "subjects")
    columns = {name: [key[place] for key in keys] for place, name in enumerate(names)}
    connection.execute(text(GONE), {**columns, "now": at})
    return [_entry(row) for row in connection.execute(text(ENTRIES))]


def news_for(channel: str, entries: Iterable[Entry], at: datetime, quiet: timedelta) -> News:
    """What of the book this channel has still to tell."""
    due = [entry for entry in entries if entry.is_due(channel, at, quiet)]
    return News(
        tuple(entry for entry in due if entry.resolved_at is None),
        tuple(entry for entry in due if entry.resolved_at is not None),
    )


def mark_told(connection: Connection, channel: str, news: News, at: datetime) -> None:
    """Remember that the channel has delivered this."""
    for column, entries in (("alerted", news.open), ("recovered", news.resolved)):
        for entry in entries:
            project_id, kind, subject = entry.incident.key
            values = {"project_id": project_id, "kind": kind, "subject": subject}
            connection.execute(
                text(TOLD.format(column=column)),
                {**values, "channel": channel, "at": at.isoformat()},
            )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        Incident(row.project_id, row.slug, row.kind, row.subject, row.opened_at),
        row.times,
        row.resolved_at,
        _instants(row.alerted),
        _instants(row.recovered),
    )


def _instants(told: Mapping[str, str]) -> Instants:
    return {channel: datetime.fromisoformat(at) for channel, at in told.items()}
