"""A question of the registry with a view becomes one call of the metric core."""

from collections.abc import Iterator, Mapping
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
from lib.ui.cards.questions import QUESTIONS, Question
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
