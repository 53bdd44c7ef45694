"""What the screens ask: one named question per KPI row, chart or table, in one registry."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.metrics.comparison import Comparison

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
EXECUTIVE_KPIS = (
    "conversations",
    "unique_contacts",
    "containment_rate",
    "effective_containment_rate",
    "fallback_rate",
    "wait_time_p50",
)
TIMES = ("wait", "first_response", "handle")
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
    "executive_month": Question(
        (*EXECUTIVE_KPIS, "wait_time_p90", "wait_count"), compare="previous_period"
    ),
    "executive_quarter": Question(
        (*EXECUTIVE_KPIS, "wait_time_p90", "wait_count"), compare="previous_period"
    ),
    "executive_trend": Question(("conversations", "unique_contacts"), by_time=True),
    "executive_containment": Question(
        ("containment_rate", "effective_containment_rate"), by_time=True
    ),
    "executive_entities": Question(
        ("conversations", "effective_containment_rate", "fallback_rate", "wait_time_p50"),
        ("entity",),
        order="conversations",
        can_compare=False,
    ),
    "executive_times": Question(
        tuple(f"{time}_{part}" for time in TIMES for part in ("time_p50", "time_p90", "count")),
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
