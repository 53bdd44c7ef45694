"""The questions that set entities and response times side by side; thin doors to query_metrics.

They answer for the project of the connection and for local days, and raise MetricsError for names
that do not exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from lib.metrics.comparison import Compare
from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.manifest import current_catalog
from lib.metrics.network import Network, network_of
from lib.metrics.periods import Window
from lib.metrics.query import query_metrics
from lib.metrics.questions import SUMMARY, Direction, Group
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope

Duration = Literal["wait", "first_response", "handle"]
DURATIONS: tuple[Duration, ...] = ("wait", "first_response", "handle")
FIGURES = ("p50", "p90", "avg")


@dataclass(frozen=True, slots=True)
class EntityComparison:
    """One row per entity, and per metric what the other entities of the project have.

    `network` holds for each metric one value per row of `result`; None where fewer than four others
    have a value, and for a row that is no single entity.
    """

    result: MetricResult
    network: Mapping[str, tuple[Network | None, ...]]


def get_entity_comparison(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metrics: Sequence[str] = SUMMARY,
    order: Direction = "desc",
    limit: int | None = None,
    window: Window | None = None,
    compare: Compare | None = None,
) -> EntityComparison:
    """How do the entities stand beside each other, ordered by the first metric, rest as "otros".

    Entities named in the filters narrow the rows; each is still set beside all the others that the
    scope shows.
    """
    catalog = current_catalog()
    names = tuple(dict.fromkeys(catalog.metric(name).name for name in metrics))
    shown = query_metrics(
        connection,
        names,
        group_by="entity",
        filters=filters,
        scope=scope,
        window=window,
        compare=compare,
        order=Order(names[0], descending=order == "desc"),
        limit=limit,
        catalog=catalog,
    )
    everybody = shown
    if filters.entities or shown.folded:
        everybody = query_metrics(
            connection,
            names,
            group_by="entity",
            filters=replace(filters, entities=()),
            scope=scope,
            window=window,
            catalog=catalog,
        )
    network = {name: _beside(everybody, shown, name) for name in names}
    return EntityComparison(shown, network)


def get_response_times(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str | None = None,
    durations: Sequence[Duration] = DURATIONS,
    group_by: Group | Literal["entity", "channel"] | None = None,
    window: Window | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """How long do contacts wait, for a first answer and to the end: p50, p90, average, n; seconds.

    With `metric` only that one. n is the sessions the figure is of (role `basis`).
    """
    asked = [f"{name}_time_{figure}" for name in durations for figure in FIGURES]
    return query_metrics(
        connection,
        asked if metric is None else [metric],
        group_by=group_by,
        filters=filters,
        scope=scope,
        window=window,
        compare=compare,
    )


def _beside(
    everybody: MetricResult, shown: MetricResult, metric: str
) -> tuple[Network | None, ...]:
    found = dict(zip(everybody.column("entity"), network_of(everybody, metric), strict=True))
    return tuple(found.get(name) for name in shown.column("entity"))
