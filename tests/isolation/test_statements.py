"""The corpora of statements against the bare database: without a guard, no foreign value shows.

Every statement runs on a session of project 101 that may write and that no pool cares for; the
marts of project 202 hold nothing but canaries, which must not turn up in rows, notices or errors.
"""

from collections import Counter

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.db.engines import admin_engine
from lib.db.onboarding import create_project_roles
from lib.db.tenant import TenantPools, tenant_connection
from tests.support.bare_session import run_bare, writable_session
from tests.support.canary_marts import (
    FOREIGN,
    OWN,
    ROWS,
    canaries_in,
    create_canary_marts,
    empty_foreign_marts,
    state_of_database,
)
from tests.support.statements import all_statements, read_statements, skeleton, techniques

FILES = [
    (corpus, name) for corpus in ("hostile", "foreign", "benign") for name in techniques(corpus)
]
# a role may always change its own password and settings where it may write: only there
ITSELF = [item for item in all_statements("hostile") if "itself" in item.database]


@pytest.fixture(scope="module")
def admin(module_database):
    create_canary_marts()
    engine = admin_engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", autouse=True)
def before(admin):
    """Everything a statement could leave behind, as it was before the first one."""
    return state_of_database(admin)


def heal_roles(admin):
    with admin.begin() as connection:
        create_project_roles(connection, OWN)


def test_the_corpora_are_as_large_as_they_must_be():
    assert len(all_statements("hostile")) >= 300
    assert len(all_statements("benign")) >= 100
    assert len(techniques("hostile")) >= 30


@pytest.mark.parametrize("corpus", ["hostile", "benign", "foreign"])
def test_at_most_one_statement_in_five_is_a_variant_of_another(corpus):
    statements = all_statements(corpus)
    variants = [item for item in statements if item.variant_of]
    assert len(variants) <= len(statements) / 5
    same = sum(count - 1 for count in Counter(skeleton(item.sql) for item in statements).values())
    assert same <= len(statements) / 5


def test_every_statement_has_its_own_name_text_and_expectation():
    statements = [
        item for corpus in ("hostile", "benign", "foreign") for item in all_statements(corpus)
    ]
    assert len({item.id for item in statements}) == len(statements)
    assert len({item.sql for item in statements}) == len(statements)
    assert {(item.guard, item.database) for item in all_statements("benign")} == {
        ("allow", ("own",))
    }
    assert {item.guard for item in all_statements("hostile")} == {"block"}


def test_the_canaries_are_found_wherever_they_show():
    with writable_session(FOREIGN) as session:
        rows = session.execute(
            "select channel, local_date, message_count, wait_buckets::text, agent_id::bytea"
            " from marts.fct_agents_daily, lateral (select 1) as one"
        ).fetchall()
        total = session.execute("select sum(message_count) + 6 from marts.fct_agents_daily")
        assert canaries_in(total.fetchall())
        assert len(rows) == ROWS[FOREIGN]
        assert [value for row in rows for value in row if not canaries_in(value)] == []
        with pytest.raises(psycopg.Error) as caught:
            session.execute("select intent::integer from marts.fct_messages")
        assert canaries_in(str(caught.value))


@pytest.mark.parametrize(("corpus", "technique"), FILES)
def test_no_statement_shows_a_foreign_value_and_each_ends_as_expected(admin, corpus, technique):
    leaks, surprises = {}, {}
    for item in read_statements(corpus, technique):
        shown = run_bare(OWN, item.sql)
        if found := canaries_in(shown.values):
            leaks[item.id] = found
        if item in ITSELF:
            heal_roles(admin)
        elif shown.outcome not in item.database:
            surprises[item.id] = (shown.outcome, shown.sqlstate)
    assert leaks == {}
    assert surprises == {}


@pytest.mark.parametrize("technique", techniques("foreign"))
def test_a_question_about_another_project_answers_with_own_rows_or_none(technique):
    for item in read_statements("foreign", technique):
        rows = [value for value in run_bare(OWN, item.sql).values if isinstance(value, tuple)]
        assert [row for row in rows if FOREIGN in row] == [], item.id


@pytest.mark.parametrize("item", ITSELF, ids=[item.id for item in ITSELF])
def test_a_role_changes_itself_only_where_it_may_write_and_the_next_start_puts_it_right(
    admin, item
):
    pools = TenantPools()
    with pytest.raises(DBAPIError, match="read-only"), tenant_connection(pools, OWN) as connection:
        connection.exec_driver_sql(item.sql)
    pools.close()
    run_bare(OWN, item.sql)
    heal_roles(admin)
    with writable_session(OWN) as session:
        assert session.execute("select count(*) from marts.dim_channels").fetchone() == (ROWS[OWN],)
    states = "select count(*) from pg_db_role_setting where setrole = 'project_101'::regrole"
    with admin.connect() as connection:
        assert connection.scalar(text(states)) == 1


def test_after_the_whole_corpus_nothing_in_the_database_has_changed(admin, before):
    after = state_of_database(admin)
    assert [name for name in before if after.get(name) != before[name]] == []
    assert set(after) == set(before)
    with writable_session(FOREIGN) as session:
        rows = session.execute("select count(*) from marts.fct_messages").fetchone()
    assert rows == (ROWS[FOREIGN],)


# plans, estimates and physical places are not asked: a plan tells of others' rows (security.md 3),
# so no plan is ever shown; the clock and chance differ by themselves
VARYING = ("explain", "copy", "time-bombs", "memory-bombs", "oversize", "recursion", "settings")
VARYING_TEXT = ("random", "clock_timestamp", "timeofday", "now()", "uuid", "tablesample", "oid")


def test_answers_are_the_same_whether_or_not_the_other_project_has_rows(admin):
    """What nobody can count, compare or provoke cannot be told from the other's absence."""
    statements = [
        item
        for corpus, technique in FILES
        if technique not in VARYING
        for item in read_statements(corpus, technique)
        if item not in ITSELF and not any(word in item.sql for word in VARYING_TEXT)
    ]
    with_rows = {item.id: repr(run_bare(OWN, item.sql)) for item in statements}
    empty_foreign_marts()
    without = {item.id: repr(run_bare(OWN, item.sql)) for item in statements}
    assert len(statements) > 600
    assert {name for name in without if without[name] != with_rows[name]} == set()
