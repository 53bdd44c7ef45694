"""The connection of a project: what it sees, what it keeps, what happens when all are in use."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from lib.db.engines import admin_engine
from lib.db.errors import ConnectionBudgetError, DatabaseBusyError, WrongRoleError
from lib.db.tenant import (
    CONNECTION_BUDGET,
    TenantBusyError,
    TenantPools,
    assert_connection_budget,
    tenant_connection,
)
from tests.support.sample_mart import create_sample_mart

TOTAL = text("select sum(message_count)::int from marts.fct_sample")


@pytest.fixture(scope="module")
def marts(module_database):
    create_sample_mart(more_projects=(303, 404))
    return module_database


@pytest.fixture
def admin(marts):
    engine = admin_engine(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def sessions(admin):
    query = "select usename::text, pid from pg_stat_activity where usename ~ '^project_'"
    return sorted(tuple(row) for row in admin.execute(text(query)))


def wait_for(admin, names):
    """Sessions end a moment after their client has closed them."""
    deadline = time.monotonic() + 5
    while (found := [name for name, _ in sessions(admin)]) != names:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)


@pytest.fixture
def pools(admin):
    pools = TenantPools(per_project=2, total=4, wait_seconds=0.3)
    yield pools
    pools.close()
    wait_for(admin, [])


def driver(connection):
    return connection.connection.driver_connection


@pytest.mark.parametrize(("project_id", "total"), [(101, 7), (202, 50)])
def test_a_project_sees_its_own_rows_and_no_other(pools, project_id, total):
    with tenant_connection(pools, project_id) as connection:
        assert connection.scalar(TOTAL) == total
        query = text("select distinct project_id from marts.fct_sample")
        assert connection.scalars(query).all() == [project_id]


def test_a_project_asking_for_another_s_rows_gets_none(pools):
    query = text("select count(*) from marts.fct_sample where project_id = 202 or true")
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(query) == 2


def test_the_transaction_is_read_only_and_one_snapshot(pools, marts):
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(text("show transaction_read_only")) == "on"
        assert connection.scalar(text("show transaction_isolation")) == "repeatable read"
        assert connection.scalar(text("show timezone")) == "UTC"


def test_rows_published_meanwhile_are_seen_by_the_next_transaction_only(pools, admin):
    add = "insert into marts.fct_sample values (303, '2026-02-17', 1000, null)"
    with tenant_connection(pools, 303) as connection:
        before = connection.scalar(TOTAL)
        admin.exec_driver_sql(add)
        assert connection.scalar(TOTAL) == before
    with tenant_connection(pools, 303) as connection:
        assert connection.scalar(TOTAL) == before + 1000


def test_a_connection_is_used_again_for_the_same_project(pools, admin):
    with tenant_connection(pools, 101):
        first = sessions(admin)
    with tenant_connection(pools, 101):
        assert sessions(admin) == first
    assert [name for name, _ in first] == ["project_101"]


@pytest.mark.parametrize(
    "statement",
    [
        "set role tenant_reader",
        "set statement_timeout = 0",
        "set default_transaction_read_only = off",
        "set search_path = marts",
        "prepare mine as select 1",
        "declare mine cursor with hold for select 1",
        "listen mine",
    ],
)
def test_nothing_of_a_session_reaches_the_next_user_of_the_connection(pools, admin, statement):
    with tenant_connection(pools, 101) as connection:
        connection.exec_driver_sql(statement)
        first = sessions(admin)
    with tenant_connection(pools, 101) as connection:
        assert sessions(admin) == first
        assert connection.scalar(TOTAL) == 7
        shown = [
            connection.scalar(text(f"show {name}"))
            for name in ("statement_timeout", "default_transaction_read_only", "search_path")
        ]
        assert shown == ["30s", "on", '"$user", public']
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.exec_driver_sql("execute mine")
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.exec_driver_sql("fetch mine")


def test_options_one_user_sets_on_the_connection_are_gone_for_the_next(pools):
    engine = pools.engine_for(101)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert connection.scalar(text("show transaction_isolation")) == "read committed"
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(text("show transaction_isolation")) == "repeatable read"
        assert connection.scalar(text("show transaction_read_only")) == "on"


def test_the_limits_of_the_role_hold_in_its_sessions(pools):
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    with tenant_connection(pools, 101) as connection:
        assert [connection.scalar(text(f"show {name}")) for name in limits] == ["30s", "2s", "30s"]
        assert connection.scalar(text("show temp_file_limit")) == "256MB"


def test_an_error_in_a_query_leaves_a_usable_connection(pools, admin):
    with tenant_connection(pools, 101):
        first = sessions(admin)
    with pytest.raises(DBAPIError, match="division by zero"), tenant_connection(pools, 101) as c:
        c.exec_driver_sql("select 1 / 0")
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(TOTAL) == 7
        assert sessions(admin) == first


def test_an_error_text_carries_no_parameter(pools):
    query = text("select cast(:value as integer)")
    with pytest.raises(DBAPIError) as caught, tenant_connection(pools, 101) as connection:
        connection.execute(query, {"value": "not a number"})
    assert "[SQL parameters hidden" in str(caught.value)


def test_a_connection_the_server_lost_is_replaced(pools, admin):
    with tenant_connection(pools, 101):
        pass
    lost = sessions(admin)
    admin.execute(text("select pg_terminate_backend(:pid)"), {"pid": lost[0][1]})
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(TOTAL) == 7
        assert sessions(admin) != lost
    assert pools.budget.open_count == 1


def test_a_connection_lost_in_the_middle_raises_and_frees_its_place(pools, admin):
    def lose(connection):
        pid = driver(connection).info.backend_pid
        admin.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        connection.scalar(TOTAL)

    with pytest.raises((OperationalError, InternalError)), tenant_connection(pools, 101) as c:
        lose(c)
    assert pools.budget.open_count == 0
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(TOTAL) == 7


def test_an_interrupt_in_the_middle_of_a_query_leaves_no_running_connection_behind(pools):
    def interrupted(connection):
        driver(connection).pgconn.send_query(b"select count(*) from generate_series(1, 3000000)")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), tenant_connection(pools, 101) as connection:
        interrupted(connection)
    assert pools.budget.open_count == 0
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(TOTAL) == 7


def test_a_session_of_another_role_is_never_handed_out(pools, monkeypatch):
    monkeypatch.setattr(pools, "role_of", lambda _: "project_202")
    pools.engine_for(101)
    monkeypatch.undo()
    with (
        pytest.raises(WrongRoleError, match="expected a session of project_101, found project_202"),
        tenant_connection(pools, 101),
    ):
        pytest.fail("the block must not be entered")
    assert pools.budget.open_count == 0


@pytest.mark.parametrize("wrong", [0, -101, True, "101", None])
def test_what_is_no_project_id_opens_nothing(pools, wrong):
    with pytest.raises(ValueError, match="expected a project id"), tenant_connection(pools, wrong):
        pytest.fail("the block must not be entered")


def test_a_project_without_a_role_gets_an_error_and_holds_no_place(pools):
    with pytest.raises(OperationalError), tenant_connection(pools, 999):
        pytest.fail("the block must not be entered")
    assert pools.budget.open_count == 0


def test_a_project_that_uses_all_its_connections_is_busy_and_others_are_served(pools):
    with tenant_connection(pools, 101), tenant_connection(pools, 101):
        started = time.monotonic()
        with pytest.raises(TenantBusyError, match="project 101"), tenant_connection(pools, 101):
            pytest.fail("the block must not be entered")
        assert 0.3 <= time.monotonic() - started < 1
        with tenant_connection(pools, 202) as connection:
            assert connection.scalar(TOTAL) == 50
    assert issubclass(TenantBusyError, DatabaseBusyError)


def test_a_waiting_caller_is_served_as_soon_as_a_connection_comes_back(pools):
    seen = []

    def wait_and_read():
        with tenant_connection(pools, 101) as connection:
            seen.append(connection.scalar(TOTAL))

    with tenant_connection(pools, 101), tenant_connection(pools, 101):
        waiting = threading.Thread(target=wait_and_read)
        waiting.start()
        time.sleep(0.05)
        assert seen == []
    waiting.join(timeout=1)
    assert seen == [7]


def test_a_full_budget_closes_the_idle_connection_unused_for_longest(pools, admin):
    for project_id in (101, 202, 303):
        with tenant_connection(pools, project_id):
            pass
    with tenant_connection(pools, 101):
        pass
    with tenant_connection(pools, 404), tenant_connection(pools, 404):
        wait_for(admin, ["project_101", "project_303", "project_404", "project_404"])
        assert pools.budget.open_count == 4


def test_a_full_budget_with_nothing_idle_is_busy(pools):
    with (
        tenant_connection(pools, 101),
        tenant_connection(pools, 101),
        tenant_connection(pools, 202),
        tenant_connection(pools, 202),
        pytest.raises(TenantBusyError, match="project 303"),
        tenant_connection(pools, 303),
    ):
        pytest.fail("the block must not be entered")


def test_closing_the_pools_leaves_no_session_and_they_can_be_used_again(pools, admin):
    with tenant_connection(pools, 101), tenant_connection(pools, 202):
        pass
    pools.close()
    wait_for(admin, [])
    assert pools.budget.open_count == 0
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(TOTAL) == 7


def test_the_server_has_room_for_every_pool(admin):
    assert sum(CONNECTION_BUDGET.values()) == 92
    assert_connection_budget(admin)


def test_a_server_without_room_is_refused_with_both_numbers(admin, monkeypatch):
    monkeypatch.setitem(CONNECTION_BUDGET, "pages", 400)
    with pytest.raises(ConnectionBudgetError, match="needs 452 connections, the server leaves 97"):
        assert_connection_budget(admin)
