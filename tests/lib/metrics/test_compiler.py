"""The SQL itself: one SELECT per mart, the cheapest mart, bound values, bare columns."""

import re

import pytest
from sqlalchemy import Connection, text

from lib.metrics.catalog import Catalog
from lib.metrics.compiler import Plan, plan
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.filters import VALUE_PARAMETERS
from tests.support.metric_world import PROJECT


def tables(found: Plan) -> list[str]:
    return [
        re.search(r"from marts\.(\w+) as facts", statement.sql)[1] for statement in found.statements
    ]


@pytest.mark.parametrize(
    ("metric", "group_by", "filters", "table"),
    [
        ("messages", (), (), "fct_messages_hourly"),
        ("messages", ("direction", "hour"), ("entity",), "fct_messages_hourly"),
        ("messages", ("contact",), (), "fct_conversations"),
        ("messages", ("conversation_type",), (), "fct_conversations"),
        ("messages", ("contact",), ("direction",), "fct_messages"),
        ("messages", (), ("agent",), "fct_messages"),
        ("agent_messages", ("agent",), (), "fct_agents_daily"),
        ("agent_messages", ("agent", "hour"), (), "fct_messages"),
        ("agent_messages", (), (), "fct_messages_hourly"),
        ("conversations", (), ("intent",), "fct_conversations"),
        ("conversations", ("agent",), (), "fct_agents_daily"),
        ("conversations", ("intent",), (), "fct_messages"),
        ("unique_contacts", ("entity",), (), "fct_conversations"),
        ("unique_contacts", ("agent",), (), "fct_messages"),
        ("active_agents", (), ("hour",), "fct_messages"),
        ("intent_messages", ("intent",), (), "fct_intents_daily"),
        ("intent_messages", ("intent",), ("agent",), "fct_messages"),
        ("intent_conversations", (), (), "fct_messages"),
        ("fallback_messages", ("intent",), (), "fct_messages"),
    ],
)
def test_the_cheapest_mart_that_has_everything_is_read(
    catalog: Catalog, metric, group_by, filters, table
):
    assert tables(plan(catalog, (metric,), group_by, filters, limited=False)) == [table]


def test_equal_shapes_are_compiled_once(catalog: Catalog):
    asked = (catalog, ("messages",), ("day",), ("entity",))
    assert plan(*asked, limited=False) is plan(*asked, limited=False)
    assert plan(*asked, limited=False) is not plan(*asked[:3], (), limited=False)


def test_days_stand_bare_in_the_predicate(catalog: Catalog):
    sql = plan(catalog, ("messages",), ("month",), ("entity",), limited=False).statements[0].sql
    assert "local_date between :start and :end" in sql
    assert "entity = any(:entities)" in sql
    assert "date_trunc" not in sql.partition("where")[2]


def test_nothing_but_known_names_is_bound(catalog: Catalog):
    known = {"start", "end", "technical", "hours", "weekdays", "limit", "contacts"}
    known |= set(VALUE_PARAMETERS.values())
    for metric in catalog.metrics:
        found = plan(catalog, (metric,), (), tuple(VALUE_PARAMETERS), limited=False)
        for statement in found.statements:
            assert set(re.findall(r"(?<!:):(\w+)", statement.sql)) <= known


def test_joined_rows_are_of_one_project(catalog: Catalog):
    for statement in plan(
        catalog, ("messages", "agent_sessions"), (), ("agent",), limited=False
    ).statements:
        if "exists" in statement.sql:
            assert "kept.project_id = facts.project_id" in statement.sql


def test_every_metric_runs_in_every_group_it_offers(catalog: Catalog, project: Connection):
    values: dict[str, object] = {name: ["x"] for name in VALUE_PARAMETERS.values()}
    values |= {"start": "2026-02-09", "end": "2026-02-17"}
    for metric in catalog.metrics.values():
        within = {answer.additive_within for answer in metric.answers[:1]} - {None}
        for group in metric.dimensions:
            groups = tuple(dict.fromkeys([group, *within]))
            for filters in ((), tuple(VALUE_PARAMETERS)):
                for statement in plan(
                    catalog, (metric.name,), groups, filters, limited=False
                ).statements:
                    rows = project.execute(statement.clause, values).all()
                    assert all(len(row) == len(groups) + len(statement.columns) for row in rows)


def test_every_dimension_is_offered_by_some_metric(catalog: Catalog):
    offered = {group for metric in catalog.metrics.values() for group in metric.dimensions}
    of_campaigns = {"campaign", "platform", "purpose", "billing_category"}
    assert set(DIMENSIONS) - offered <= of_campaigns


def test_the_tenant_s_role_reads_nothing_personal(project: Connection):
    granted = project.execute(
        text("select current_user, count(*) from marts.fct_messages group by 1")
    ).one()
    assert granted[0] == f"project_{PROJECT}"
    project.rollback()
