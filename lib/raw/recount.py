"""What raw holds of a day now, against what the API's pages held when the day was last read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.indigitall.endpoints import CHAT_HISTORY, Endpoint
from lib.raw.connection import Connection
from lib.raw.projects import IngestProject
from lib.raw.statistics import table_of

__all__ = ["ReconciledDay", "note_replayed", "reconciled_days", "rows_by_day"]

ONE_DAY = timedelta(days=1)
MESSAGES = """
select (sent_at at time zone 'UTC')::date, count(*)
from raw.messages
where project_id = %(project)s and deleted_at is null
    and sent_at >= %(first)s::timestamp at time zone 'UTC'
    and sent_at < %(end)s::timestamp at time zone 'UTC'
group by 1
"""
STATISTICS = """
select stats_date, count(*)
from raw.{table}
where project_id = %(project)s and deleted_at is null
    and stats_date >= %(first)s and stats_date < %(end)s and starts_with(stat_id, %(prefix)s)
group by 1
"""
DAYS = """
select
    endpoint, day, api_rows, duplicate_rows, rejected_rows, quarantined_rows, left_out_rows,
    kept_rows, replayed_rows, raw_rows, unexplained_rows
from raw.reconciliation
where project_id = %s and day >= coalesce(%s, day) and day <= coalesce(%s, day)
order by endpoint, day
"""
NOTE = """
update raw.reconciliation
set replayed_rows = replayed_rows + %(more)s, raw_rows = raw_rows + %(more)s
where project_id = %(project)s and endpoint = %(endpoint)s and day = %(day)s
"""


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """One endpoint's day: numbers of its last read, what raw holds now, and what nothing explains.

    Of a list `raw_rows` is what raw held when it was read.
    """

    endpoint: str
    day: date
    api_rows: int
    duplicate_rows: int
    rejected_rows: int
    quarantined_rows: int
    left_out_rows: int
    kept_rows: int
    replayed_rows: int
    raw_rows: int
    unexplained_rows: int


def rows_by_day(
    connection: Connection, project_id: int, endpoint: Endpoint, first: date, last: date
) -> dict[date, int]:
    """Rows of messages or statistics that raw holds, by the source's day."""
    statement, prefix = MESSAGES, ""
    if endpoint.name != CHAT_HISTORY.name:
        table, prefix = table_of(endpoint)
        statement = STATISTICS.format(table=table)
    names = {"project": project_id, "first": first, "end": last + ONE_DAY, "prefix": prefix}
    return dict(connection.execute(statement, names).fetchall())


def note_replayed(
    connection: Connection,
    project_id: int,
    endpoint: Endpoint,
    before: dict[date, int],
    after: dict[date, int],
) -> None:
    """Enter what a replay added to days that were read before it, in the caller's transaction."""
    for day in before | after:
        more = after.get(day, 0) - before.get(day, 0)
        about = {"project": project_id, "endpoint": endpoint.name, "day": day, "more": more}
        if more:
            connection.execute(NOTE, about)


def reconciled_days(
    connection: Connection, project: IngestProject, since: date | None, until: date | None
) -> list[ReconciledDay]:
    """Every day that was read, of those asked for, counted in raw again; none that was purged."""
    if project.kept_from:
        # the source's day in which the first kept local day begins is cut by the purge
        since = max(since or project.kept_from, project.kept_from + ONE_DAY)
    rows = connection.execute(DAYS, [project.project_id, since, until])
    found = [ReconciledDay(*row) for row in rows]
    return [
        day
        for name in dict.fromkeys(each.endpoint for each in found)
        for day in _recounted(
            connection, project, name, [each for each in found if each.endpoint == name]
        )
    ]


def _recounted(
    connection: Connection, project: IngestProject, name: str, days: Sequence[ReconciledDay]
) -> list[ReconciledDay]:
    endpoint = project.endpoints.get(name)
    has_days = endpoint and (endpoint.day_field or endpoint.name == CHAT_HISTORY.name)
    if endpoint is None or not has_days:
        return list(days)
    held = rows_by_day(connection, project.project_id, endpoint, days[0].day, days[-1].day)
    return [_with_rows(each, held.get(each.day, 0)) for each in days]


def _with_rows(day: ReconciledDay, raw_rows: int) -> ReconciledDay:
    unexplained = day.unexplained_rows + raw_rows - day.raw_rows
    return replace(day, raw_rows=raw_rows, unexplained_rows=unexplained)
