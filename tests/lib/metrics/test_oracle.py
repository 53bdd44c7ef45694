"""MetricFlow as oracle: its own SQL for the same metric, grain and filter gives the same numbers.

It is dbt's reading of the definitions and too slow for pages; here it only has to agree.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from sqlalchemy import Connection, text

from lib.config import get_settings
from lib.metrics.catalog import Catalog
from lib.metrics.filters import Filters
from lib.metrics.manifest import FILE_NAME
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics

# MetricFlow widens a period to whole buckets, so it has to hold whole ones
PERIOD = DateRange(date(2026, 1, 26), date(2026, 3, 1))
FILTERS = (
    ("", {}),
    ("{{{{ Dimension('{0}__entity') }}}} = 'Norte'", {"entities": ("Norte",)}),
    (
        "{{{{ Dimension('{0}__entity') }}}} = 'Sur' and"
        " {{{{ Dimension('{0}__channel') }}}} = 'cloudapi'",
        {"entities": ("Sur",), "channels": ("cloudapi",)},
    ),
)


class Dialect:
    """What MetricFlow needs to know to write SQL without a database."""

    sql_engine_type = SqlEngine.POSTGRES
    sql_plan_renderer = PostgresSQLSqlPlanRenderer()


@dataclass(frozen=True)
class Oracle:
    """MetricFlow over the manifest it was given."""

    engine: MetricFlowEngine
    manifest: Mapping[str, Any]


@pytest.fixture(scope="module")
def oracle(catalog: Catalog) -> Oracle:
    written = (get_settings().manifest_dir / FILE_NAME).read_text(encoding="utf-8")
    manifest = PydanticSemanticManifestTransformer.transform(
        PydanticSemanticManifest.parse_raw(written)
    )
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), Dialect())
    return Oracle(engine, json.loads(written))


@pytest.mark.parametrize("narrowed", FILTERS, ids=["all", "entity", "entity and channel"])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_oracle_agrees_on_every_metric(
    oracle: Oracle,
    catalog: Catalog,
    project: Connection,
    grain: str,
    narrowed: tuple[str, dict],
):
    condition, filters = narrowed
    for metric in catalog.metrics.values():
        own = catalog.metric(catalog.base_metrics([metric.name])[0]).answers[0]
        entity = primary_entity(oracle, own.model.name)
        within = [own.additive_within] if own.additive_within else []
        groups = [f"metric_time__{grain}", *(f"{entity}__{name}" for name in within)]
        expected = ask_oracle(oracle, project, metric.name, groups, condition.format(entity))
        answer = query_metrics(
            project, [metric.name], group_by=[grain, *within], filters=Filters(PERIOD, **filters)
        )
        found = {row[: len(groups)]: row[len(groups)] for row in answer.rows}
        assert expected.keys() <= found.keys()
        for key, value in found.items():
            if value is None and metric.minimum_n:
                continue  # hidden: the oracle knows no least basis
            assert (value or 0) == pytest.approx(expected.get(key) or 0), (metric.name, key)


def test_the_oracle_is_asked_about_something(oracle: Oracle, project: Connection):
    counted = ask_oracle(oracle, project, "messages", ["metric_time__week"], "")
    assert counted == {(date(2026, 2, 9),): 12, (date(2026, 2, 16),): 11}


def primary_entity(oracle: Oracle, model_name: str) -> str:
    """MetricFlow's prefix for the columns of a table."""
    model = next(node for node in oracle.manifest["semantic_models"] if node["name"] == model_name)
    primary = [node["name"] for node in model["entities"] if node["type"] == "primary"]
    return model["primary_entity"] or primary[0]


def ask_oracle(
    oracle: Oracle,
    connection: Connection,
    name: str,
    groups: list[str],
    condition: str,
) -> Mapping[tuple[object, ...], float]:
    """The oracle's value per bucket, its SQL run on what is published."""
    request = MetricFlowQueryRequest.create(
        metric_names=[name],
        group_by_names=groups,
        where_constraints=[condition] if condition else None,
        time_constraint_start=datetime.combine(PERIOD.start, datetime.min.time()),
        time_constraint_end=datetime.combine(PERIOD.end, datetime.min.time()),
    )
    sql = oracle.engine.explain(request).sql_statement.sql
    published = re.sub(r'"\w+"\."build"', "marts", sql).replace(":", r"\:")
    rows = connection.execute(text(published)).all()
    return {(local_day(row[0]), *row[1:-1]): float(row[-1]) for row in rows if row[-1] is not None}


def local_day(instant: datetime) -> date:
    """The bucket: midnight in the session's zone, UTC."""
    assert instant.utcoffset() == timedelta(0)
    return instant.date()
