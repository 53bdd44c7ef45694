"""The one way from a question to its numbers."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from lib.clock import local_date, now
from lib.metrics.campaign_options import check_campaign_names, load_campaign_options
from lib.metrics.catalog import Catalog, Metric
from lib.metrics.comparison import Compare, compared_days
from lib.metrics.compiler import Plan, plan
from lib.metrics.dimensions import checked_group_by
from lib.metrics.errors import BadLimitError, DimensionNotAvailableError
from lib.metrics.filters import Filters, bound_values, filtered_dimensions
from lib.metrics.histograms import EXACT_DAYS
from lib.metrics.lines import Order, Presentation, Side, answer_lines, cut
from lib.metrics.manifest import current_catalog
from lib.metrics.notes import notes_of
from lib.metrics.options import ProjectDays, project_days_for
from lib.metrics.parts import parts_of
from lib.metrics.periods import DateRange, Window
from lib.metrics.reading import read_side, shown_names
from lib.metrics.results import MetricResult, Resolved
from lib.metrics.scope import Scope
from lib.metrics.table import table

MOST_ROWS = 1000
TOP_CONTACTS = 10


def query_metrics(
    connection: Connection,
    metrics: Sequence[str],
    *,
    filters: Filters,
    scope: Scope,
    group_by: Sequence[str] | str | None = (),
    window: Window | None = None,
    compare: Compare | None = None,
    order: Order | None = None,
    limit: int | None = None,
    others: bool = True,
    share_of: str | None = None,
    catalog: Catalog | None = None,
) -> MetricResult:
    """Any metrics, grouped and narrowed as asked, over the project of the connection.

    `scope` is how much of the project the reader may see; limited to entities, no row of another
    one is read. Days are local days of the project. One SELECT per mart; several marts are joined
    on the groups. Grouped by time or by a fixed list, empty groups are there: 0 where data are
    loaded, None where not. Percentiles of more than 90 days may come from a histogram, and say so.
    Past `limit` the rest is one row "otros" (contacts: dropped). `share_of` names the metric to add
    a share column for. With `compare` every metric gets a prior value and its changes.
    Raises MetricsError for whatever does not exist or cannot be asked, OutsideEntitiesError for a
    metric without entities under a limited scope.
    """
    catalog = catalog or current_catalog()
    wanted = _presentation(
        catalog, metrics, group_by, window=window, order=order, limit=limit, share_of=share_of
    )
    wanted = replace(wanted, others=others and "contact" not in wanted.group_by)
    top = wanted.order.by if wanted.order and "contact" in wanted.group_by else None
    shape = (tuple(metric.name for metric in wanted.metrics), wanted.group_by)
    narrowed = filtered_dimensions(filters, window)
    days = project_days_for(connection, filters, scope)
    if filters.has_campaign_names:
        check_campaign_names(filters, load_campaign_options(connection, scope))
    then = compare and compared_days(filters.period, compare, local_date(now(), days.timezone))
    # both periods are read the same way, else a comparison would compare two ways of reading
    is_long = max(period.days for period in (filters.period, then) if period) > EXACT_DAYS
    limited = scope.is_limited
    ways = plan(catalog, *shape, narrowed, limited=limited, top=top, approximate=is_long)
    values = bound_values(filters, window, scope) | {"limit": wanted.limit}
    current = read_side(connection, ways, values, filters.period, days)
    prior = None
    if then is not None:
        again = plan(catalog, *shape, narrowed, limited=limited, listed=True) if top else ways
        values |= {"contacts": [key[0] for key in current.rows]} if top else {}
        prior = read_side(connection, again, values, then, days)
    return _result(connection, catalog, wanted, ways, days=days, current=current, prior=prior)


def _presentation(
    catalog: Catalog,
    metrics: Sequence[str],
    group_by: Sequence[str] | str | None,
    *,
    window: Window | None,
    order: Order | None,
    limit: int | None,
    share_of: str | None,
) -> Presentation:
    """What is asked, with every name checked and written the catalogue's way."""
    asked = tuple({metric.name: metric for metric in map(catalog.metric, metrics)}.values())
    groups = checked_group_by(group_by)
    if limit is not None and not 1 <= limit <= MOST_ROWS:
        raise BadLimitError(f"expected a limit from 1 to {MOST_ROWS}, got {limit}")
    if order is not None and order.by not in groups:
        order = replace(order, by=catalog.metric(order.by).name)
    if share_of is not None:
        share_of = catalog.metric(share_of).name
    if "contact" in groups:
        order = order or Order(asked[0].name)
        limit = limit or TOP_CONTACTS
        _check_top_contacts(asked, groups, order)
    return Presentation(asked, groups, window, order, limit, True, share_of)


def _check_top_contacts(asked: Sequence[Metric], groups: Sequence[str], order: Order) -> None:
    """Contacts are too many to rank in memory: alone, and the largest of one counted metric."""
    ranking = next((metric for metric in asked if metric.name == order.by), asked[0])
    counted = ranking.aggregation in {"sum", "count", "count_distinct"}
    if len(groups) > 1 or not counted or ranking.name != order.by or not order.descending:
        raise DimensionNotAvailableError(order.by, " + ".join(groups), ranking.dimensions)


def _result(
    connection: Connection,
    catalog: Catalog,
    wanted: Presentation,
    ways: Plan,
    *,
    days: ProjectDays,
    current: Side,
    prior: Side | None,
) -> MetricResult:
    parts = parts_of(catalog, ways)
    names = shown_names(
        connection, wanted.group_by, [*current.rows, *(prior.rows if prior else ())]
    )
    lines = answer_lines(wanted, parts, current, prior, names)
    total = None
    if wanted.share_of is not None:
        whole = parts.folded(line.current for line in lines)
        total = parts.value(catalog.metric(wanted.share_of), whole)
    lines, folded = cut(wanted, parts, lines)
    hidden = {
        metric.name
        for metric in wanted.metrics
        for line in lines
        if parts.is_too_small(metric, line.current)
    }
    columns, rows = table(wanted, parts, lines, total=total, compared=prior is not None)
    return MetricResult(
        columns=columns,
        rows=rows,
        resolved=_resolved(days, current.span.period, prior.span.period if prior else None),
        notes=notes_of(catalog, wanted.metrics, ways, hidden),
        statements=tuple(statement.sql for statement in ways.statements),
        folded=folded,
    )


def _resolved(days: ProjectDays, period: DateRange, then: DateRange | None) -> Resolved:
    return Resolved(
        start=period.start,
        end=period.end,
        compare_start=then.start if then else None,
        compare_end=then.end if then else None,
        partial=period.start <= local_date(now(), days.timezone) <= period.end,
        data_from=days.loaded.start if days.loaded else None,
        data_until=days.loaded.end if days.loaded else None,
    )
