"""Metrics and groups to SQL: one SELECT per mart, values only as bound parameters.

Every identifier and expression comes from the catalogue or from this file; nothing a reader types
ever becomes SQL text. Predicates stand on bare columns, so that indexes serve them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Literal

from sqlalchemy import TextClause, text

from lib.metrics.catalog import Catalog, Measure, SemanticModel
from lib.metrics.conditions import conditions_of
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.errors import OutsideEntitiesError
from lib.metrics.histograms import Bucketed, histogram_sql
from lib.metrics.routing import Route, Unanswerable, route

Ranking = Literal["all", "top", "listed"]
SUM_OF_ONES = "1"


@dataclass(frozen=True, slots=True)
class Statement:
    """One SELECT: groups come first, then `columns`. Binds start, end and the filters' values."""

    sql: str
    clause: TextClause
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a question of this shape needs; values and days are still open."""

    group_by: tuple[str, ...]
    statements: tuple[Statement, ...]
    routes: Mapping[str, Route]
    unanswerable: Mapping[str, Unanswerable]


def part_columns(metric: str, measure: Measure) -> tuple[str, ...]:
    """The result columns that hold a simple metric: its value, or what it is computed from."""
    if measure.aggregation == "average":
        return (f"{metric}__sum", f"{metric}__n")
    if measure.aggregation == "percentile":
        return (metric, f"{metric}__n")
    return (metric,)


@lru_cache(maxsize=512)
def plan(
    catalog: Catalog,
    metrics: tuple[str, ...],
    group_by: tuple[str, ...],
    filters: tuple[str, ...],
    *,
    limited: bool,
    top: str | None = None,
    listed: bool = False,
    approximate: bool = False,
    undeclared: tuple[str, ...] = (),
) -> Plan:
    """The statements that answer these metrics; equal shapes are compiled once.

    `approximate` allows percentiles from histograms, where a mart holds one for groups and filters;
    `undeclared` groups by what a metric does not declare, where one of its marts has it.
    `limited` is for readers of some entities: every table named keeps the rows of the allowed ones,
    and a metric without entities is refused. Only when grouping by contact: with `top` the first
    statement holds that metric and gives its largest `:limit` contacts, the others are asked for
    those `:contacts` alone; with `listed` all are. Raises DimensionNotAvailableError and
    OutsideEntitiesError.
    """
    shape = partial(
        _route, catalog, limited=limited, approximate=approximate, undeclared=undeclared
    )
    found = {name: shape(name, group_by, filters) for name in catalog.base_metrics(metrics)}
    routes = {name: way for name, way in found.items() if isinstance(way, Route)}
    unanswerable = {name: way for name, way in found.items() if isinstance(way, Unanswerable)}
    together: dict[tuple[object, ...], list[str]] = {}
    for name, way in routes.items():
        place = (way.answer.model.name, way.direct, way.narrowed, way.histogram is not None)
        together.setdefault(place, []).append(name)
    if top in unanswerable:
        together = {}  # without the metric that ranks them there are no top contacts
    statements: list[Statement] = []
    for names in sorted(together.values(), key=lambda names: top not in names):
        ranking: Ranking = "listed" if listed or (top and statements) else "top" if top else "all"
        shared = [routes[name] for name in names]
        if shared[0].histogram is not None:
            found_sql = _histogram_statement(catalog, shared, group_by, limited=limited)
        else:
            found_sql = _statement(catalog, shared, group_by, ranking, top, limited=limited)
        statements.append(found_sql)
    return Plan(group_by, tuple(statements), routes, unanswerable)


def _route(
    catalog: Catalog,
    name: str,
    group_by: tuple[str, ...],
    filters: tuple[str, ...],
    *,
    limited: bool,
    approximate: bool,
    undeclared: tuple[str, ...],
) -> Route | Unanswerable:
    """The way to read one metric; for limited readers always one that knows the entity of a row."""
    shape = tuple(dict.fromkeys(("entity", *filters))) if limited else filters
    found = route(catalog, name, group_by, shape, approximate=approximate, undeclared=undeclared)
    if not limited:
        return found
    if isinstance(found, Unanswerable):
        if "entity" in found.filters:
            raise OutsideEntitiesError(name)
        return found
    if "entity" not in found.direct:
        raise OutsideEntitiesError(name)
    # what the reader filters by is one condition, what he may see another
    return replace(found, direct=tuple(item for item in found.direct if item in filters))


def _statement(
    catalog: Catalog,
    routes: Sequence[Route],
    group_by: tuple[str, ...],
    ranking: Ranking,
    top: str | None,
    *,
    limited: bool,
) -> Statement:
    model = routes[0].answer.model
    selected = [f"{_group(model, name)} as {name}" for name in group_by]
    columns: list[str] = []
    for way in routes:
        measure = way.answer.measure
        names = part_columns(way.metric.name, measure)
        columns += names
        selected += [
            f"{sql}{_only_within(way)} as {name}"
            for name, sql in zip(names, _aggregates(measure), strict=True)
        ]
    conditions = conditions_of(catalog, routes[0], group_by, limited=limited)
    if ranking == "listed":
        conditions.append(f"{model.columns['contact_key']} = any(:contacts)")
    lines = ["select", ",\n".join(f"    {item}" for item in selected)]
    lines += [f"from marts.{model.table} as facts", "where", "    " + "\n    and ".join(conditions)]
    if group_by:
        lines.append("group by " + ", ".join(str(place + 1) for place in range(len(group_by))))
    if ranking == "top":
        lines += [f"order by {top} desc nulls last, 1", "limit :limit"]
    sql = "\n".join(lines)
    return Statement(sql, text(sql), tuple(columns))


def _histogram_statement(
    catalog: Catalog, routes: Sequence[Route], group_by: tuple[str, ...], *, limited: bool
) -> Statement:
    """Percentiles of one mart that keeps its durations counted by bucket."""
    asked, columns = [], []
    for way in routes:
        value, n = part_columns(way.metric.name, way.answer.measure)
        columns += [value, n]
        if way.histogram is not None and way.answer.measure.percentile is not None:
            asked.append(Bucketed(way.answer.measure.percentile, way.histogram, (value, n)))
    groups = [(_group(routes[0].answer.model, name), name) for name in group_by]
    conditions = conditions_of(catalog, routes[0], group_by, limited=limited)
    sql = histogram_sql(asked, groups, conditions)
    return Statement(sql, text(sql), tuple(columns))


def _only_within(way: Route) -> str:
    """Rows whose own window begins before the period count in no sum of the metric."""
    column = way.metric.window_start
    return f" filter (where {column} >= :start)" if column else ""


def _group(model: SemanticModel, name: str) -> str:
    dimension = DIMENSIONS[name]
    return dimension.sql.format(column=model.columns[dimension.column])


def _aggregates(measure: Measure) -> tuple[str, ...]:
    """The SQL of each of the measure's part columns."""
    sql = measure.sql
    count = f"count({sql})"
    match measure.aggregation:
        case "sum" if sql == SUM_OF_ONES:
            return ("count(*)",)
        case "count_distinct":
            return (f"count(distinct {sql})",)
        case "average":
            return (f"sum({sql})", count)
        case "percentile":
            return (f"percentile_cont({measure.percentile}) within group (order by {sql})", count)
        case aggregation:
            return (f"{aggregation}({sql})",)
