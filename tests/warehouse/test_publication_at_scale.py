"""A million messages, read by two projects without a pause while they are replaced.

The same promises as in test_publication.py, where a build is long enough for a reader to meet every
moment of it: the old state, then the new one, never one without protection, empty, half or mixed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import URL

from flows.transform import transform
from infra.bench.generate import LAST_DAY, add_day, generate
from infra.bench.home import owner_connection, register
from infra.bench.people import FIRST_PROJECT_ID
from tests.support.polling import Poll, polling

SIZE, DAY_MESSAGES = 1_000_000, 24_000
# half of all messages are of the first project
BIG, SMALL = FIRST_PROJECT_ID, FIRST_PROJECT_ID + 1
BUILDS = ("one day", "all days")


@dataclass(slots=True)
class Watched:
    """What the readers saw of each build; `size` is what raw holds."""

    size: int = 0
    polls: dict[str, Poll] = field(default_factory=dict)


@pytest.fixture(scope="module")
def watched(module_database: URL) -> Iterator[Watched]:
    seen = Watched()
    with pytest.MonkeyPatch.context() as clock, owner_connection() as connection:
        register(SIZE)
        seen.size = generate(connection, SIZE).messages
        transform()
        for nth, build in enumerate(BUILDS, start=1):
            today = LAST_DAY + timedelta(days=nth)
            clock.setenv("INDIGITALL_NOW", f"{today + timedelta(days=1)}T10:00:00-05:00")
            add_day(connection, SIZE, DAY_MESSAGES, today)
            with polling((BIG, SMALL)) as seen.polls[build]:
                transform(full_refresh=build == "all days")
        yield seen


def test_the_history_is_a_million_messages(watched: Watched):
    assert watched.size >= SIZE


@pytest.mark.parametrize("build", BUILDS)
def test_no_reader_fails_or_waits_in_vain(watched: Watched, build: str):
    assert watched.polls[build].errors == []
    assert len(watched.polls[build].samples) >= 20


@pytest.mark.parametrize("build", BUILDS)
def test_every_snapshot_counts_the_same_messages_three_ways(watched: Watched, build: str):
    for sample in watched.polls[build].samples:
        assert len(set(sample.counts.values())) == 1, sample


@pytest.mark.parametrize("build", BUILDS)
def test_no_snapshot_holds_a_row_of_another_project(watched: Watched, build: str):
    samples = watched.polls[build].samples
    assert {sample.project_id for sample in samples} == {BIG, SMALL}
    assert [sample for sample in samples if sample.foreign_rows] == []


@pytest.mark.parametrize("project_id", [BIG, SMALL])
def test_each_build_is_one_step_from_the_old_count_to_the_new(watched: Watched, project_id: int):
    before, after = watched.polls["one day"].kpis(project_id)
    again, last = watched.polls["all days"].kpis(project_id)
    assert 0 < before < after == again < last
