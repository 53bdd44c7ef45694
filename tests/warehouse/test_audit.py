"""What the audit counts again on staging, and what it finds when a mart disagrees."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.dbt_process import run_plain
from flows.transform import transform
from lib.db.warehouse import only_build
from tests.support.history import FIRST, SESSION, A, B
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, at

TAMPERED = {
    "assert_messages_agree_with_staging": (
        "delete from build.fct_messages where project_id = 101 and message_id = 'm4'",
        [(A, date(2026, 2, 12))],
    ),
    "assert_conversations_agree_with_staging": (
        "update build.fct_conversations set local_date = '2026-02-16'"
        " where project_id = 202 and local_date = '2026-02-17'",
        [(B, date(2026, 2, 16)), (B, date(2026, 2, 17))],
    ),
    "assert_listed_sessions_agree_with_staging": (
        "delete from build.fct_agent_sessions where project_id = 101",
        [(A, date(2026, 2, 10))],
    ),
}


# messages of eight Mondays; all other days of project 303 differ freely
MONDAYS = [60, 60, 60, 60, 60, 10, 60, 200]
Tests = Mapping[str, str]


@pytest.fixture(scope="module")
def tests(
    new_source: Callable[..., RawSource], owner: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Tests:
    """The SQL of every data test, compiled on a build of three projects that is published."""
    for source in (new_source(A), new_source(B)):
        source.load(FIRST, [SESSION])
    weekly = new_source(303)
    for week, count in enumerate(MONDAYS):
        monday = at("2025-12-15 09:00") + timedelta(weeks=week)
        tuesday = Message(message_id=f"t{week}", sent_at=monday + timedelta(days=1))
        minutes = [Message(message_id=f"w{week}-{n}", sent_at=monday) for n in range(count)]
        weekly.load([*minutes, tuesday])
    transform()
    target = tmp_path_factory.mktemp("compiled")
    with only_build(owner):
        run_plain(["--quiet", "compile", "--target-path", str(target)], connected=True)
    nodes: dict[str, Any] = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    return {
        node["name"]: node["compiled_code"]
        for node in nodes.values()
        if node["resource_type"] == "test"
    }


@pytest.mark.parametrize("name", TAMPERED)
def test_a_mart_that_disagrees_with_staging_is_named_by_project_and_day(
    tests: Tests, owner: Engine, name: str
):
    change, expected = TAMPERED[name]
    found = f"select project_id, local_date from ({tests[name]}\n) as f order by 1, 2"
    assert query(owner, found) == []
    with owner.connect() as connection:
        connection.execute(text(change))
        rows = connection.execute(text(found)).all()
        connection.rollback()
    assert [tuple(row) for row in rows] == expected


def test_a_day_far_from_what_its_weekday_is_used_to_is_reported_and_published(
    tests: Tests, owner: Engine
):
    sql = tests["report_unusual_volume"]
    columns = "local_date, usual_count, message_count"
    assert sorted(query(owner, f"select {columns} from ({sql}\n) as found")) == [
        (date(2026, 1, 19), 60.0, 10),
        (date(2026, 2, 2), 60.0, 200),
    ]
    published = "select data_version, held_back_since from app.data_versions where project_id = 303"
    assert query(owner, published) == [(1, None)]
