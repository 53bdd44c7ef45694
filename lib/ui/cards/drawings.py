"""The charts of conversations: from an answer to a figure, with Spanish labels and colours."""

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.theme import (
    BLUE,
    BLUE_LIGHT,
    CONVERSATION_TYPE_COLORS,
    DIRECTION_COLORS,
    GREY,
)
from lib.metrics.results import MetricResult
from lib.ui.cards.drawing_parts import Value, hovers, metric_over_time, numbers, ranking, share_bars
from lib.ui.cards.marks import Drawing, Mark, marks_of
from lib.ui.filters.address import View
from lib.ui.words.labels import WEEKDAYS, WEEKDAYS_SHORT, value_label


def over_time(result: MetricResult, view: View) -> Drawing:
    """Messages per step of the view; the period compared with is the dashed line."""
    return metric_over_time(result, view, "messages")


def by_direction(result: MetricResult, _view: View) -> Drawing:
    """Inbound, bot and agent, each always in its own colour."""
    codes = [str(code) for code in result.column("direction")]
    colors = [DIRECTION_COLORS.get(code, GREY) for code in codes]
    return share_bars(result, "direction", "messages", "mensajes", colors)


def by_hour(result: MetricResult, _view: View) -> Drawing:
    """The 24 local hours, the three busiest ones darker."""
    hours = result.column("hour")
    values = numbers(result, "messages")
    hover = hovers(
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
            numbers(result, "messages"),
            strict=True,
        )
    }
    hours = range(24)
    values = [[cells.get((weekday, hour)) for hour in hours] for weekday in WEEKDAYS]
    hover = [
        hovers([f"{name}, {hour:02d}:00 a {hour:02d}:59" for hour in hours], row, "mensajes")
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
    return ranking(result, "intent", "intent_conversations", "conversaciones", BLUE)


def technical_intents(result: MetricResult, _view: View) -> Drawing:
    """Intents of the bot's own flow, kept apart."""
    return ranking(result, "intent", "intent_conversations", "conversaciones", GREY)


def conversation_type(result: MetricResult, _view: View) -> Drawing:
    """Bot alone, mixed, agent alone: shares of all conversations."""
    codes = [str(code) for code in result.column("conversation_type")]
    colors = [CONVERSATION_TYPE_COLORS.get(code, GREY) for code in codes]
    return share_bars(result, "conversation_type", "conversations", "conversaciones", colors)


def agents(result: MetricResult, _view: View) -> Drawing:
    """Messages by agent, the most active first."""
    return ranking(result, "agent", "agent_messages", "mensajes", BLUE)


def wait_buckets(result: MetricResult, _view: View) -> Drawing:
    """Agent sessions by how long the contact waited."""
    labels = [value_label("wait_bucket", code) for code in result.column("wait_bucket")]
    values = numbers(result, "agent_sessions")
    hover = hovers(labels, values, "sesiones")
    figure = figures.columns(labels, [Series("Sesiones", values, hover, BLUE)])
    return Drawing(figure, marks_of(result, ("wait_bucket",)))


def close_reasons(result: MetricResult, _view: View) -> Drawing:
    """Agent sessions by how they ended."""
    colors = [BLUE_LIGHT if code is None else BLUE for code in result.column("close_reason")]
    return share_bars(result, "close_reason", "agent_sessions", "sesiones", colors)


def contacts(result: MetricResult, _view: View) -> Drawing:
    """The contacts who write and are written to most, under their masked numbers."""
    return ranking(result, "contact", "messages", "mensajes", BLUE)
