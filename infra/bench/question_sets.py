"""The questions of two pages, as the pages ask them: what the query benchmarks run.

A set is asked in one snapshot of the tenant's own connection, nothing cached but plans.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from lib.metrics.comparison import Compare
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT
from lib.ui.cards.asking import ask
from lib.ui.cards.questions import CONVERSATION_QUESTIONS
from lib.ui.filters.address import View

__all__ = ["COMPARED_ON_STAGING", "EXECUTIVE", "PERIODS", "Ask", "QuestionSet", "question_sets"]

# how many local days, ending with the last loaded one
PERIODS = {"30 days": 30, "12 months": 365}
COMPARED_ON_STAGING = ("over_time", "direction", "hour", "weekday_hour")
Ask = Callable[[Connection], object]
# what the executive page shows: title, metrics, groups, whether the previous period stands beside
EXECUTIVE: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "summary": (
        (
            "messages",
            "unique_contacts",
            "conversations",
            "active_agents",
            "fallback_rate",
            "handoff_rate",
            "containment_rate",
            "effective_containment_rate",
            "repeat_contact_rate_72h",
            "high_frequency_contacts",
            "csat",
        ),
        (),
        True,
    ),
    "trend": (("messages", "conversations", "fallback_rate"), ("month",), False),
    "contacts_trend": (("unique_contacts",), ("month",), False),
    "containment_trend": (
        ("containment_rate", "effective_containment_rate", "handoff_rate"),
        ("month",),
        False,
    ),
    "entities": (
        ("conversations", "fallback_rate", "containment_rate", "effective_containment_rate"),
        ("entity",),
        False,
    ),
    "times": (
        (
            "wait_time_p50",
            "wait_time_p90",
            "first_response_time_p50",
            "first_response_time_p90",
            "handle_time_p50",
            "handle_time_p90",
            "queue_abandonment_rate",
        ),
        (),
        True,
    ),
    "times_trend": (("wait_time_p50", "wait_time_p90"), ("month",), False),
}


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One page over one period: its questions by name, each asking over a tenant's connection."""

    page: str
    period: str
    start: date
    end: date
    asks: dict[str, Ask]

    @property
    def name(self) -> str:
        """How the set is called in bench.json."""
        return f"{self.page}, {self.period}"


def question_sets(last_day: date) -> list[QuestionSet]:
    """Both pages over both periods."""
    sets = []
    for period, days in PERIODS.items():
        start = last_day - timedelta(days=days - 1)
        view = View("rango", start, last_day, grain="day" if days < 90 else "month")
        filters = Filters(DateRange(start, last_day))
        pages = {
            "Conversaciones": _conversations(CONVERSATION_QUESTIONS, view),
            "Ejecutivo": _executive(filters),
        }
        sets += [QuestionSet(page, period, start, last_day, asks) for page, asks in pages.items()]
    return sets


def _conversations(names: Sequence[str], view: View) -> dict[str, Ask]:
    def one(name: str) -> Ask:
        return lambda connection: ask(connection, name, view, scope=WHOLE_PROJECT)

    return {name: one(name) for name in names}


def _executive(filters: Filters) -> dict[str, Ask]:
    def one(name: str) -> Ask:
        metrics, groups, is_compared = EXECUTIVE[name]
        compare: Compare | None = "previous_period" if is_compared else None
        return lambda connection: query_metrics(
            connection,
            metrics,
            group_by=groups,
            filters=filters,
            compare=compare,
            scope=WHOLE_PROJECT,
        )

    return {name: one(name) for name in EXECUTIVE}
