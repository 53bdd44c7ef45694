"""Fills raw as ingestion would: messages, contacts, sessions, and the batches that name their days.

COPY goes straight into raw.*, with the columns, keys and hashes of a real load; the same seed gives
the same rows. `generate` writes a whole history, `add_day` one more day to a history that is there.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from infra.bench.lines import COPY, message_lines
from infra.bench.people import (
    People,
    bench_projects,
    contact_records,
    draw_people,
)
from infra.bench.records import CHANNEL_LIST, CONTACT_LIST, LINES, SESSIONS, copy_records
from infra.bench.sessions import draw_traffic, session_records
from infra.bench.visits import Visits, draw_visits, local_days
from lib.clock import now
from lib.config import get_settings
from lib.indigitall.endpoints import AGENT_CONVERSATIONS, CHAT_HISTORY
from lib.indigitall.windows import Window
from lib.raw.batches import Counts, Load, record_batch
from lib.raw.checkpoints import save_checkpoint
from lib.raw.connection import Connection
from lib.raw.sync_state import record_success

LAST_DAY = date(2026, 2, 16)
DAYS = 400
SEED = 7
VISITS_AT_ONCE = 50_000
SECONDARY_INDEXES = """
select indexname, indexdef from pg_indexes
where schemaname = 'raw' and tablename = 'messages' and indexname not like '%_pkey'
"""


@dataclass(frozen=True, slots=True)
class Generated:
    """How many rows were written."""

    messages: int
    sessions: int
    contacts: int


def generate(
    connection: Connection, size: int, seed: int = SEED, days: int = DAYS, last_day: date = LAST_DAY
) -> Generated:
    """Write about `size` messages of twenty registered projects that have none yet.

    The connection is the owner's, in autocommit: indexes of an empty raw.messages are made after
    the rows. Every project is one transaction.
    """
    span = [last_day - timedelta(days=days - 1 - n) for n in range(days)]
    indexes = connection.execute(SECONDARY_INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"drop index raw.{name}")
    total = Generated(0, 0, 0)
    for project in bench_projects(size):
        people = draw_people(project, get_settings().pii_key.get_secret_value(), seed)
        rng = np.random.default_rng([seed, project.place, 3])
        with connection.transaction():
            contacts = _load_lists(connection, people, seed)
            written = _load_days(connection, people, rng, span, project.size)
        total = Generated(
            total.messages + written.messages,
            total.sessions + written.sessions,
            total.contacts + contacts,
        )
    for _, definition in indexes:
        connection.execute(definition)
    for table in ("messages", "agent_sessions", "contacts", "batches"):
        connection.execute(f"vacuum analyze raw.{table}")
    return total


def add_day(
    connection: Connection, size: int, messages: int, day: date, seed: int = SEED
) -> Generated:
    """One more day of about `messages` messages in a history generated with this size and seed."""
    total = Generated(0, 0, 0)
    for project in bench_projects(size):
        people = draw_people(project, get_settings().pii_key.get_secret_value(), seed)
        rng = np.random.default_rng([seed, project.place, day.toordinal()])
        with connection.transaction():
            written = _load_days(
                connection, people, rng, [day], round(messages * project.size / size)
            )
        total = Generated(total.messages + written.messages, total.sessions + written.sessions, 0)
    return total


def _load_days(
    connection: Connection, people: People, rng: np.random.Generator, days: list[date], size: int
) -> Generated:
    """One batch of messages and sessions, the window that was read, and the days it touched."""
    project_id = people.project.project_id
    visits = draw_visits(rng, days, len(people.keys), size)
    begins = datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC)
    ends = begins + timedelta(days=len(days) + 1)
    window = Window(days[0], days[-1] + timedelta(days=2), begins, ends)
    load = Load(project_id, CHAT_HISTORY.name, window, now(), "bench")
    batch = record_batch(connection, load, Counts(size, size), [])
    message_count, session_count = _counts(connection, project_id)
    writer = _Writer(connection, people, batch)
    for begin in range(0, len(visits.starts_at), VISITS_AT_ONCE):
        part = visits.part(slice(begin, begin + VISITS_AT_ONCE))
        first_ids = (1 + message_count + writer.messages, 1 + session_count + writer.sessions)
        writer.write(rng, part, first_ids)
    connection.execute(
        "update raw.batches set touched_dates = %s where batch_id = %s",
        [sorted(writer.touched), batch],
    )
    save_checkpoint(connection, load, page_count=1, row_count=writer.messages, checksum="bench")
    record_success(connection, project_id, CHAT_HISTORY.name, days[-1])
    return Generated(writer.messages, writer.sessions, 0)


@dataclass(slots=True)
class _Writer:
    """Writes visits of one project under one batch, and counts what it wrote."""

    connection: Connection
    people: People
    batch: int
    messages: int = 0
    sessions: int = 0
    touched: set[date] = field(default_factory=set)

    def write(self, rng: np.random.Generator, visits: Visits, first_ids: tuple[int, int]) -> None:
        """The messages and sessions of some visits; numbers go up from `first_ids`."""
        traffic = draw_traffic(rng, self.people, visits, first_ids[1])
        messages, sessions = traffic.messages, traffic.sessions
        stamp = (first_ids[0], self.batch, now().isoformat())
        with self.connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for line in message_lines(rng, traffic, stamp):
                copy.write(line)
        copy_records(self.connection, SESSIONS, self.people, session_records(traffic), self.batch)
        self.messages += len(messages.kind)
        self.sessions += len(sessions.number)
        for instants in (messages.sent_at, sessions.queued_at, sessions.closed_at):
            self.touched |= local_days(instants)


def _load_lists(connection: Connection, people: People, seed: int) -> int:
    """The lists that are read whole: contacts, and the lines they write to."""
    project_id = people.project.project_id
    contacts = list(contact_records(people, seed))
    for resource, records in ((CONTACT_LIST, contacts), (CHANNEL_LIST, LINES)):
        name = resource.endpoint.name
        load = Load(project_id, name, None, now(), "bench")
        batch = record_batch(connection, load, Counts(len(records), len(records)), [])
        copy_records(connection, resource, people, records, batch)
        record_success(connection, project_id, name, None)
    record_success(connection, project_id, AGENT_CONVERSATIONS.name, None)
    return len(contacts)


def _counts(connection: Connection, project_id: int) -> tuple[int, int]:
    """Messages and sessions of the project so far: ids are given in order."""
    row = connection.execute(
        "select (select count(*) from raw.messages where project_id = %(id)s),"
        " (select coalesce(max(agent_conversation_id::bigint), 0) from raw.messages"
        " where project_id = %(id)s and agent_conversation_id is not null)",
        {"id": project_id},
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
