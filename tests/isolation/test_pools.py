"""A thousand turns of two projects and more through the same pools, with errors and cancels."""

import random
import threading

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.db.tenant import TenantBusyError, TenantPools, tenant_connection
from tests.support.sample_mart import create_sample_mart

THREADS = 8
TURNS = 125
EXPECTED = {101: 7, 202: 50, 303: 303, 404: 404, 505: 505}
SEEN = text(
    "select min(project_id), max(project_id), sum(message_count)::int from marts.fct_sample"
)


class DeliberateError(Exception):
    """What a caller may raise in the middle of its work."""


@pytest.fixture(scope="module")
def projects(module_database):
    create_sample_mart(more_projects=(303, 404, 505))
    return tuple(EXPECTED)


@pytest.fixture
def pools(projects):
    # fewer places than threads, so that connections are waited for, taken over and closed
    pools = TenantPools(per_project=2, total=5, wait_seconds=20)
    yield pools
    pools.close()


def one_turn(pools, project_id, chance):
    """Read what the project sees; now and then break off in one of the ways people do."""
    with tenant_connection(pools, project_id) as connection:
        seen = tuple(connection.execute(SEEN).one())
        if chance < 0.08:
            connection.exec_driver_sql("select 1 / 0")
        elif chance < 0.14:
            raise DeliberateError
        elif chance < 0.20:
            cancelled(connection)
        elif chance < 0.24:
            connection.connection.driver_connection.close()
        elif chance < 0.28:
            connection.exec_driver_sql("set role tenant_reader")
        elif chance < 0.32:
            connection.exec_driver_sql(f"set session authorization project_{project_id}")
        elif chance < 0.36:
            connection.exec_driver_sql("prepare plan as select * from marts.fct_sample")
    return seen


def cancelled(connection):
    session = connection.connection.driver_connection
    timer = threading.Timer(0.005, session.cancel_safe)
    timer.start()
    try:
        connection.exec_driver_sql("select count(*) from generate_series(1, 3000000)")
    finally:
        timer.join()


def worker(pools, number, seen, failures):
    chances = random.Random(number)
    projects = tuple(EXPECTED)
    for turn in range(TURNS):
        project_id = projects[(number + turn) % len(projects)]
        try:
            seen.append((project_id, one_turn(pools, project_id, chances.random())))
        except (DeliberateError, DBAPIError, psycopg.Error) as error:
            failures.append(error)


def test_a_thousand_alternating_turns_over_eight_threads_never_mix_projects(pools):
    seen, failures = [], []
    threads = [
        threading.Thread(target=worker, args=(pools, number, seen, failures))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    assert len(seen) + len(failures) == THREADS * TURNS
    assert len(failures) > 100
    assert [turn for turn in seen if turn[1] != (turn[0], turn[0], EXPECTED[turn[0]])] == []
    assert not [error for error in failures if isinstance(error, TenantBusyError)]


def test_after_the_storm_every_place_is_accounted_for(pools):
    seen, failures = [], []
    worker(pools, 3, seen, failures)
    open_now = pools.budget.open_count
    assert 0 < open_now <= 5
    assert sum(len(pool.idle) for pool in pools.budget.pools) == open_now
    pools.close()
    assert pools.budget.open_count == 0
