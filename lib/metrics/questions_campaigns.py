"""The questions people ask of campaigns, each a thin door to query_metrics.

Days are those of the source's statistics. A channel that does not report a measure has None there,
never 0. All raise MetricsError for names that do not exist.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from lib.metrics.comparison import Compare
from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.manifest import current_catalog
from lib.metrics.query import query_metrics
from lib.metrics.questions import Direction, Grain
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope

OF_CAMPAIGNS = ("sent", "delivered", "clicks", "delivery_rate", "ctr")


def get_campaign_summary(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metrics: Sequence[str] = OF_CAMPAIGNS,
    order: Direction = "desc",
    limit: int | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """What did each channel send and reach: one row per channel, ordered by the first metric."""
    return query_metrics(
        connection,
        metrics,
        group_by="channel",
        filters=filters,
        scope=scope,
        compare=compare,
        order=_by(metrics[0], order),
        limit=limit,
    )


def get_campaign_performance(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str = "sent",
    order: Direction = "desc",
    limit: int | None = 10,
    compare: Compare | None = None,
) -> MetricResult:
    """How did each campaign do: one row each, the metric asked first, the rest as "otros"."""
    ranking = _by(metric, order)
    return query_metrics(
        connection,
        tuple(dict.fromkeys((ranking.by, *OF_CAMPAIGNS))),
        group_by="campaign",
        filters=filters,
        scope=scope,
        compare=compare,
        order=ranking,
        limit=limit,
    )


def get_campaigns_over_time(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str = "sent",
    grain: Grain = "day",
    by_channel: bool = False,
    compare: Compare | None = None,
) -> MetricResult:
    """How did sends go: one row per day, week (Monday) or month, or one per channel in each."""
    return query_metrics(
        connection,
        [metric],
        group_by=(grain, "channel") if by_channel else grain,
        filters=filters,
        scope=scope,
        compare=compare,
    )


def _by(metric: str, order: Direction) -> Order:
    return Order(current_catalog().metric(metric).name, descending=order == "desc")
