"""What is allowed is run on the project's role, within limits, and leaves a clean connection."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text

from lib.db.errors import TenantBusyError
from lib.db.tenant import TenantPools, tenant_connection
from lib.guard import execute as module
from lib.guard.allow_list import AllowList
from lib.guard.check import check
from lib.guard.errors import (
    BlockedError,
    StatementError,
    TooCostlyError,
    TooLargeError,
    TooSlowError,
    UnavailableError,
)
from lib.guard.execute import Limits, execute, free_sql_pools
from lib.guard.verdicts import allow, block
from tests.support.sample_mart import create_sample_mart

ALLOWED = AllowList.of({"fct_sample": (["project_id", "local_date", "message_count"], [])})
SLOW = "select count(*) from generate_series(1, 40000) as a, generate_series(1, 40000) as b"


@pytest.fixture(scope="module", autouse=True)
def marts(module_database):
    create_sample_mart()
    return module_database


@pytest.fixture
def pools():
    found = free_sql_pools()
    yield found
    found.close()


def run(pools, sql, project_id=101, **limits):
    chosen = Limits(**limits)
    return execute(check(sql, ALLOWED, cap=chosen.rows), pools, project_id, limits=chosen)


def backends(pools, project_id=101):
    with tenant_connection(pools, project_id) as connection:
        return connection.scalar(
            text("select 1")
        ), connection.connection.driver_connection.info.backend_pid


COUNT = "select local_date, message_count from marts.fct_sample order by local_date"


def test_each_project_gets_its_own_rows(pools):
    assert [row[1] for row in run(pools, COUNT).rows] == [3, 4]
    assert [row[1] for row in run(pools, COUNT, project_id=202).rows] == [50]


def test_rows_come_typed_with_their_columns_bytes_and_time(pools):
    found = run(pools, "select 'año' as t, 2 as n, 1.5 as d, null as e, date '2026-02-17' as f")
    assert found.columns == ("t", "n", "d", "e", "f")
    assert [str(value) for value in found.rows[0]] == ["año", "2", "1.5", "None", "2026-02-17"]
    assert found.bytes == len("año".encode()) + 1 + 3 + 0 + 10
    assert found.ms >= 0
    assert not found.is_cut


def test_an_answer_without_rows_has_its_columns(pools):
    found = run(pools, "select message_count as n from marts.fct_sample where false")
    assert (found.columns, found.rows, found.bytes) == (("n",), (), 0)


def test_rows_beyond_the_cap_are_cut_and_said_to_be(pools):
    sql = "select n from generate_series(1, 1000) as g(n)"
    assert len(run(pools, sql, rows=999).rows) == 999
    assert run(pools, sql, rows=999).is_cut
    assert not run(pools, sql, rows=1000).is_cut


def test_more_bytes_than_the_cap_are_refused(pools):
    sql = "select repeat('x', 1000) as t from generate_series(1, 1000) as g(n)"
    assert run(pools, sql, bytes=1_000_000).bytes == 1_000_000
    with pytest.raises(TooLargeError):
        run(pools, sql, bytes=999_999)


def test_a_slow_statement_ends_in_time_and_the_connection_is_used_again(pools):
    before = backends(pools)
    start = time.monotonic()
    with pytest.raises(TooSlowError):
        run(pools, SLOW, seconds=0.5, cost=1e18)
    assert time.monotonic() - start < 3
    assert backends(pools) == before
    assert [row[1] for row in run(pools, COUNT).rows] == [3, 4]


def test_what_ignores_the_server_s_own_limit_is_cancelled_from_outside(pools, monkeypatch):
    monkeypatch.setattr(module, "_prepare", lambda raw, limits: None)
    before = backends(pools)
    start = time.monotonic()
    with pytest.raises(TooSlowError):
        run(pools, SLOW, seconds=0.5, cost=1e18)
    assert time.monotonic() - start < 4
    assert backends(pools)[1] != before[1]
    assert pools.budget.open_count == 1


def test_what_is_expected_to_be_too_much_work_is_not_begun(pools):
    start = time.monotonic()
    with pytest.raises(TooCostlyError) as caught:
        run(pools, SLOW)
    assert time.monotonic() - start < 2
    assert not any(letter.isdigit() for letter in str(caught.value))


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("select 1 / 0", "22012"),
        ("select 'x'::integer", "22P02"),
        ("select local_date, count(*) from marts.fct_sample", "42803"),
    ],
)
def test_what_postgresql_refuses_has_a_state_and_a_spanish_hint_only(pools, sql, sqlstate):
    with pytest.raises(StatementError) as caught:
        run(pools, sql)
    assert caught.value.sqlstate == sqlstate
    assert "fct_sample" not in str(caught.value)
    assert run(pools, "select 1").rows == ((1,),)


@pytest.mark.parametrize("form", ["string_agg({x}, ',')", "string_agg({x}, ',' order by a)"])
def test_texts_joined_in_great_number_end_at_the_limit_of_disk_not_of_memory(pools, form):
    texts = form.format(x="repeat('x', 300) || a::text || b::text")
    sql = (
        f"select length({texts}) from generate_series(1, 20000) as a, generate_series(1, 1000) as b"
    )
    with pytest.raises((TooLargeError, TooSlowError)):
        run(pools, sql)


def test_percent_signs_are_only_percent_signs(pools):
    assert run(pools, "select 'a%sb' like 'a%' as t, 7 % 3 as n, '%(x)s' as u").rows == (
        (True, 1, "%(x)s"),
    )


def test_a_blocked_verdict_is_never_run(pools):
    with pytest.raises(BlockedError):
        execute(block("star", "no"), pools, 101)
    assert pools.budget.open_count == 0


def test_the_server_itself_refuses_a_second_statement(pools):
    with pytest.raises(StatementError) as caught:
        execute(allow("select 1; select 2"), pools, 101)
    assert caught.value.sqlstate == "42601"


def test_nothing_of_a_statement_stays_in_its_session(pools):
    with tenant_connection(pools, 101) as connection:
        before = connection.scalar(text("show statement_timeout"))
    run(pools, "select 1", seconds=1)
    with tenant_connection(pools, 101) as connection:
        assert connection.scalar(text("show statement_timeout")) == before
        assert connection.scalar(text("show max_parallel_workers_per_gather")) != "0"


def test_at_most_two_at_once_run_for_a_project_and_six_in_all():
    pools = free_sql_pools()
    assert (pools.budget.per_project, pools.budget.total) == (2, 6)
    pools.close()


def test_a_third_statement_of_a_project_waits_and_is_told_to_come_back():
    pools = TenantPools(per_project=2, total=6, wait_seconds=0.3)
    held = Barrier(3)

    def hold():
        with tenant_connection(pools, 101):
            held.wait(timeout=10)
            held.wait(timeout=10)

    with ThreadPoolExecutor(2) as executor:
        holding = [executor.submit(hold) for _ in range(2)]
        held.wait(timeout=10)
        with pytest.raises(TenantBusyError):
            run(pools, "select 1")
        assert run(pools, COUNT, project_id=202).rows[0][1] == 50
        held.wait(timeout=10)
        for each in holding:
            each.result(timeout=10)
    pools.close()


def test_a_project_without_a_role_is_unavailable(pools):
    with pytest.raises(UnavailableError):
        run(pools, "select 1", project_id=404404)


def test_a_lost_server_process_is_unavailable_once_and_replaced(pools, postgres, marts):
    pid = backends(pools)[1]
    admin = create_engine(marts)
    with admin.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    admin.dispose()
    assert run(pools, COUNT).rows[0][1] == 3
