"""From the columns that SQL returns to the values of metrics: gaps, sums of groups, ratios."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.compiler import Plan, part_columns
from lib.metrics.results import as_number

Number = float | None
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parts:
    """Which columns a plan returns, which of them read zero when empty, which may be added up.

    `approximate` names the metrics whose values come from a histogram.
    """

    catalog: Catalog
    columns: tuple[str, ...]
    zero: frozenset[str]
    additive: frozenset[str]
    approximate: frozenset[str] = frozenset()

    def filled(self, values: Values, covered: bool) -> dict[str, Number]:
        """The group's columns: an empty count is 0 where data are loaded and unknown elsewhere."""
        row: dict[str, Number] = {}
        for column in self.columns:
            value = as_number(values.get(column))
            if column in self.zero:
                value = value or (0 if covered else None)
            row[column] = value
        return row

    def folded(self, rows: Iterable[Mapping[str, Number]]) -> dict[str, Number]:
        """Several groups as one: counts are added up, what cannot be added up is unknown."""
        listed = list(rows)
        return {column: self._sum(column, listed) for column in self.columns}

    def value(self, metric: Metric, row: Mapping[str, Number]) -> Number:
        """The metric's value of a group; None when a part is missing or the base too small."""
        if self.is_too_small(metric, row):
            return None
        if metric.numerator is not None and metric.denominator is not None:
            return _ratio(row.get(metric.numerator), row.get(metric.denominator))
        if metric.aggregation == "average":
            return _ratio(row.get(f"{metric.name}__sum"), row.get(f"{metric.name}__n"))
        return row.get(metric.name)

    def is_too_small(self, metric: Metric, row: Mapping[str, Number]) -> bool:
        """True when something was counted, and less than the metric needs to be shown."""
        if metric.minimum_n is None:
            return False
        base = row.get(metric.denominator or f"{metric.name}__n")
        return base is not None and 0 < base < metric.minimum_n

    def basis(self, metric: Metric) -> tuple[str, ...]:
        """The columns a reader needs to judge the value: numerator and denominator, or n."""
        if metric.numerator is not None and metric.denominator is not None:
            return (metric.numerator, metric.denominator)
        return (f"{metric.name}__n",) if metric.aggregation in {"average", "percentile"} else ()

    def _sum(self, column: str, rows: list[Mapping[str, Number]]) -> Number:
        known = [value for row in rows if (value := row[column]) is not None]
        return sum(known) if known and column in self.additive else None


def parts_of(catalog: Catalog, plan: Plan) -> Parts:
    """The parts a plan brings back; metrics that do not apply bring none."""
    columns: list[str] = []
    zero: set[str] = set()
    additive: set[str] = set()
    for name, way in plan.routes.items():
        measure = way.answer.measure
        names = part_columns(name, measure)
        columns += names
        zero |= {part for part in names if part.endswith("__n")}
        counted = measure.aggregation in {"sum", "count", "count_distinct"}
        if counted and not way.metric.missing_is_null:
            zero |= set(names)
        if way.is_additive or measure.aggregation == "average":
            additive |= set(names)
        if measure.aggregation == "percentile":
            additive.add(f"{name}__n")
    approximate = frozenset(name for name, way in plan.routes.items() if way.histogram)
    return Parts(catalog, tuple(columns), frozenset(zero), frozenset(additive), approximate)


def _ratio(numerator: Number, denominator: Number) -> Number:
    if numerator is None or not denominator:
        return None
    return numerator / denominator
