"""The work list: whatever the order of batches, the marts are what a full refresh would make."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import Engine, text

from flows.transform import transform
from tests.support.history import WITHOUT_ROWS
from tests.support.marts import query, read_marts
from tests.support.random_source import RULES, random_batch
from tests.support.raw_source import RawSource

PROJECTS = tuple(range(301, 321))
# the clock moves on between builds, so verdicts that were not final become so
CLOCK = (
    "2026-02-03T10:00:00-05:00",
    "2026-02-11T22:00:00-05:00",
    "2026-02-14T23:30:00-05:00",
    "2026-02-17T10:00:00-05:00",
)


def test_increments_in_any_order_and_a_full_refresh_give_the_same_rows(
    new_source: Callable[..., RawSource], owner: Engine, monkeypatch: pytest.MonkeyPatch
):
    sources = [
        new_source(id_, rules=RULES if id_ % 2 else RULES[1:3], agent_ids=["13"] if id_ % 3 else [])
        for id_ in PROJECTS
    ]
    with owner.begin() as connection:
        connection.execute(
            text("update app.projects set high_frequency_limit = 1 + project_id % 3")
        )
    generators = {source.project_id: Random(source.project_id) for source in sources}
    for moment in CLOCK:
        monkeypatch.setenv("INDIGITALL_NOW", moment)
        for source in sources:
            for _ in range(generators[source.project_id].randrange(1, 3)):
                random_batch(source, generators[source.project_id])
        transform()
    grown = read_marts(owner, PROJECTS)

    transform(full_refresh=True)
    rebuilt = read_marts(owner, PROJECTS)

    assert {name: len(rows) for name, rows in grown.items()} == {
        name: len(rows) for name, rows in rebuilt.items()
    }
    for name in rebuilt:
        assert grown[name] == rebuilt[name], name
    assert {name for name, rows in rebuilt.items() if not rows} <= WITHOUT_ROWS
    frequent = "select count(*) from marts.fct_conversations where frequent_since is not null"
    assert query(owner, frequent) > [(0,)]
