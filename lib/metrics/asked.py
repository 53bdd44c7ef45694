"""A question as a value: written down as JSON, read back, and asked again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.results import MetricResult
from lib.metrics.scope import WHOLE_PROJECT, Scope

# the number behind a masked one stays out of what is kept
CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Question:
    """What query_metrics is asked, and with how much of the project in sight.

    `compare` is days, so that it means the same on any day.
    """

    metrics: tuple[str, ...]
    filters: Filters
    scope: Scope
    group_by: tuple[str, ...] = ()
    window: Window | None = None
    compare: DateRange | None = None
    order: Order | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was shown: names of the columns and their rows; dates as ISO text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def ask(connection: Connection, question: Question) -> Figures:
    """The figures of a question for the connection's project. Raises MetricsError."""
    result = query_metrics(
        connection,
        question.metrics,
        filters=question.filters,
        scope=question.scope,
        group_by=question.group_by,
        window=question.window,
        compare=question.compare,
        order=question.order,
        limit=question.limit,
    )
    return shown_figures(result)


def shown_figures(result: MetricResult) -> Figures:
    """Groups and values of a result; of contacts the key alone, never the masked number."""
    kept = [place for place, column in enumerate(result.columns) if column.name != CONTACT]
    return Figures(
        tuple(result.columns[place].name for place in kept),
        tuple(tuple(_plain(row[place]) for place in kept) for row in result.rows),
    )


def canonical(question: Question) -> Question:
    """The same question with the values of its filters and its scope in order."""
    narrowed: dict[str, Any] = {
        field.name: tuple(sorted(value))
        for field in fields(Filters)
        if isinstance(value := getattr(question.filters, field.name), tuple)
    }
    scope = Scope.of(question.scope.entities)
    return replace(question, filters=replace(question.filters, **narrowed), scope=scope)


def write_question(question: Question) -> str:
    """The question as JSON text; equal canonical questions give equal text.

    Of a limited scope the entities are part of it.
    """
    record = asdict(question)
    if not question.scope.is_limited:
        del record["scope"]
    return json.dumps(record, default=date.isoformat, sort_keys=True)


def read_question(record: Mapping[str, Any]) -> Question:
    """The question that write_question wrote. Raises MetricsError for values that are none now."""
    window, compare, order = (record[name] for name in ("window", "compare", "order"))
    filters: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in record["filters"].items()
    }
    return Question(
        metrics=tuple(record["metrics"]),
        scope=Scope.of(record["scope"]["entities"]) if "scope" in record else WHOLE_PROJECT,
        filters=Filters(**(filters | {"period": _days(record["filters"]["period"])})),
        group_by=tuple(record["group_by"]),
        window=_window(window) if window else None,
        compare=_days(compare) if compare else None,
        order=Order(**order) if order else None,
        limit=record["limit"],
    )


def _window(record: Mapping[str, Any]) -> Window:
    parts: dict[str, Any] = {
        name: tuple(part) if isinstance(part, list) else part for name, part in record.items()
    }
    return Window(**parts)


def _days(record: Mapping[str, Any]) -> DateRange:
    start, end = (date.fromisoformat(record[name]) for name in ("start", "end"))
    return DateRange(start, end, record["unit"])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
