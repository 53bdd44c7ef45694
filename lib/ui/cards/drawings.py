"""From an answer to a figure: Spanish labels, hover texts and colours of each chart."""

from collections.abc import Sequence
from datetime import date
from html import escape

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.theme import (
    BLUE,
    BLUE_DARK,
    BLUE_LIGHT,
    CONVERSATION_TYPE_COLORS,
    DIRECTION_COLORS,
    GREEN,
    GREY,
)
from lib.metrics.results import OTHERS, MetricResult, as_number
from lib.ui.cards.marks import Drawing, Mark, marks_of
from lib.ui.cards.tables import OTHERS_LABEL
from lib.ui.filters.address import View
from lib.ui.words.formats import NBSP, axis_label, grain_label, integer, percent
from lib.ui.words.labels import NO_VALUE, WEEKDAYS, WEEKDAYS_SHORT, value_label

MOST_BARS = 12
FUNNEL_COLORS = (BLUE_DARK, BLUE, BLUE_LIGHT, GREEN)
# the steps of a campaign and the rate that leads to each
FUNNEL = {"sent": "", "delivered": "delivery_rate", "reads": "read_rate", "clicks": "ctr"}
Value = float | None


def over_time(result: MetricResult, view: View) -> Drawing:
    """Messages per step of the view; the period compared with is the dashed line."""
    return _over_time(result, view, "messages")


def sends_over_time(result: MetricResult, view: View) -> Drawing:
    """Messages of campaigns per step of the view, beside the period compared with."""
    return _over_time(result, view, "sent")


def campaign_funnel(result: MetricResult, _view: View) -> Drawing:
    """From what was sent to what was clicked, each step with its rate.

    The rates are of the channels that report both steps, so they are no quotients of the bars.
    """
    labels = {column.name: column.label for column in result.columns}
    values = tuple(result.value(step) for step in FUNNEL)
    texts = []
    for value, rate in zip(values, FUNNEL.values(), strict=True):
        share = result.value(rate) if rate else None
        told = "" if share is None else f" · {labels[rate]} {percent(share)}"
        texts.append(NO_VALUE if value is None else integer(value) + told)
    names = [labels[step] for step in FUNNEL]
    hover = tuple(f"{name}<br><b>{text}</b>" for name, text in zip(names, texts, strict=True))
    series = Series("Mensajes", values, hover)
    return Drawing(figures.bars(names, series, texts=texts, colors=FUNNEL_COLORS))


def campaign_channels(result: MetricResult, _view: View) -> Drawing:
    """Messages sent by channel, the largest first."""
    return _ranking(result, "channel", "sent", "mensajes", BLUE)


def campaigns(result: MetricResult, _view: View) -> Drawing:
    """Messages sent by campaign, the largest first."""
    return _ranking(result, "campaign", "sent", "mensajes", BLUE)


def _over_time(result: MetricResult, view: View, metric: str) -> Drawing:
    steps = result.column(view.grain)
    labels = [_step_label(step, view.grain) for step in steps]
    names = [_step_name(step, view.grain) for step in steps]
    current = _numbers(result, metric)
    series = [Series("Este periodo", current, _hovers(names, current, "mensajes"))]
    if result.resolved.compare_start is not None:
        prior = _numbers(result, f"{metric}__prior")
        if f"{view.grain}__prior" in {column.name for column in result.columns}:
            before = result.column(f"{view.grain}__prior")
            names = [_step_name(step, view.grain) for step in before]
        hover = _hovers(names, prior, "mensajes")
        series.append(Series("Periodo anterior", prior, hover, GREY, is_dashed=True))
    is_running = result.resolved.partial and all(isinstance(step, date) for step in steps)
    figure = figures.line(labels, series, is_partial=is_running)
    return Drawing(figure, marks_of(result, (view.grain,)))


def by_direction(result: MetricResult, _view: View) -> Drawing:
    """Inbound, bot and agent, each always in its own colour."""
    codes = [str(code) for code in result.column("direction")]
    colors = [DIRECTION_COLORS.get(code, GREY) for code in codes]
    return _share_bars(result, "direction", "messages", "mensajes", colors)


def by_hour(result: MetricResult, _view: View) -> Drawing:
    """The 24 local hours, the three busiest ones darker."""
    hours = result.column("hour")
    values = _numbers(result, "messages")
    hover = _hovers(
        [f"{value_label('hour', hour)} a {hour}:59" for hour in hours], values, "mensajes"
    )
    labels = [str(hour) for hour in hours]
    figure = figures.peak_columns(labels, Series("Mensajes", values, hover))
    return Drawing(figure, marks_of(result, ("hour",)))


