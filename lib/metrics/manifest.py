"""dbt's semantic manifest, read into a Catalog: whole and checked, or refused with every fault."""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lib.config import get_settings
from lib.metrics.catalog import Answer, Catalog, Measure, Metric, SemanticModel
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.errors import CatalogError

FILE_NAME = "semantic_manifest.json"
REQUIRED_META = ("label_es", "definition_es", "unit", "direction", "owner")
DIRECTIONS = ("up_is_good", "up_is_bad", "neutral")
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
AGGREGATIONS = frozenset({"sum", "count", "count_distinct", "average", "percentile", "min", "max"})
Json = Mapping[str, Any]


def current_catalog() -> Catalog:
    """The catalogue that ships with this code. Raises CatalogError."""
    return load_catalog(get_settings().manifest_dir / FILE_NAME)


def shipped_model_hash() -> str:
    """The fingerprint of the semantic manifest that ships with this code. Raises OSError."""
    content = (get_settings().manifest_dir / FILE_NAME).read_bytes()
    return hashlib.sha256(content).hexdigest()


def load_catalog(path: Path) -> Catalog:
    """The catalogue of a semantic manifest, read again only when the file changes.

    Raises CatalogError when the file is missing, unreadable or incomplete.
    """
    try:
        stamp = path.stat()
    except OSError as error:
        raise CatalogError([f"{path.name}: expected a file made by `dbt parse`, {error}"]) from None
    return _load_version(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _load_version(path: Path, modified_ns: int, size: int) -> Catalog:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogError(
            [f"{path.name}: expected JSON written by `dbt parse`, {error}"]
        ) from None
    return read_catalog(manifest)


def read_catalog(manifest: Json) -> Catalog:
    """A Catalog of the manifest's content. Raises CatalogError listing every fault."""
    faults: list[str] = []
    models = {node["name"]: _model(node, faults) for node in manifest["semantic_models"]}
    homes = {measure: model for model in models.values() for measure in model.measures}
    metrics = {node["name"]: _metric(node, models, homes, faults) for node in manifest["metrics"]}
    for metric in metrics.values():
        for part in (metric.numerator, metric.denominator):
            if part is not None and (part not in metrics or metrics[part].is_ratio):
                faults.append(f"metric {metric.name}: {part!r} is no simple metric")
    if faults:
        raise CatalogError(sorted(faults))
    return Catalog(MappingProxyType(metrics), MappingProxyType(models))


def _model(node: Json, faults: list[str]) -> SemanticModel:
    name, table = node["name"], node["node_relation"]["alias"]
    columns: dict[str, str] = {}
    for item in [*node["dimensions"], *node["entities"]]:
        columns[item["name"]] = item["expr"] or item["name"]
    # an entity named `agent` over agent_id is found by either name
    columns |= {sql: sql for sql in list(columns.values()) if IDENTIFIER.fullmatch(sql)} | columns
    bad = [word for word in (table, *columns) if not IDENTIFIER.fullmatch(word)]
    if bad:
        faults.append(f"semantic model {name}: no plain identifiers: {', '.join(bad)}")
    if "local_date" not in columns:
        faults.append(f"semantic model {name}: lacks the dimension local_date")
    measures = {item["name"]: _measure(item, faults) for item in node["measures"]}
    wrapped = {column: _operand(sql) for column, sql in columns.items()}
    return SemanticModel(name, table, MappingProxyType(wrapped), MappingProxyType(measures))


def _operand(sql: str) -> str:
    return sql if IDENTIFIER.fullmatch(sql) else f"({sql})"


def _measure(node: Json, faults: list[str]) -> Measure:
    name, aggregation, sql = node["name"], node["agg"], node["expr"] or node["name"]
    percentile = (node["agg_params"] or {}).get("percentile")
    if aggregation == "median":
        aggregation, percentile = "percentile", 0.5
    if aggregation == "sum_boolean":
        aggregation, sql = "sum", f"case when {sql} then 1 else 0 end"
    if aggregation not in AGGREGATIONS or node["non_additive_dimension"]:
        faults.append(f"measure {name}: aggregation {aggregation!r} is not supported")
    if aggregation == "percentile" and not isinstance(percentile, float):
        faults.append(f"measure {name}: lacks agg_params.percentile")
    return Measure(name, aggregation, sql, percentile)


def _metric(
    node: Json, models: Mapping[str, SemanticModel], homes: Json, faults: list[str]
) -> Metric:
    name, kind, parts = node["name"], node["type"], node["type_params"]
    meta = (node["config"] or {}).get("meta") or {}
    faults += [f"metric {name}: lacks meta.{key}" for key in REQUIRED_META if not meta.get(key)]
    if meta.get("direction") and meta["direction"] not in DIRECTIONS:
        faults.append(f"metric {name}: meta.direction is none of {', '.join(DIRECTIONS)}")
    dimensions = tuple(meta.get("dimensions") or ())
    unknown = sorted(set(dimensions) - set(DIMENSIONS))
    if unknown or not dimensions:
        faults.append(f"metric {name}: meta.dimensions names no known dimension: {unknown}")
    inputs = [parts.get(key) for key in ("measure", "numerator", "denominator")]
    if kind not in {"simple", "ratio"} or any(
        item and item.get("filter") for item in [node, *inputs]
    ):
        # a condition belongs into the measure, where every reader of the mart sees it
        faults.append(f"metric {name}: only simple and ratio metrics without filter are supported")
    return Metric(
        name=name,
        label_es=str(meta.get("label_es")),
        definition_es=str(meta.get("definition_es")),
        unit=str(meta.get("unit")),
        direction=str(meta.get("direction")),
        owner=str(meta.get("owner")),
        dimensions=dimensions,
        thresholds=MappingProxyType(dict(meta.get("thresholds") or {})),
        synonyms=tuple(meta.get("synonyms") or ()),
        caveat=meta.get("caveat"),
        since=meta.get("since"),
        answers=_answers(node, meta, models, homes, faults) if kind == "simple" else (),
        numerator=parts["numerator"]["name"] if kind == "ratio" else None,
        denominator=parts["denominator"]["name"] if kind == "ratio" else None,
    )


def _answers(
    node: Json, meta: Json, models: Mapping[str, SemanticModel], homes: Json, faults: list[str]
) -> tuple[Answer, ...]:
    """The metric's places, cheapest first: its own measure, then those of meta.also_answered_by."""
    own = node["type_params"]["measure"]["name"]
    listed = list(meta.get("also_answered_by") or ())
    here = {
        "semantic_model": homes[own].name if own in homes else None,
        "measure": own,
        **_rules(meta),
    }
    answers = []
    for item in [here, *listed]:
        model = models.get(item["semantic_model"])
        measure = model.measures.get(item["measure"]) if model else None
        if model is None or measure is None:
            faults.append(
                f"metric {node['name']}: no measure {item['measure']!r} in the model named"
            )
            continue
        answers.append(
            Answer(
                model,
                measure,
                needs=tuple(item.get("needs") or ()),
                additive_within=item.get("additive_within"),
                not_by=tuple(item.get("not_by") or ()),
            )
        )
    return tuple(answers)


def _rules(meta: Json) -> Json:
    return {key: meta[key] for key in ("needs", "additive_within", "not_by") if key in meta}
