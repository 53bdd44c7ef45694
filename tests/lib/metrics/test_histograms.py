"""Percentiles of long periods: read from counted buckets they stay within the tolerance told."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import quantiles

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, Connection, create_engine, text

from lib.metrics.catalog import Catalog
from lib.metrics.compiler import plan
from lib.metrics.histograms import TOLERANCE

FIRST = date(2025, 1, 1)
TABLE = """
create table marts.fct_agents_daily (
    project_id integer, local_date date, entity text, channel text, agent_id text,
    wait_buckets integer [], wait_bucket_counts integer [],
    handle_buckets integer [], handle_bucket_counts integer []
)
"""
ROW = text("""
insert into marts.fct_agents_daily
values (1, :day, :entity, 'whatsapp', null, :buckets, :counts, :buckets, :counts)
""")


@pytest.fixture(scope="module")
def buckets(module_database: URL) -> Iterator[Connection]:
    """A mart of histograms without rows, in a transaction that is thrown away."""
    engine = create_engine(module_database)
    with engine.connect() as connection:
        connection.execute(text("create schema if not exists marts"))
        connection.execute(text(TABLE))
        yield connection
        connection.rollback()
    engine.dispose()


def put(connection: Connection, waits: Sequence[int], days: int = 3, entity: str = "Norte") -> None:
    """The durations, dealt out over some days, as the mart keeps them."""
    for day in range(days):
        counted = Counter(bucket_of(wait) for wait in waits[day::days])
        connection.execute(
            ROW,
            {
                "day": FIRST + timedelta(days=day),
                "entity": entity,
                "buckets": sorted(counted) or None,
                "counts": [counted[bucket] for bucket in sorted(counted)] or None,
            },
        )


def bucket_of(seconds: int) -> int:
    return 0 if seconds < 1 else math.floor(math.log(seconds) / math.log(1.1)) + 1


def read(connection: Connection, catalog: Catalog, *metrics: str, group_by: tuple[str, ...] = ()):
    (statement,) = plan(catalog, metrics, group_by, (), approximate=True, limited=False).statements
    bound = {"start": FIRST, "end": FIRST + timedelta(days=400)}
    return connection.execute(statement.clause, bound).all()


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(0, 30_000), min_size=2, max_size=60))
def test_any_durations_are_read_within_the_tolerance(
    buckets: Connection, catalog: Catalog, waits: list[int]
):
    buckets.execute(text("delete from marts.fct_agents_daily"))
    put(buckets, waits)
    ((p50, n, p90, _n),) = read(buckets, catalog, "wait_time_p50", "wait_time_p90")
    tenths = quantiles(waits, n=10, method="inclusive")
    assert n == len(waits)
    assert float(p50) == pytest.approx(tenths[4], rel=TOLERANCE)
    assert float(p90) == pytest.approx(tenths[8], rel=TOLERANCE)


def test_small_durations_are_exact(buckets: Connection, catalog: Catalog):
    buckets.execute(text("delete from marts.fct_agents_daily"))
    put(buckets, [0, 0, 1, 2, 3, 8, 9])
    assert read(buckets, catalog, "wait_time_p50") == [(2, 7)]


def test_two_durations_share_one_select_and_each_group_has_its_own(
    buckets: Connection, catalog: Catalog
):
    buckets.execute(text("delete from marts.fct_agents_daily"))
    put(buckets, [4, 4], entity="Norte")
    put(buckets, [9], entity="Sur")
    put(buckets, [], entity="Oeste")
    rows = read(buckets, catalog, "wait_time_p50", "handle_time_p90", group_by=("entity",))
    assert sorted(rows) == [("Norte", 4, 2, 4, 2), ("Sur", 9, 1, 9, 1)]


def test_without_rows_there_is_no_value(buckets: Connection, catalog: Catalog):
    buckets.execute(text("delete from marts.fct_agents_daily"))
    assert read(buckets, catalog, "wait_time_p50") == [(None, 0)]


@pytest.mark.parametrize(
    ("group_by", "filters", "approximate", "table"),
    [
        ((), (), False, "fct_agent_sessions"),
        (("day",), ("entity", "agent"), True, "fct_agents_daily"),
        (("hour",), (), True, "fct_agent_sessions"),
        ((), ("intent",), True, "fct_agent_sessions"),
        ((), ("weekday",), True, "fct_agent_sessions"),
    ],
)
def test_a_histogram_answers_only_long_periods_it_can_group_and_narrow(
    catalog: Catalog, group_by, filters, approximate, table
):
    found = plan(
        catalog, ("wait_time_p50",), group_by, filters, approximate=approximate, limited=False
    )
    (statement,) = found.statements
    assert f"from marts.{table} as facts" in statement.sql
    assert (found.routes["wait_time_p50"].histogram is not None) == (table == "fct_agents_daily")
