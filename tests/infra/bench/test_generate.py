"""The generator of benchmarks: its rows are such as ingestion writes, and the same for a seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np
import pytest
from sqlalchemy import URL

from infra.bench.generate import LAST_DAY, Generated, add_day, generate
from infra.bench.home import owner_connection, register
from infra.bench.lines import message_lines
from infra.bench.people import FIRST_PROJECT_ID, PROJECTS, bench_projects, draw_people
from infra.bench.sessions import draw_traffic
from infra.bench.visits import draw_visits
from lib.config import get_settings
from lib.indigitall.endpoints import MESSAGE_COLUMNS
from lib.indigitall.instants import parse_instant
from lib.privacy.contact_key import contact_key
from lib.raw.connection import Connection
from lib.raw.message_lines import DELIMITER

SIZE, DAYS, SEED = 4_000, 30, 11
NEW_DAY = LAST_DAY + timedelta(days=1)
INDEXES = "select indexdef from pg_indexes where schemaname = 'raw' order by 1"
TOUCHED = """
select array_agg(distinct day order by day) from (
    select (sent_at at time zone 'America/Bogota')::date as day
    from raw.messages where project_id = %(id)s
    union
    select (unnest(array[agent_queued_at, agent_closed_at])::timestamptz
        at time zone 'America/Bogota')::date
    from raw.messages where project_id = %(id)s and agent_conversation_id is not null
) as days
"""


@pytest.fixture(scope="module")
def world(module_database: URL) -> Iterator[tuple[Connection, Generated, list[tuple]]]:
    """A small history of twenty projects, and the indexes of raw before it was written."""
    with owner_connection() as connection:
        indexes = connection.execute(INDEXES).fetchall()
        register(SIZE, DAYS)
        yield connection, generate(connection, SIZE, SEED, DAYS), indexes


def test_the_size_asked_for_is_written_and_half_of_it_is_one_project(world):
    connection, written, _ = world
    counts = dict(
        connection.execute("select project_id, count(*) from raw.messages group by 1").fetchall()
    )
    assert sum(counts.values()) == written.messages == pytest.approx(SIZE, rel=0.1)
    assert sorted(counts) == list(range(FIRST_PROJECT_ID, FIRST_PROJECT_ID + PROJECTS))
    assert counts[FIRST_PROJECT_ID] == pytest.approx(SIZE / 2, rel=0.1)


def test_a_row_has_the_instant_the_key_and_the_hash_that_ingestion_gives_it(world):
    connection = world[0]
    names = [column.name for column in MESSAGE_COLUMNS]
    rows = connection.execute(
        f"select project_id, sent_at, contact_key, payload_hash, {', '.join(names)}"
        " from raw.messages where message_id::integer %% 7 = 0".replace("%%", "%")
    ).fetchall()
    pii_key = get_settings().pii_key.get_secret_value()
    assert len(rows) > 300
    for project_id, sent_at, key, digest, *values in rows:
        row = dict(zip(names, values, strict=True))
        text = DELIMITER.join(value or "" for value in values) + DELIMITER
        escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
        assert bytes(digest) == blake2b(escaped.encode(), digest_size=16).digest()
        assert sent_at == parse_instant(row["message_date"])
        assert key == contact_key(pii_key, project_id, row["contact_id"])


def test_batches_wait_for_publication_and_name_every_day_they_touch(world):
    connection = world[0]
    days = connection.execute(TOUCHED, {"id": FIRST_PROJECT_ID}).fetchone()[0]
    batches = connection.execute(
        "select touched_dates from raw.batches where project_id = %s"
        " and endpoint = 'chat_history' and published_at is null",
        [FIRST_PROJECT_ID],
    ).fetchall()
    assert batches == [(days,)]


def test_every_kind_of_row_the_models_know_is_there(world):
    connection = world[0]
    kinds = connection.execute("select distinct send_type from raw.messages order by 1").fetchall()
    assert [kind for (kind,) in kinds] == [
        "agent_notification", "campaign", "dialogflow", "input", "operator"
    ]  # fmt: skip
    counts = connection.execute(
        "select count(*) filter (where is_fallback = 'Yes'),"
        " count(*) filter (where content like '%flowResponse%'),"
        " count(distinct df_intent_name), count(distinct agent_id) from raw.messages"
    ).fetchone()
    assert min(counts) > 10


def test_indexes_of_raw_are_what_they_were(world):
    connection, _, before = world
    assert connection.execute(INDEXES).fetchall() == before


def test_one_more_day_brings_new_rows_on_that_day_alone(world):
    connection, written, _ = world
    added = add_day(connection, SIZE, 200, NEW_DAY, SEED)
    found = connection.execute(
        "select count(*), min((sent_at at time zone 'America/Bogota')::date)"
        " from raw.messages where batch_id > (select max(batch_id) - 20 from raw.batches)"
    ).fetchone()
    assert found == (added.messages, NEW_DAY)
    assert connection.execute("select count(*) from raw.messages").fetchone() == (
        written.messages + added.messages,
    )


def test_the_same_seed_gives_the_same_rows_and_another_one_does_not():
    assert _lines(3) == _lines(3)
    assert _lines(3) != _lines(4)


def _lines(seed: int) -> list[bytes]:
    project = bench_projects(SIZE)[1]
    people = draw_people(project, "a key of this test alone", seed)
    rng = np.random.default_rng(seed)
    visits = draw_visits(rng, [date(2026, 2, 10)], len(people.keys), 300)
    traffic = draw_traffic(rng, people, visits, 1)
    return list(message_lines(rng, traffic, (1, 1, "2026-02-17T15:00:00+00:00")))
