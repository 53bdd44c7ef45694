"""What a mark of a chart stands for, and the view that a click on it opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import plotly.graph_objects as go

from lib.metrics.comparison import BOUNDS
from lib.metrics.filters import WITHOUT_VALUE
from lib.metrics.results import OTHERS, MetricResult
from lib.metrics.table import KEY_COLUMNS
from lib.ui.filters.address import View
from lib.ui.filters.periods import CUSTOM, natural_grain

# the field of a view that keeps one value of a dimension
FIELDS: Mapping[str, str] = {
    "entity": "entities",
    "channel": "channels",
    "agent": "agents",
    "intent": "intents",
    "direction": "directions",
    "conversation_type": "conversation_types",
    "hour": "hours",
    "weekday": "weekdays",
    "close_reason": "close_reasons",
    "wait_bucket": "wait_buckets",
}
MAY_BE_MISSING = frozenset({"close_reason", "wait_bucket"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar, point or cell: what a view must keep, or which days it must show, to be of it."""

    kept: tuple[tuple[str, object], ...] = ()
    days: tuple[date, date] | None = None

    @property
    def narrows(self) -> bool:
        """Whether there is anything to keep: a row "otros" stands for no value."""
        return bool(self.kept or self.days)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure and what its marks stand for; a point carries its place in `marks`."""

    figure: go.Figure
    marks: tuple[Mark, ...] = ()


def marks_of(result: MetricResult, dimensions: Sequence[str]) -> tuple[Mark, ...]:
    """One mark per row of an answer, in its order; one that means no single value keeps nothing."""
    names = {column.name for column in result.columns}
    columns = [
        result.column(KEY_COLUMNS[name] if KEY_COLUMNS.get(name) in names else name)
        for name in dimensions
    ]
    return tuple(_mark(dimensions, values) for values in zip(*columns, strict=True))


def view_of_mark(view: View, mark: Mark) -> View:
    """The view about one mark alone: its value in the place of the filter's, or its days."""
    kept: dict[str, Any] = {field: (value,) for field, value in mark.kept}
    if mark.days is not None:
        start, end = max(mark.days[0], view.start), min(mark.days[1], view.end)
        kept |= {"preset": CUSTOM, "start": start, "end": end, "grain": natural_grain(start, end)}
    return replace(view, **kept)


def _mark(dimensions: Sequence[str], values: Sequence[object]) -> Mark:
    kept: list[tuple[str, object]] = []
    for dimension, value in zip(dimensions, values, strict=True):
        if isinstance(value, date):
            return Mark(days=_days(dimension, value))
        if dimension not in FIELDS or value == OTHERS:
            return Mark()
        if value is None and dimension not in MAY_BE_MISSING:
            return Mark()
        kept.append((FIELDS[dimension], WITHOUT_VALUE if value is None else value))
    return Mark(tuple(kept))


def _days(grain: str, start: date) -> tuple[date, date]:
    if grain == "week":
        return BOUNDS["week"](start)
    return BOUNDS["month"](start) if grain == "month" else (start, start)
