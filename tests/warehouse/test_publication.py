"""Write, audit, publish: what readers see of a build, and what of it stays away from them."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import ProgrammingError

from lib.db.roles import reveal_role
from lib.db.urls import role_url
from tests.support.history import WITHOUT_ROWS, A, B, History, build_history
from tests.support.marts import mart_names, query, query_as_tenant
from tests.support.raw_source import RawSource

UNDER_POLLING = ("increment", "full refresh")


@pytest.fixture(scope="module")
def history(new_source: Callable[..., RawSource], owner: Engine) -> Iterator[History]:
    with pytest.MonkeyPatch.context() as clock:
        yield build_history(new_source, owner, clock)


@pytest.mark.parametrize("build", UNDER_POLLING)
def test_every_sample_counts_the_same_messages_in_kpi_and_drill_down(history: History, build: str):
    poll = history.polls[build]
    assert poll.errors == []
    assert len(poll.samples) >= 20
    for sample in poll.samples:
        assert len(set(sample.counts.values())) == 1, sample


@pytest.mark.parametrize("build", UNDER_POLLING)
def test_no_sample_holds_a_row_of_another_project(history: History, build: str):
    assert {sample.project_id for sample in history.polls[build].samples} == {A, B}
    assert sum(sample.foreign_rows for sample in history.polls[build].samples) == 0


def test_readers_see_the_old_state_then_the_new_one_and_nothing_between(history: History):
    assert history.polls["increment"].kpis(A) == [5, 6]
    assert history.polls["increment"].kpis(B) == [6, 7]
    assert history.polls["full refresh"].kpis(A) == [6, 7]
    assert history.polls["full refresh"].kpis(B) == [7]


def test_a_failing_test_leaves_the_marts_of_its_project_as_they_were(history: History):
    assert history.marts["held back"][A] == history.marts["first"][A]
    assert history.versions["held back"][A][0] == history.versions["first"][A][0]


def test_a_failing_test_holds_back_only_the_project_that_owns_its_rows(history: History):
    assert history.message_ids("held back", B) == ["m1", "m2", "m3", "m4", "m5", "m7"]
    assert history.versions["held back"][B][0] == history.versions["first"][B][0] + 1


def test_the_error_and_the_served_version_say_which_test_held_the_project_back(history: History):
    reason = "assert_no_row_is_published_on_another_day (1 rows)"
    error = history.errors["held back"]
    assert error.held_back == {A: reason}
    assert error.published == (B,)
    assert history.versions["held back"][A][2] == reason
    assert history.versions["held back"][A][1] is not None
    assert history.versions["mended"][A][1:3] == (None, None)


def test_batches_committed_in_reverse_order_of_time_all_arrive(history: History):
    assert "m6" not in history.message_ids("held back", B)
    assert history.message_ids("mended", B) == ["m1", "m2", "m3", "m5", "m6", "m7"]


def test_a_day_emptied_at_the_source_is_emptied(history: History):
    day = "2026-02-12"
    for mart in ("fct_messages", "fct_conversations", "fct_messages_hourly"):
        rows = history.marts["mended"][B][mart]
        assert [row for row in rows if day in [str(value) for value in row]] == []
    assert len(history.marts["first"][B]["dim_contacts"]) == 4
    assert len(history.marts["mended"][B]["dim_contacts"]) == 3


def test_a_batch_is_published_once_its_rows_are(history: History):
    waiting = "select count(*) from raw.batches where published_at is null"
    assert query(history.owner, waiting) == [(0,)]


def test_a_new_column_appears_by_alter_and_is_readable_by_tenants(history: History):
    for project_id in (A, B):
        found = query_as_tenant(project_id, "select message_id, sending_id from marts.fct_messages")
        assert {row[0]: row[1] for row in found}["m8"] == "s1"


def test_a_renamed_column_stops_publication_and_asks_for_a_full_refresh(history: History):
    said = str(history.errors["renamed"])
    assert "run dbt build --full-refresh" in said
    assert "marts.dim_channels: label is gone or renamed" in said
    assert history.versions["renamed"] == history.versions["increment"]
    assert history.message_ids("full refresh", A) == [*history.message_ids("increment", A), "m9"]


def test_a_provisional_conversation_becomes_final_without_new_messages(history: History):
    final = "select is_provisional, is_effectively_contained from marts.fct_conversations"
    today = " where project_id = :id and local_date = '2026-02-17'"
    assert query(history.owner, final + today, id=A) == [(False, True)]
    assert history.versions["next day"][A][0] == history.versions["full refresh"][A][0] + 1


def test_a_changed_rule_rewrites_the_history_of_its_project(history: History):
    entities = (
        "select distinct entity from marts.fct_conversations where project_id = :id order by 1"
    )
    assert query(history.owner, entities, id=B) == [("Coop Dos",), ("Sin entidad",)]
    assert query(history.owner, entities, id=A) == [("Coop Uno",), ("Sin entidad",)]


def test_the_data_version_tells_until_when_data_and_loads_reach(history: History):
    loaded_until, data_until = history.versions["full refresh"][A][3:]
    assert data_until.isoformat() == "2026-02-17T14:00:00+00:00"
    assert loaded_until.isoformat() == "2026-02-17T14:00:00+00:00"


READABLE = """
select distinct n.nspname || '.' || c.relname
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join unnest(
    array['tenant_reader', 'project_101', 'project_101_reveal', 'rest_101']
) as r (role)
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and has_schema_privilege(r.role, n.oid, 'usage')
    and has_any_column_privilege(r.role, c.oid, 'select')
