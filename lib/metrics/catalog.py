"""What can be asked: the metrics of dbt's semantic manifest as frozen, checked values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from lib.metrics.errors import UnknownMetricError

Aggregation = Literal["sum", "count", "count_distinct", "average", "percentile", "min", "max"]

# other words people and tools use for a metric
ALIASES: Mapping[str, str] = {
    "fallback_count": "fallback_messages",
    "contacts": "unique_contacts",
    "avg_response_time": "first_response_time_avg",
    "avg_first_response": "first_response_time_avg",
    "p90_first_response": "first_response_time_p90",
    "avg_wait_time": "wait_time_avg",
    "avg_handle_time": "handle_time_avg",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregation over an SQL expression of one table."""

    name: str
    aggregation: Aggregation
    sql: str
    percentile: float | None = None

    @property
    def is_additive(self) -> bool:
        """True when the values of groups may be added up to their total."""
        return self.aggregation in {"sum", "count"}


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """One mart: its table in schema marts, and the expressions of the columns it can group by."""

    name: str
    table: str
    columns: Mapping[str, str]
    measures: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Answer:
    """One place a metric can be read from; a metric lists them from the cheapest up.

    `needs`: only when one of these dimensions is grouped or filtered. `additive_within`: values may
    be added up only inside one value of this dimension, so it must be grouped. `not_by`: dimensions
    that mean something else in this table.
    """

    model: SemanticModel
    measure: Measure
    needs: tuple[str, ...] = ()
    additive_within: str | None = None
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Histogram:
    """Where the values of a percentile are kept counted by bucket: two parallel integer arrays."""

    model: SemanticModel
    buckets: str
    counts: str


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One change of what a metric means, and since when it holds."""

    date: date
    text_es: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A named question with one definition.

    Ratios have a numerator and a denominator, all others answers, the cheapest first.
    `missing_is_null`: a sum over nulls only, or over no row, is unknown and not 0. `minimum_n`: a
    value is hidden while its basis is smaller. `histogram`: what long periods may be read from.
    `window_start`: a row counts only if that day of its own lies in the period too.
    """

    name: str
    label_es: str
    definition_es: str
    unit: str
    direction: str
    owner: str
    dimensions: tuple[str, ...]
    thresholds: Mapping[str, float]
    synonyms: tuple[str, ...]
    caveat: str | None
    since: str | None
    answers: tuple[Answer, ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    changes: tuple[DefinitionChange, ...] = ()
    missing_is_null: bool = False
    minimum_n: int | None = None
    histogram: Histogram | None = None
    window_start: str | None = None

    @property
    def version(self) -> int:
        """The definition's number: 1 as first written, one more with every change."""
        return 1 + len(self.changes)

    @property
    def is_ratio(self) -> bool:
        """True when it is computed from two other metrics."""
        return self.numerator is not None

    @property
    def aggregation(self) -> Aggregation | Literal["ratio"]:
        """How it is computed where it is defined."""
        return "ratio" if self.is_ratio else self.answers[0].measure.aggregation


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """All metrics and the marts they are read from. Compared by identity: one per manifest."""

    metrics: Mapping[str, Metric] = field(repr=False)
    models: Mapping[str, SemanticModel] = field(repr=False)

    def metric(self, name: str) -> Metric:
        """The metric of that name or alias. Raises UnknownMetricError with those that exist."""
        found = self.metrics.get(ALIASES.get(name, name))
        if found is None:
            raise UnknownMetricError(name, self.metrics)
        return found

    def base_metrics(self, names: Iterable[str]) -> tuple[str, ...]:
        """The metrics read from tables that these need: ratios are replaced by their two parts."""
        needed: list[str] = []
        for metric in map(self.metric, names):
            parts = (metric.numerator, metric.denominator)
            needed += [part for part in parts if part] or [metric.name]
        return tuple(dict.fromkeys(needed))
