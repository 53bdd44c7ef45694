"""One metric of dbt's semantic manifest, with everything its meta says, read and checked."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from lib.metrics.catalog import Answer, DefinitionChange, Histogram, Metric, SemanticModel
from lib.metrics.dimensions import DIMENSIONS

REQUIRED_META = ("label_es", "definition_es", "unit", "direction", "owner")
DIRECTIONS = ("up_is_good", "up_is_bad", "neutral")
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
HISTOGRAM_KEYS = ("semantic_model", "buckets", "counts")
Json = Mapping[str, Any]
Models = Mapping[str, SemanticModel]


def read_metric(node: Json, models: Models, homes: Json, faults: list[str]) -> Metric:
    """The metric of a node; whatever breaks the contract is added to `faults`.

    `homes` gives the semantic model of every measure.
    """
    name, kind, parts = node["name"], node["type"], node["type_params"]
    meta = (node["config"] or {}).get("meta") or {}
    faults += [f"metric {name}: {fault}" for fault in _faults(node, meta)]
    answers = _answers(node, meta, models, homes, faults) if kind == "simple" else ()
    return Metric(
        name=name,
        label_es=str(meta.get("label_es")),
        definition_es=str(meta.get("definition_es")),
        unit=str(meta.get("unit")),
        direction=str(meta.get("direction")),
        owner=str(meta.get("owner")),
        dimensions=tuple(meta.get("dimensions") or ()),
        thresholds=MappingProxyType(dict(meta.get("thresholds") or {})),
        synonyms=tuple(meta.get("synonyms") or ()),
        caveat=meta.get("caveat"),
        since=meta.get("since"),
        answers=answers,
        numerator=parts["numerator"]["name"] if kind == "ratio" else None,
        denominator=parts["denominator"]["name"] if kind == "ratio" else None,
        changes=_changes(name, meta, faults),
        missing_is_null=bool(meta.get("missing_is_null")),
        minimum_n=meta.get("minimum_n"),
        histogram=_histogram(name, meta, models, answers, faults),
        window_start=meta.get("window_start"),
    )


def _faults(node: Json, meta: Json) -> list[str]:
    """What is missing or cannot be, as far as the node alone tells."""
    faults = [f"lacks meta.{key}" for key in REQUIRED_META if not meta.get(key)]
    if meta.get("direction") and meta["direction"] not in DIRECTIONS:
        faults.append(f"meta.direction is none of {', '.join(DIRECTIONS)}")
    dimensions = tuple(meta.get("dimensions") or ())
    unknown = sorted(set(dimensions) - set(DIMENSIONS))
    if unknown or not dimensions:
        faults.append(f"meta.dimensions names no known dimension: {unknown}")
    parts = node["type_params"]
    inputs = [parts.get(key) for key in ("measure", "numerator", "denominator")]
    if node["type"] not in {"simple", "ratio"} or any(
        item and item.get("filter") for item in [node, *inputs]
    ):
        # a condition belongs into the measure, where every reader of the mart sees it
        faults.append("only simple and ratio metrics without filter are supported")
    minimum = meta.get("minimum_n")
    if minimum is not None and (not isinstance(minimum, int) or minimum < 1):
        faults.append(f"meta.minimum_n is no whole number above 0: {minimum!r}")
    window = meta.get("window_start")
    if window is not None and not (_is_column(window) and node["type"] == "simple"):
        faults.append(f"meta.window_start names no column of a simple metric: {window!r}")
    return faults


def _answers(
    node: Json, meta: Json, models: Models, homes: Json, faults: list[str]
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


def _changes(name: str, meta: Json, faults: list[str]) -> tuple[DefinitionChange, ...]:
    """The change log, oldest first."""
    changes = []
    for item in meta.get("changes") or ():
        try:
            changed = date.fromisoformat(str(item["date"]))
            changes.append(DefinitionChange(changed, str(item["text_es"])))
        except (KeyError, TypeError, ValueError):
            faults.append(f"metric {name}: meta.changes expects date and text_es, got {item!r}")
    if changes != sorted(changes, key=lambda change: change.date):
        faults.append(f"metric {name}: meta.changes is not in the order of its dates")
    return tuple(changes)


def _histogram(
    name: str, meta: Json, models: Models, answers: tuple[Answer, ...], faults: list[str]
) -> Histogram | None:
    given = meta.get("histogram")
    if given is None:
        return None
    model = models.get(given.get("semantic_model"))
    columns = [given.get(key) for key in HISTOGRAM_KEYS[1:]]
    if model is None or not all(map(_is_column, columns)):
        faults.append(
            f"metric {name}: meta.histogram expects {', '.join(HISTOGRAM_KEYS)}, got {given!r}"
        )
        return None
    if not answers or answers[0].measure.aggregation != "percentile":
        faults.append(f"metric {name}: meta.histogram belongs to a percentile")
    return Histogram(model, *columns)


def _is_column(name: object) -> bool:
    return isinstance(name, str) and IDENTIFIER.fullmatch(name) is not None
