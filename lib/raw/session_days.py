"""The local days on which an agent session has a time: queued, assigned, closed."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from lib.indigitall.instants import parse_instant
from lib.raw.connection import Connection

__all__ = ["changed_session_days", "days_of_sessions", "days_of_times"]

LISTED_TIMES = """
select payload ->> 'queuedAt', payload ->> 'assignedAt', payload ->> 'closedAt'
from raw.agent_sessions
where project_id = %s and agent_session_id = any(%s)
"""
CHANGED_TIMES = """
select
    changed.record_key,
    kept.payload ->> 'queuedAt', kept.payload ->> 'assignedAt', kept.payload ->> 'closedAt',
    incoming.payload ->> 'queuedAt', incoming.payload ->> 'assignedAt',
    incoming.payload ->> 'closedAt'
from changed_records as changed
left join incoming_records as incoming using (record_key)
left join raw.agent_sessions as kept
    on kept.project_id = %s and kept.agent_session_id = changed.record_key
"""
MESSAGE_DAYS = """
select distinct (sent_at at time zone %s)::date
from raw.messages
where project_id = %s and agent_conversation_id = any(%s) and deleted_at is null
"""


def days_of_times(times: Iterable[str | None], timezone: str) -> set[date]:
    """The local days of times written by the API; what is no time has no day."""
    zone = ZoneInfo(timezone)
    instants = (parse_instant(time) for time in times if time)
    return {instant.astimezone(zone).date() for instant in instants if instant}


def days_of_sessions(
    connection: Connection, project_id: int, session_ids: Sequence[str], timezone: str
) -> set[date]:
    """The days of sessions as the sessions endpoint lists them."""
    if not session_ids:
        return set()
    rows = connection.execute(LISTED_TIMES, [project_id, list(session_ids)])
    return days_of_times({time for row in rows for time in row}, timezone)


def changed_session_days(connection: Connection, project_id: int, timezone: str) -> set[date]:
    """The days of the sessions in changed_records: their times before and after, their messages."""
    rows = connection.execute(CHANGED_TIMES, [project_id]).fetchall()
    days = days_of_times({time for _, *times in rows for time in times}, timezone)
    session_ids = [session_id for session_id, *_ in rows]
    found = connection.execute(MESSAGE_DAYS, [timezone, project_id, session_ids])
    return days | {day for (day,) in found}
