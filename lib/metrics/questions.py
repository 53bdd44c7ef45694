"""The questions people ask of conversations, each a thin door to query_metrics.

Every one answers for the project of the connection and for local days. `compare` adds to each
metric its value in another period. All raise MetricsError for names that do not exist.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection

from lib.metrics.comparison import Compare
from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.manifest import current_catalog
from lib.metrics.periods import Window
from lib.metrics.query import query_metrics
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope

Grain = Literal["day", "week", "month"]
Group = Literal["hour", "weekday", "day", "week", "month"]
Direction = Literal["desc", "asc"]

SUMMARY = (
    "messages",
    "unique_contacts",
    "conversations",
    "active_agents",
    "fallback_rate",
    "handoff_rate",
    "agent_sessions",
    "wait_time_p50",
)
OF_AGENTS = (
    "agent_messages",
    "conversations",
    "unique_contacts",
    "agent_sessions",
    "first_response_time_avg",
)
# a message of an agent is one the agent wrote
AGENT_WORDS = {"messages": "agent_messages"}


def get_summary_stats(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metrics: Sequence[str] = SUMMARY,
    window: Window | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """How did it go in all: one row of totals."""
    return query_metrics(
        connection, metrics, filters=filters, scope=scope, window=window, compare=compare
    )


def get_messages_over_time(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str = "messages",
    grain: Grain = "day",
    window: Window | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """How did messages, contacts or conversations go: one row per day, week (Monday) or month."""
    return query_metrics(
        connection,
        [metric],
        group_by=grain,
        filters=filters,
        scope=scope,
        window=window,
        compare=compare,
    )


def get_messages_by_direction(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    compare: Compare | None = None,
) -> MetricResult:
    """Who wrote the messages: inbound, bot, agent, each with its share of the three."""
    return query_metrics(
        connection,
        ["messages"],
        group_by="direction",
        filters=filters,
        scope=scope,
        compare=compare,
        share_of="messages",
    )


def get_messages_by_hour(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str = "messages",
    by: Literal["hour", "weekday", "weekday_hour"] = "hour",
    window: Window | None = None,
    order: Direction | None = None,
) -> MetricResult:
    """When do people write: 24 local hours, 7 weekdays (1 is Monday) or 168 cells."""
    groups = ("weekday", "hour") if by == "weekday_hour" else (by,)
    return query_metrics(
        connection,
        [metric],
        group_by=groups,
        filters=filters,
        scope=scope,
        window=window,
        order=_ranking(metric, order),
    )


def get_intent_distribution(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    order: Direction = "desc",
    limit: int | None = 10,
    technical: bool | None = False,
    compare: Compare | None = None,
) -> MetricResult:
    """What do people write about: messages and conversations per intent, share, rest as "otros".

    `technical` True asks for the bot's own mechanics instead of reasons for contact, None for both.
    """
    return query_metrics(
        connection,
        ["intent_messages", "intent_conversations"],
        group_by="intent",
        filters=replace(filters, technical=technical),
        scope=scope,
        compare=compare,
        order=Order("intent_messages", descending=order == "desc"),
        limit=limit,
        share_of="intent_messages",
    )


def get_agent_performance(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str | None = None,
    order: Direction = "desc",
    limit: int | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """What did each agent do: messages written, conversations, contacts, sessions, first response.

    With `metric` only that one, which is also what agents are ordered by.
    """
    asked = OF_AGENTS if metric is None else (AGENT_WORDS.get(metric, metric),)
    return query_metrics(
        connection,
        asked,
        group_by="agent",
        filters=filters,
        scope=scope,
        compare=compare,
        order=Order(asked[0], descending=order == "desc"),
        limit=limit,
    )


def get_fallback_rate(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: str = "fallback_rate",
    group_by: Group | None = None,
    window: Window | None = None,
    compare: Compare | None = None,
) -> MetricResult:
    """How much the bot did not understand: rate (0 to 1) or count, in all or per group."""
    return query_metrics(
        connection,
        [metric],
        group_by=group_by,
        filters=filters,
        scope=scope,
        window=window,
        compare=compare,
    )


def get_top_contacts(
    connection: Connection,
    filters: Filters,
    *,
    scope: Scope,
    metric: Literal["messages", "conversations"] = "messages",
    limit: int = 10,
) -> MetricResult:
    """Who wrote most: masked contacts with their key, the metric asked first."""
    other = "conversations" if metric == "messages" else "messages"
    return query_metrics(
        connection, [metric, other], group_by="contact", filters=filters, scope=scope, limit=limit
    )


def _ranking(metric: str, order: Direction | None) -> Order | None:
    if order is None:
        return None
    return Order(current_catalog().metric(metric).name, descending=order == "desc")
