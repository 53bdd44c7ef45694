"""What the screens ask: one named question per KPI row, chart or table, in one registry.

A question is data; `ask` turns it, with a view, into one call of the metric core.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from lib.metrics.asked import Question as AskedQuestion
from lib.metrics.comparison import Comparison, compared_days
from lib.metrics.details import Details, query_details, stream_details
from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.periods import DateRange, Unit, Window
from lib.metrics.query import query_metrics
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope
from lib.ui.filters.address import View

UNITS: Mapping[str, Unit] = {
    "hoy": "day",
    "ayer": "day",
    "esta-semana": "week",
    "semana-pasada": "week",
    "este-mes": "month",
    "mes-pasado": "month",
    "trimestre": "quarter",
    "trimestre-pasado": "quarter",
    "ultimos-7": "rolling",
    "ultimos-30": "rolling",
    "ultimos-90": "rolling",
}
SPARK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Question:
    """`compare`: always with this period, or only when the reader asked for it (None).

    `by_time`: grouped first by the step of the view (day, week, month). `days_back` widens the
    period of the view backwards, for the small lines that show the days before.
    """

    metrics: tuple[str, ...]
    group_by: tuple[str, ...] = ()
    by_time: bool = False
    compare: Comparison | None = None
    order: str | None = None
    limit: int | None = None
    technical: bool | None = None
    share_of: str | None = None
    can_compare: bool = True
    days_back: int = 0


KPIS = (
    "messages",
    "unique_contacts",
    "conversations",
    "active_agents",
    "fallback_rate",
    "wait_time_p50",
)
OF_CAMPAIGNS = ("sent", "delivered", "reads", "clicks")
QUESTIONS: Mapping[str, Question] = {
    "kpis": Question((*KPIS, "wait_time_p90", "wait_count"), compare="previous_period"),
    "over_time": Question(("messages",), by_time=True),
    "direction": Question(("messages",), ("direction",), share_of="messages"),
    "hour": Question(("messages",), ("hour",), can_compare=False),
    "weekday_hour": Question(("messages",), ("weekday", "hour"), can_compare=False),
    "intents": Question(
        ("intent_conversations", "intent_messages"),
        ("intent",),
        technical=False,
        order="intent_conversations",
        limit=50,
        can_compare=False,
    ),
    "technical_intents": Question(
        ("intent_conversations", "intent_messages"),
        ("intent",),
        technical=True,
        order="intent_conversations",
        limit=50,
        can_compare=False,
    ),
    "conversation_type": Question(
        ("conversations",), ("conversation_type",), share_of="conversations"
    ),
    "agents": Question(
        (
            "agent_messages",
            "conversations",
            "agent_sessions",
            "first_response_time_p50",
            "first_response_time_p90",
            "first_response_count",
            "handle_time_p50",
            "handle_time_p90",
            "handle_count",
        ),
        ("agent",),
        order="agent_messages",
        can_compare=False,
    ),
    "wait_buckets": Question(("agent_sessions",), ("wait_bucket",), share_of="agent_sessions"),
    "close_reasons": Question(
        ("agent_sessions",), ("close_reason",), order="agent_sessions", share_of="agent_sessions"
    ),
    "contacts": Question(
        ("messages", "conversations"), ("contact",), order="messages", limit=50, can_compare=False
    ),
    "campaign_kpis": Question((*OF_CAMPAIGNS, "delivery_rate", "ctr"), compare="previous_period"),
    "campaign_time": Question(("sent",), by_time=True),
    "campaign_funnel": Question(
        (*OF_CAMPAIGNS, "delivery_rate", "read_rate", "ctr"), can_compare=False
    ),
    "campaign_channels": Question(
        (*OF_CAMPAIGNS, "delivery_rate", "ctr"), ("channel",), order="sent", can_compare=False
    ),
    "campaigns": Question(
        (*OF_CAMPAIGNS, "delivery_rate", "ctr"),
        ("campaign",),
        order="sent",
        limit=50,
        can_compare=False,
    ),
    "day_kpis": Question(
        (*KPIS, "handoff_rate", "wait_time_p90", "wait_count"), compare="previous_weekday"
    ),
    "day_entities": Question(
        ("messages", "fallback_rate", "bot_handled_messages"),
        ("entity",),
        compare="previous_weekday",
    ),
    "day_intents": Question(
        ("intent_conversations",), ("intent",), technical=False, compare="previous_weekday"
    ),
    "day_hours": Question(("messages",), ("hour",), can_compare=False),
    "day_trend": Question(KPIS, ("day",), can_compare=False, days_back=SPARK_DAYS - 1),
}
CONVERSATION_QUESTIONS: tuple[str, ...] = (
    "kpis",
    "over_time",
    "direction",
    "hour",
    "weekday_hour",
    "intents",
    "technical_intents",
    "conversation_type",
    "agents",
    "wait_buckets",
    "close_reasons",
    "contacts",
)
CAMPAIGN_KPIS = (*OF_CAMPAIGNS, "delivery_rate", "ctr")
CAMPAIGN_QUESTIONS: tuple[str, ...] = (
    "campaign_kpis",
    "campaign_time",
    "campaign_funnel",
    "campaign_channels",
    "campaigns",
)


def ask(
    connection: Connection, name: str, view: View, hour_to: int = 24, *, scope: Scope
) -> MetricResult:
    """The answer to one question of the registry for what a view shows, within the reader's scope.

    `hour_to` keeps only the hours before it, on every day: a running day beside whole ones. Raises
    the typed errors of `lib.metrics`.
    """
    question = QUESTIONS[name]
    return query_metrics(
        connection,
        list(question.metrics),
        group_by=_groups(question, view),
        filters=_filters(question, view),
        scope=scope,
        window=_window(view, hour_to),
        compare=_compared(question, view),
        order=Order(question.order) if question.order else None,
        limit=question.limit,
        share_of=question.share_of,
    )


def ask_details(
    connection: Connection,
    metric: str,
    view: View,
    page: int,
    *,
    scope: Scope,
    technical: bool | None = None,
) -> Details:
    """One page of the conversations behind a metric for what a view shows.

    `technical` keeps technical intents alone, or the others alone. Raises the typed
    errors of `lib.metrics`.
    """
    return query_details(
        connection,
        metric,
        filters=_filters(Question((metric,), technical=technical), view),
        scope=scope,
        window=_window(view, 24),
        page=page,
    )


def stream_all_details(
    connection: Connection,
    metric: str,
    view: View,
    most: int,
    *,
    scope: Scope,
    technical: bool | None = None,
) -> Iterator[Details]:
    """All conversations behind a metric for what a view shows, in chunks; `most` at most."""
    return stream_details(
        connection,
        metric,
        filters=_filters(Question((metric,), technical=technical), view),
        scope=scope,
        window=_window(view, 24),
        most=most,
    )


def as_value(name: str, view: View, *, today: date, scope: Scope) -> AskedQuestion:
    """A question of the registry about a view, written down so that it means the same any day."""
    question = QUESTIONS[name]
    filters = _filters(question, view)
    compare = _compared(question, view)
    return AskedQuestion(
        metrics=question.metrics,
        filters=filters,
        scope=scope,
        group_by=_groups(question, view),
        window=_window(view, 24),
        compare=compared_days(filters.period, compare, today) if compare else None,
        order=Order(question.order) if question.order else None,
        limit=question.limit,
    )


def _groups(question: Question, view: View) -> tuple[str, ...]:
    return (view.grain, *question.group_by) if question.by_time else question.group_by


def _compared(question: Question, view: View) -> Comparison | None:
    if question.compare is None and view.is_compared and question.can_compare:
        return "previous_period"
    return question.compare


def _filters(question: Question, view: View) -> Filters:
    start = view.start - timedelta(days=question.days_back)
    unit = None if question.days_back else UNITS.get(view.preset)
    return Filters(
        period=DateRange(start, view.end, unit),
        entities=view.entities,
        channels=view.channels,
        agents=view.agents,
        intents=view.intents,
        directions=view.directions,
        conversation_types=view.conversation_types,
        close_reasons=view.close_reasons,
        wait_buckets=view.wait_buckets,
        technical=question.technical,
    )


def _window(view: View, hour_to: int) -> Window | None:
    window = Window(hour_to=hour_to, weekdays=view.weekdays, hours=view.hours)
    return window if window != Window() else None
