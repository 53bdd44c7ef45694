"""What drawings are made of: lines over time, rankings, shares, and the words on their points."""

from collections.abc import Sequence
from datetime import date
from html import escape

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.theme import (
    GREY,
)
from lib.metrics.results import OTHERS, MetricResult, as_number
from lib.ui.cards.marks import Drawing, marks_of
from lib.ui.cards.tables import OTHERS_LABEL
from lib.ui.filters.address import View
from lib.ui.words.formats import NBSP, axis_label, grain_label, integer, percent
from lib.ui.words.labels import value_label

MOST_BARS = 12
Value = float | None


def metric_over_time(result: MetricResult, view: View, metric: str) -> Drawing:
    """One metric per step of the view; the period compared with is the dashed line."""
    steps = result.column(view.grain)
    labels = [step_label(step, view.grain) for step in steps]
    names = [step_name(step, view.grain) for step in steps]
    current = numbers(result, metric)
    series = [Series("Este periodo", current, hovers(names, current, "mensajes"))]
    if result.resolved.compare_start is not None:
        prior = numbers(result, f"{metric}__prior")
        if f"{view.grain}__prior" in {column.name for column in result.columns}:
            before = result.column(f"{view.grain}__prior")
            names = [step_name(step, view.grain) for step in before]
        hover = hovers(names, prior, "mensajes")
        series.append(Series("Periodo anterior", prior, hover, GREY, is_dashed=True))
    is_running = result.resolved.partial and all(isinstance(step, date) for step in steps)
    figure = figures.line(labels, series, is_partial=is_running)
    return Drawing(figure, marks_of(result, (view.grain,)))


def step_label(step: object, grain: str) -> str:
    """The name of a step, short enough for an axis."""
    return axis_label(step, grain) if isinstance(step, date) else step_name(step, grain)


def step_name(step: object, grain: str) -> str:
    """The whole name of a step; none for a step that is not there."""
    if step is None:
        return ""
    return grain_label(step, grain) if isinstance(step, date) else value_label(grain, step)


def ranking(result: MetricResult, group: str, metric: str, unit: str, color: str) -> Drawing:
    """The largest groups of one metric as bars, the rest left out."""
    names, marks = result.column(group), marks_of(result, (group,))
    drawn = [
        (safe(value_label(group, name)), value, mark)
        for name, value, mark in zip(names, numbers(result, metric), marks, strict=True)
        if name != OTHERS
    ][:MOST_BARS]
    labels = distinct([label for label, _value, _mark in drawn])
    values = tuple(value for _label, value, _mark in drawn)
    figure = figures.bars(
        labels,
        Series(unit.capitalize(), values, hovers(labels, values, unit), color),
        texts=[integer(value) for value in values],
    )
    return Drawing(figure, tuple(mark for _label, _value, mark in drawn))


def share_bars(
    result: MetricResult, group: str, metric: str, unit: str, colors: Sequence[str]
) -> Drawing:
    """All groups of one metric as bars, each with its share."""
    labels = [
        OTHERS_LABEL if code == OTHERS else safe(value_label(group, code))
        for code in result.column(group)
    ]
    values = numbers(result, metric)
    shares = numbers(result, f"{metric}__share")
    figure = figures.bars(
        labels,
        Series(unit.capitalize(), values, hovers(labels, values, unit)),
        texts=[
            f"{integer(value)} · {percent(share)}"
            for value, share in zip(values, shares, strict=True)
        ],
        colors=colors,
    )
    return Drawing(figure, marks_of(result, (group,)))


def numbers(result: MetricResult, column: str) -> tuple[Value, ...]:
    """A column as numbers."""
    return tuple(as_number(value) for value in result.column(column))


def hovers(names: Sequence[str], values: Sequence[Value], unit: str) -> tuple[str, ...]:
    """What a point says: its name and its figure with the unit."""
    return tuple(
        f"{name}<br>{counted(value, unit)}" for name, value in zip(names, values, strict=True)
    )


def counted(value: Value, unit: str) -> str:
    return f"<b>{integer(value)}</b>{NBSP}{unit}" if value is not None else "sin dato"


def safe(label: str) -> str:
    """A name of the data as plain text: the drawing library would obey tags and links in it."""
    return escape(label, quote=False)


def distinct(labels: Sequence[str]) -> list[str]:
    """Labels made different: two contacts may share a mask, and equal labels would share a bar."""
    seen: dict[str, int] = {}
    different = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        different.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return different
