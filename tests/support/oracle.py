"""MetricFlow, dbt's own reading of the metric definitions, asked for its SQL."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

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

from lib.metrics.periods import DateRange

# MetricFlow widens a period to whole buckets, so it has to hold whole ones
PERIOD = DateRange(date(2026, 1, 26), date(2026, 3, 1))


class Dialect:
    """What MetricFlow needs to know to write SQL without a database."""

    sql_engine_type = SqlEngine.POSTGRES
    sql_plan_renderer = PostgresSQLSqlPlanRenderer()


@dataclass(frozen=True)
class Oracle:
    """MetricFlow over the manifest it was given."""

    engine: MetricFlowEngine
    manifest: Mapping[str, Any]


def read_oracle(written: str) -> Oracle:
    """The oracle over the semantic manifest as dbt wrote it."""
    manifest = PydanticSemanticManifestTransformer.transform(
        PydanticSemanticManifest.parse_raw(written)
    )
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), Dialect())
    return Oracle(engine, json.loads(written))


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