order by 1
"""
PROTECTED = """
select n.nspname || '.' || c.relname
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
where
    c.relrowsecurity
    and c.relforcerowsecurity
    and exists (select from pg_policy as p where p.polrelid = c.oid and p.polname = 'tenant_rows')
order by 1
"""


def test_every_relation_a_tenant_can_read_has_forced_row_security_and_the_policy(history: History):
    readable = query(history.owner, READABLE)
    assert readable == [(f"marts.{name}",) for name in mart_names(history.owner)]
    assert len(readable) == 17
    assert query(history.owner, PROTECTED) == readable


def test_no_publication_leaves_a_right_open_not_even_one_planted_before(history: History):
    assert set(history.faults.values()) == {()}


@pytest.mark.parametrize(("me", "other"), [(A, B), (B, A)])
def test_each_project_finds_its_rows_and_none_of_the_other_in_every_mart(
    history: History, me: int, other: int
):
    for name in mart_names(history.owner):
        if name in WITHOUT_ROWS:
            continue
        owners = query_as_tenant(me, f"select distinct project_id from marts.{name}")
        assert owners == [(me,)], name
        assert query(
            history.owner, f"select count(*) > 0 from marts.{name} where project_id = {other}"
        ) == [(True,)], name


@pytest.mark.parametrize("column", ["fct_messages.body", "dim_contacts.contact_id"])
def test_personal_columns_are_for_the_reveal_role_alone(history: History, column: str):
    mart, name = column.split(".")
    with pytest.raises(ProgrammingError, match="permission denied"):
        query_as_tenant(A, f"select {name} from marts.{mart}")
    reveal = create_engine(role_url(reveal_role(A)), use_native_hstore=False)
    found = query(reveal, f"select project_id, {name} from marts.{mart}")
    reveal.dispose()
    assert {row[0] for row in found} == {A}
    assert all(row[1] for row in found)


def test_a_full_refresh_leaves_no_table_beside_the_marts(history: History):
    beside = (
        "select tablename from pg_tables where schemaname = 'marts' and tablename like '%next%'"
    )
    assert query(history.owner, beside) == []
    indexes = (
        "select count(*) from pg_indexes where schemaname = 'marts' and indexname like '%next%'"
    )
    assert query(history.owner, indexes) == [(0,)]


def test_autovacuum_may_work_on_the_marts_again_once_they_are_published(history: History):
    kept_off = (
        "select c.oid::regclass from pg_class as c"
        " left join pg_class as t on t.oid = c.reltoastrelid"
        " where c.relnamespace = 'marts'::regnamespace"
        " and (c.reloptions is not null or t.reloptions is not null)"
    )
    assert query(history.owner, kept_off) == []
