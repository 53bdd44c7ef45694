"""One conversation step by step: its turns and its agent sessions, without what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.metrics.options import agent_names, load_days
from lib.metrics.scope import Scope

MOST_TURNS = 500
# what a limited reader may see of each table; every table has its own copy of the condition
ALLOWED = " and {table}.entity = any(:allowed_entities)"
TALK = """
select
    talk.entity, talk.channel, talk.conversation_type, talk.first_message_at, talk.last_message_at,
    talk.message_count
from marts.fct_conversations as talk
where talk.contact_key = :contact and talk.local_date = :day{allowed}
"""
TURNS = """
select
    turns.message_id, turns.sent_at, turns.direction, turns.content_type, turns.intent,
    turns.is_fallback, turns.agent_id, turns.entity, turns.channel, count(*) over () as every
from marts.fct_messages as turns
where turns.contact_key = :contact and turns.local_date = :day{allowed}
order by turns.sent_at, turns.message_id
limit :most
"""
# a session that began earlier belongs to the day too on which it was taken or closed
SESSIONS = """
select
    served.agent_id, served.entity, served.channel, served.queued_at, served.assigned_at,
    served.closed_at, served.wait_seconds, served.first_response_seconds, served.handle_seconds,
    served.close_reason, served.is_transferred, served.is_queue_abandoned
from marts.fct_agent_sessions as served
where
    served.contact_key = :contact
    and served.local_date <= :day
    and :day in (
        served.local_date,
        cast(served.assigned_at at time zone :timezone as date),
        cast(served.closed_at at time zone :timezone as date)
    ){allowed}
order by
    coalesce(served.queued_at, served.assigned_at, served.closed_at), served.agent_session_id
"""
MASK = "select contact_masked from marts.dim_contacts where contact_key = :contact"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `agent` is the name of who wrote it, of agents only."""

    sent_at: datetime | None
    direction: str
    content_type: str | None
    intent: str | None
    is_fallback: bool
    agent: str | None


@dataclass(frozen=True, slots=True)
class ServedSession:
    """One agent session: who waited, who took it and how it ended; times in seconds."""

    agent: str | None
    queued_at: datetime | None
    assigned_at: datetime | None
    closed_at: datetime | None
    wait_seconds: int | None
    first_response_seconds: int | None
    handle_seconds: int | None
    close_reason: str | None
    is_transferred: bool
    is_queue_abandoned: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A contact's local day: masked number, what kind of conversation, turns in order, sessions.

    `messages` are the counted ones: inbound, bot and agent. `every_turn` is how many turns of any
    kind there are, of which the first 500 are here.
    """

    contact: str | None
    day: date
    entity: str | None
    channel: str | None
    conversation_type: str | None
    first_message_at: datetime | None
    last_message_at: datetime | None
    messages: int
    turns: tuple[Turn, ...]
    every_turn: int
    sessions: tuple[ServedSession, ...]


def load_timeline(
    connection: Connection, contact_key: str, day: date, *, scope: Scope
) -> Timeline | None:
    """The conversation of a contact on a local day; None where this reader has none.

    A contact of another project, of other entities, or that never was, are all None.
    """
    values = {
        "contact": contact_key,
        "day": day,
        "most": MOST_TURNS,
        "timezone": load_days(connection).timezone,
        "allowed_entities": list(scope.entities or ()),
    }
    turns = connection.execute(text(_within(TURNS, "turns", scope)), values).all()
    sessions = connection.execute(text(_within(SESSIONS, "served", scope)), values).all()
    if not turns and not sessions:
        return None
    talk = connection.execute(text(_within(TALK, "talk", scope)), values).one_or_none()
    names = agent_names(connection)
    where = talk or (turns or sessions)[0]
    return Timeline(
        contact=connection.scalar(text(MASK), values),
        day=day,
        entity=where.entity,
        channel=where.channel,
        conversation_type=talk.conversation_type if talk else None,
        first_message_at=talk.first_message_at if talk else None,
        last_message_at=talk.last_message_at if talk else None,
        messages=talk.message_count if talk else 0,
        turns=tuple(_turn(row, names) for row in turns),
        every_turn=turns[0].every if turns else 0,
        sessions=tuple(_session(row, names) for row in sessions),
    )


def _within(query: str, table: str, scope: Scope) -> str:
    return query.format(allowed=ALLOWED.format(table=table) if scope.is_limited else "")


def _turn(row: Row[Any], names: Mapping[str, str]) -> Turn:
    wrote = row.direction == "agent" and row.agent_id
    return Turn(
        sent_at=row.sent_at,
        direction=row.direction,
        content_type=row.content_type,
        intent=row.intent,
        is_fallback=bool(row.is_fallback),
        agent=names.get(row.agent_id, row.agent_id) if wrote else None,
    )


def _session(row: Row[Any], names: Mapping[str, str]) -> ServedSession:
    return ServedSession(
        agent=names.get(row.agent_id, row.agent_id) if row.agent_id else None,
        queued_at=row.queued_at,
        assigned_at=row.assigned_at,
        closed_at=row.closed_at,
        wait_seconds=row.wait_seconds,
        first_response_seconds=row.first_response_seconds,
        handle_seconds=row.handle_seconds,
        close_reason=row.close_reason,
        is_transferred=bool(row.is_transferred),
        is_queue_abandoned=bool(row.is_queue_abandoned),
    )
