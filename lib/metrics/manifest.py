"""dbt's semantic manifest, read into a Catalog: whole and checked, or refused with every fault."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from lib.config import get_settings
from lib.metrics.catalog import Catalog, Measure, SemanticModel
from lib.metrics.errors import CatalogError
from lib.metrics.metric_nodes import IDENTIFIER, Json, read_metric

FILE_NAME = "semantic_manifest.json"
AGGREGATIONS = frozenset({"sum", "count", "count_distinct", "average", "percentile", "min", "max"})


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
    metrics = {
        node["name"]: read_metric(node, models, homes, faults) for node in manifest["metrics"]
    }
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