def weekday_hour(result: MetricResult, _view: View) -> Drawing:
    """Monday to Sunday by hour."""
    cells: dict[tuple[object, object], Value] = {
        (weekday, hour): value
        for weekday, hour, value in zip(
            result.column("weekday"),
            result.column("hour"),
            _numbers(result, "messages"),
            strict=True,
        )
    }
    hours = range(24)
    values = [[cells.get((weekday, hour)) for hour in hours] for weekday in WEEKDAYS]
    hover = [
        _hovers([f"{name}, {hour:02d}:00 a {hour:02d}:59" for hour in hours], row, "mensajes")
        for name, row in zip(WEEKDAYS.values(), values, strict=True)
    ]
    names = [WEEKDAYS_SHORT[weekday] for weekday in WEEKDAYS]
    marks = [
        Mark((("weekdays", weekday), ("hours", hour))) for weekday in WEEKDAYS for hour in hours
    ]
    figure = figures.heatmap([str(hour) for hour in hours], names, values, hover)
    return Drawing(figure, tuple(marks))


def intents(result: MetricResult, _view: View) -> Drawing:
    """What people write about, the most frequent first."""
    return _ranking(result, "intent", "intent_conversations", "conversaciones", BLUE)


def technical_intents(result: MetricResult, _view: View) -> Drawing:
    """Intents of the bot's own flow, kept apart."""
    return _ranking(result, "intent", "intent_conversations", "conversaciones", GREY)


def conversation_type(result: MetricResult, _view: View) -> Drawing:
    """Bot alone, mixed, agent alone: shares of all conversations."""
    codes = [str(code) for code in result.column("conversation_type")]
    colors = [CONVERSATION_TYPE_COLORS.get(code, GREY) for code in codes]
    return _share_bars(result, "conversation_type", "conversations", "conversaciones", colors)


def agents(result: MetricResult, _view: View) -> Drawing:
    """Messages by agent, the most active first."""
    return _ranking(result, "agent", "agent_messages", "mensajes", BLUE)


def wait_buckets(result: MetricResult, _view: View) -> Drawing:
    """Agent sessions by how long the contact waited."""
    labels = [value_label("wait_bucket", code) for code in result.column("wait_bucket")]
    values = _numbers(result, "agent_sessions")
    hover = _hovers(labels, values, "sesiones")
    figure = figures.columns(labels, [Series("Sesiones", values, hover, BLUE)])
    return Drawing(figure, marks_of(result, ("wait_bucket",)))


def close_reasons(result: MetricResult, _view: View) -> Drawing:
    """Agent sessions by how they ended."""
    colors = [BLUE_LIGHT if code is None else BLUE for code in result.column("close_reason")]
    return _share_bars(result, "close_reason", "agent_sessions", "sesiones", colors)


def contacts(result: MetricResult, _view: View) -> Drawing:
    """The contacts who write and are written to most, under their masked numbers."""
    return _ranking(result, "contact", "messages", "mensajes", BLUE)


def _step_label(step: object, grain: str) -> str:
    return axis_label(step, grain) if isinstance(step, date) else _step_name(step, grain)


def _step_name(step: object, grain: str) -> str:
    if step is None:
        return ""
    return grain_label(step, grain) if isinstance(step, date) else value_label(grain, step)


def _ranking(result: MetricResult, group: str, metric: str, unit: str, color: str) -> Drawing:
    names, marks = result.column(group), marks_of(result, (group,))
    drawn = [
        (_safe(value_label(group, name)), value, mark)
        for name, value, mark in zip(names, _numbers(result, metric), marks, strict=True)
        if name != OTHERS
    ][:MOST_BARS]
    labels = _distinct([label for label, _value, _mark in drawn])
    values = tuple(value for _label, value, _mark in drawn)
    figure = figures.bars(
        labels,
        Series(unit.capitalize(), values, _hovers(labels, values, unit), color),
        texts=[integer(value) for value in values],
    )
    return Drawing(figure, tuple(mark for _label, _value, mark in drawn))


def _share_bars(
    result: MetricResult, group: str, metric: str, unit: str, colors: Sequence[str]
) -> Drawing:
    labels = [
        OTHERS_LABEL if code == OTHERS else _safe(value_label(group, code))
        for code in result.column(group)
    ]
    values = _numbers(result, metric)
    shares = _numbers(result, f"{metric}__share")
    figure = figures.bars(
        labels,
        Series(unit.capitalize(), values, _hovers(labels, values, unit)),
        texts=[
            f"{integer(value)} · {percent(share)}"
            for value, share in zip(values, shares, strict=True)
        ],
        colors=colors,
    )
    return Drawing(figure, marks_of(result, (group,)))


def _numbers(result: MetricResult, column: str) -> tuple[Value, ...]:
    return tuple(as_number(value) for value in result.column(column))


def _hovers(names: Sequence[str], values: Sequence[Value], unit: str) -> tuple[str, ...]:
    return tuple(
        f"{name}<br>{_counted(value, unit)}" for name, value in zip(names, values, strict=True)
    )


def _counted(value: Value, unit: str) -> str:
    return f"<b>{integer(value)}</b>{NBSP}{unit}" if value is not None else "sin dato"


def _safe(label: str) -> str:
    """A name of the data as plain text: the drawing library would obey tags and links in it."""
    return escape(label, quote=False)


def _distinct(labels: Sequence[str]) -> list[str]:
    """Labels made different: two contacts may share a mask, and equal labels would share a bar."""
    seen: dict[str, int] = {}
    different = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        different.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return different
