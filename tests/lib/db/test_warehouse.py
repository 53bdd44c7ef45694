"""Is there work for a build, whose turn is it, and what came of the last one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from lib.db import warehouse
from lib.db.engines import engine_for_role
from lib.db.warehouse import (
    PendingWork,
    WarehouseBusyError,
    find_work,
    finish_run,
    last_publication,
    only_build,
    settle_unchanged,
    start_run,
)
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, at

NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)
# as much of the published tables as the questions look at
MARTS = """
create table marts.fct_conversations (
    project_id integer, is_provisional boolean, last_message_at timestamptz);
create table marts.fct_agent_sessions (
    project_id integer, is_open boolean, last_event_at timestamptz,
    is_queue_abandoned boolean, silent_at timestamptz);
create table marts.dim_projects (project_id integer, configuration_hash text);
create view build.int_project_configurations as
select project_id, agent_ids::text as configuration_hash from app.projects;
insert into marts.dim_projects values (101, '{}'), (202, '{}');
insert into marts.fct_conversations values (101, true, '2026-02-16 15:00:01+00');
insert into marts.fct_agent_sessions values
(202, true, '2026-02-16 16:00:00+00', false, null),
(101, false, '2026-02-10 16:00:00+00', false, '2026-02-17 17:00:00+00'),
(101, false, '2026-02-10 16:00:00+00', true, '2026-02-11 16:00:00+00');
"""


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def sources(owner: Engine) -> tuple[RawSource, RawSource]:
    return RawSource(owner, 101).create(), RawSource(owner, 202).create()


def find(owner: Engine, projects=None, model="m", now=NOW, code="c") -> PendingWork:
    with owner.connect() as connection:
        return find_work(connection, projects, model_hash=model, code_hash=code, now=now)


def execute(owner: Engine, statement: str) -> None:
    with owner.begin() as connection:
        connection.execute(text(statement))


def test_nothing_loaded_and_nothing_published_is_no_work(owner: Engine, sources):
    assert find(owner) == PendingWork((), needs_all_days=False)


def test_a_committed_batch_is_work_for_its_own_project(owner: Engine, sources):
    batch = sources[0].load([Message(message_id="m1", sent_at=at("2026-02-16 09:00"))])
    assert find(owner).reasons == ("batches",)
    assert find(owner, [101]).reasons == ("batches",)
    assert find(owner, [202]).reasons == ()
    execute(owner, f"update raw.batches set status = 'loading' where batch_id = {batch}")
    assert find(owner).reasons == ()


def test_a_batch_that_changed_nothing_is_settled_and_makes_the_version_fresh(
    owner: Engine, sources
):
    execute(
        owner,
        "insert into app.data_versions values"
        " (101, 7, now(), null, '2026-02-17 10:00+00', 'm', null, null, 'c'),"
        " (202, 7, now(), null, '2026-02-17 10:00+00', 'm', null, null, 'c')",
    )
    for source in sources:
        source.load(committed_at=NOW)
    sources[1].load([Message(message_id="m1", sent_at=at("2026-02-16 09:00"))])
    with owner.begin() as connection:
        settle_unchanged(connection, None, NOW)
    # project 202 still waits for rows it has not published, so it is no fresher than before
    assert query(
        owner,
        "select project_id, data_version, loaded_until::text from app.data_versions order by 1",
    ) == [(101, 7, "2026-02-17 15:00:00+00"), (202, 7, "2026-02-17 10:00:00+00")]
    assert find(owner, [101]).reasons == ()
    assert find(owner, [202]).reasons == ("batches",)


def test_before_the_first_publication_no_batch_is_settled(owner: Engine, sources):
    sources[0].load()
    with owner.begin() as connection:
        settle_unchanged(connection, None, NOW)
    assert find(owner).reasons == ("batches",)


def test_a_verdict_that_becomes_final_is_work(owner: Engine, sources):
    execute(owner, MARTS)
    assert find(owner).reasons == ()
    assert find(owner, now=NOW + timedelta(seconds=1)).reasons == ("final verdicts",)
    assert find(owner, [202], now=NOW + timedelta(seconds=1)).reasons == ()
    assert find(owner, [202], now=NOW + timedelta(hours=1)).reasons == ("final verdicts",)


def test_a_queue_that_falls_silent_is_work_once(owner: Engine, sources):
    execute(owner, MARTS)
    execute(owner, "delete from marts.fct_conversations")
    assert find(owner, [101], now=NOW + timedelta(seconds=7199)).reasons == ()
    assert find(owner, [101], now=NOW + timedelta(hours=2)).reasons == ("final verdicts",)
    execute(owner, "update marts.fct_agent_sessions set is_queue_abandoned = true")
    assert find(owner, [101], now=NOW + timedelta(hours=2)).reasons == ()


def test_a_changed_configuration_is_work(owner: Engine, sources):
    execute(owner, MARTS)
    execute(owner, "update app.projects set agent_ids = '{12}' where project_id = 202")
    assert find(owner).reasons == ("configuration",)
    assert find(owner, [101]).reasons == ()


def test_another_model_needs_all_days_whatever_else_is_new(owner: Engine, sources):
    _publish_both(owner)
    assert find(owner).reasons == ()
    assert find(owner, model="n") == PendingWork(("another model",), needs_all_days=True)


def test_other_sql_macros_or_seeds_need_all_days_of_the_projects_they_did_not_build(
    owner: Engine, sources
):
    _publish_both(owner)
    execute(owner, "update app.data_versions set code_hash = 'older' where project_id = 202")
    due = PendingWork(("other models, macros or seeds",), needs_all_days=True)
    assert find(owner) == find(owner, [202]) == due
    assert find(owner, [101]) == PendingWork((), needs_all_days=False)
    execute(owner, "update app.data_versions set code_hash = null where project_id = 101")
    assert find(owner, [101]) == due
    assert find(owner, [202], code="older").reasons == ()


def _publish_both(owner: Engine) -> None:
    for project in (101, 202):
        execute(
            owner,
            "insert into app.data_versions (project_id, data_version, published_at, model_hash,"
            f" code_hash) values ({project}, 1, now(), 'm', 'c')",
        )


def test_one_build_at_a_time(owner: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warehouse, "LOCK_WAIT", "100ms")
    busy = pytest.raises(WarehouseBusyError, match=r"app\.dbt_runs")
    with only_build(owner), busy, only_build(owner):
        pytest.fail("two builds at once")
    with only_build(owner):
        pass


def test_a_run_is_written_down_and_a_dead_one_is_called_dead(owner: Engine):
    with owner.begin() as connection:
        start_run(connection, "one", "build", "m", NOW)
        start_run(connection, "two", "build", "m", NOW)
        finish_run(
            connection,
            "two",
            status="held_back",
            audit={101: None, 202: "is_key (1 rows)"},
            results=[{"name": "fct_messages"}],
            now=NOW,
        )
    assert query(
        owner,
        "select run_id, status, projects, held_back_projects, results from app.dbt_runs"
        " order by run_id",
    ) == [
        ("one", "died", [], [], []),
        ("two", "held_back", [101], [202], [{"name": "fct_messages"}]),
    ]


def test_the_last_publication_is_told_for_its_own_invocation_only(owner: Engine):
    with owner.begin() as connection:
        assert last_publication(connection, "abc") == {}
        connection.execute(
            text(
                "create table build.last_publication"
                " (invocation_id text, project_id integer, reason text);"
                "insert into build.last_publication values ('abc', 202, null), ('abc', 101, 'x')"
            )
        )
        assert last_publication(connection, "abc") == {101: "x", 202: None}
        assert last_publication(connection, "older") == {}
