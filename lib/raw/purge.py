"""Remove what a project no longer keeps from raw, with evidence, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lib.clock import local_date, now, today
from lib.indigitall.instants import parse_instant
from lib.indigitall.windows import day_start, local_days
from lib.raw import purge_sql as sql
from lib.raw.connection import Connection
from lib.raw.projects import UnknownProjectError
from lib.raw.purge_sql import Removal
from lib.raw.retention import first_kept_day

__all__ = [
    "CAMPAIGN_PURGE",
    "MESSAGE_PURGE",
    "PurgedRows",
    "Retention",
    "load_retention",
    "purge_raw",
]

# what the batches of a purge are called: they read nothing, so they make nothing fresher
MESSAGE_PURGE, CAMPAIGN_PURGE = "purge", "campaign_purge"
MARK = "update app.projects set kept_from = %(kept_from)s where project_id = %(project)s"


@dataclass(frozen=True, slots=True)
class PurgedRows:
    """Rows of one table that went or will go; the days are None where its rows have none."""

    table: str
    row_count: int
    first_day: date | None
    last_day: date | None
    checksum: str


@dataclass(frozen=True, slots=True)
class Retention:
    """What one project keeps: nothing before `kept_from`, everything when that is None."""

    project_id: int
    timezone: str
    kept_from: date | None


@dataclass(slots=True)
class _Purge:
    connection: Connection
    values: dict[str, object]
    start: datetime
    timezone: str
    found: list[PurgedRows] = field(default_factory=list)

    def remove(self, removal: Removal) -> None:
        row = self.connection.execute(removal.statement, self.values).fetchone()
        if row is not None:
            self.found.append(PurgedRows(removal.table, *row))


def load_retention(connection: Connection, project_id: int) -> Retention:
    """What the project keeps as of today; never less than an earlier purge has left.

    Raises UnknownProjectError.
    """
    row = connection.execute(sql.PROJECT, {"project": project_id}).fetchone()
    if row is None:
        raise UnknownProjectError(f"a registered project was expected and {project_id} is none")
    timezone, months, purged = row
    limit = first_kept_day(today(timezone), months)
    return Retention(project_id, timezone, max(filter(None, (limit, purged)), default=None))


def purge_raw(
    connection: Connection,
    retention: Retention,
    published: Sequence[PurgedRows],
    *,
    run_id: str,
    dry_run: bool,
) -> tuple[PurgedRows, ...]:
    """Delete what lies before `kept_from`; returns what went, `published` rows included.

    `published` are the rows of the marts that the next publication has to leave out: they enter the
    evidence as not completed, and their days the work list. With `dry_run` everything is done and
    taken back. A project with nothing to remove is left as it is.
    """
    kept_from = retention.kept_from
    if kept_from is None:
        return ()
    start = day_start(kept_from, retention.timezone)
    values: dict[str, object] = {
        "project": retention.project_id,
        "kept_from": kept_from,
        "start": start,
        "timezone": retention.timezone,
        "run": run_id,
        "now": now(),
    }
    with connection.transaction(force_rollback=dry_run):
        purge = _Purge(connection, values, start, retention.timezone)
        days, campaign_days = _remove(purge)
        rows = (*purge.found, *published)
        if not rows:
            return ()
        campaigns = [p for p in published if p.table.startswith("marts.fct_campaign")]
        others = [p for p in published if p not in campaigns]
        _touch(purge, MESSAGE_PURGE, [*days, *others])
        _touch(purge, CAMPAIGN_PURGE, [*campaign_days, *campaigns])
        connection.execute(MARK, values)
        for entry in rows:
            _enter(purge, entry, completed=entry not in published)
    return rows


def _enter(purge: _Purge, entry: PurgedRows, *, completed: bool) -> None:
    values = {
        **purge.values,
        "table": entry.table,
        "rows": entry.row_count,
        "first": entry.first_day,
        "last": entry.last_day,
        "checksum": entry.checksum,
        "completed": purge.values["now"] if completed else None,
    }
    purge.connection.execute(sql.EVIDENCE, values)


def _remove(purge: _Purge) -> tuple[list[PurgedRows], list[PurgedRows]]:
    """Delete table by table; returns what had days of conversations and of campaigns."""
    purge.connection.execute(sql.CONTACTS_IN_QUESTION, purge.values)
    purge.remove(sql.MESSAGES)
    _find_old_sessions(purge)
    purge.remove(sql.SESSIONS)
    conversations = list(purge.found)
    for (table,) in purge.connection.execute(sql.STATISTICS).fetchall():
        purge.remove(sql.daily_statistics(table))
    campaigns = purge.found[len(conversations) :]
    for removal in sql.AFTER_SESSIONS:
        purge.remove(removal)
    return conversations, campaigns


def _find_old_sessions(purge: _Purge) -> None:
    """Sessions whose last time has passed the limit. One without any time has no day and stays."""
    connection = purge.connection
    old: list[tuple[str, date]] = []
    contacts: list[tuple[str]] = []
    for session_id, contact_key, *times in connection.execute(sql.SESSION_TIMES, purge.values):
        instants = [instant for time in times if time and (instant := parse_instant(time))]
        if instants and max(instants) < purge.start:
            old.append((session_id, local_date(max(instants), purge.timezone)))
            contacts += [(contact_key,)] if contact_key else []
    connection.execute(sql.OLD_SESSIONS)
    with connection.cursor() as cursor:
        with cursor.copy("copy old_sessions from stdin") as copy:
            for row in old:
                copy.write_row(row)
        with cursor.copy("copy contacts_in_question from stdin") as copy:
            for contact in contacts:
                copy.write_row(contact)


def _touch(purge: _Purge, endpoint: str, entries: Sequence[PurgedRows]) -> None:
    """Put every day from the first that had a row up to the limit on the work list."""
    first_days = [entry.first_day for entry in entries if entry.first_day]
    if not first_days:
        return
    kept_from = purge.values["kept_from"]
    assert isinstance(kept_from, date)
    days = list(local_days(min(first_days), kept_from - timedelta(days=1)))
    rows = sum(entry.row_count for entry in entries if not entry.table.startswith("marts."))
    purge.connection.execute(
        sql.BATCH, {**purge.values, "endpoint": endpoint, "rows": rows, "days": days}
    )
