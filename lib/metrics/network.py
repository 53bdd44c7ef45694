"""One entity beside the others of its project: their median and quartiles, never their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from lib.metrics.results import OTHERS, MetricResult, as_number

FEWEST_OTHERS = 4
# rows that stand for no single entity
NO_ENTITY = frozenset({None, OTHERS, "Sin entidad"})


@dataclass(frozen=True, slots=True)
class Network:
    """The middle of the other entities' values in the metric's unit, and how many they are."""

    p25: float
    median: float
    p75: float
    others: int


def network_of(result: MetricResult, metric: str) -> tuple[Network | None, ...]:
    """For every row of a result by entity, the other entities of the same group of rows.

    None below four others with a value, where the middle would tell who they are. Grouped by
    more than the entity, a row is set beside those with the same other groups.
    Raises UnknownMetricError when the result has no such metric or no entity.
    """
    entity_at, value_at = result.position("entity"), result.position(metric)
    beside = [
        place
        for place, column in enumerate(result.columns)
        if column.role == "group" and place != entity_at
    ]
    known: dict[tuple[object, ...], dict[object, float]] = {}
    for row in result.rows:
        value = as_number(row[value_at])
        if value is not None and row[entity_at] not in NO_ENTITY:
            known.setdefault(tuple(row[at] for at in beside), {})[row[entity_at]] = value
    found = []
    for row in result.rows:
        values = known.get(tuple(row[at] for at in beside), {})
        found.append(_middle([values[name] for name in values if name != row[entity_at]]))
    return tuple(found)


def _middle(values: Sequence[float]) -> Network | None:
    if len(values) < FEWEST_OTHERS:
        return None
    p25, _half, p75 = quantiles(values, n=4, method="inclusive")
    return Network(p25, median(values), p75, len(values))
