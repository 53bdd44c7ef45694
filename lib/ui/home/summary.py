"""The daily briefing in words: what changed, where, and when; the same sentences for the same data.

Each sentence is made of figures of the metric core, beside the same weekday of the week before, and
has the view that shows them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lib.metrics.results import OTHERS, Change, MetricResult, as_number
from lib.ui.filters.address import View
from lib.ui.words.formats import decimal, duration, integer, percent, signed, weekday_name
from lib.ui.words.labels import value_label

# A change of fewer is chance and not worth a name.
SMALLEST_DRIVER = 3
SMALLEST_BASE = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and where its figures can be seen."""

    text: str
    view: View


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What the briefing reads about one finished day: totals, and by entity, intent and hour."""

    day: MetricResult
    entities: MetricResult
    intents: MetricResult
    hours: MetricResult


def summary_lines(figures: DayFigures, view: View) -> list[Line]:
    """At most five sentences about yesterday, the volume first. None before its data are loaded."""
    if figures.day.value("messages") is None:
        return []
    return [
        *_volume(figures, view),
        *_intent(figures.intents, view),
        *_peak(figures.hours, view),
        *_bot(figures.day, view),
        *_wait(figures.day, view),
    ]


def _volume(figures: DayFigures, view: View) -> Iterator[Line]:
    moved = figures.day.change("messages")
    text = f"Ayer hubo {integer(moved.current)} mensajes"
    compared = replace(view, is_compared=True)
    if moved.absolute is None:
        yield Line(f"{text}; no hay con qué compararlos.", compared)
        return
    before = f"el {weekday_name(view.start)} anterior"
    if moved.absolute == 0:
        yield Line(f"{text}, los mismos que {before}.", compared)
        return
    size = integer(abs(moved.absolute)) if moved.relative is None else percent(abs(moved.relative))
    text += f", {size} {'más' if moved.absolute > 0 else 'menos'} que {before}"
    entity = _driver(figures.entities, "entity", "messages", up=moved.absolute > 0)
    if entity is None:
        yield Line(f"{text}.", compared)
        return
    name, change = entity
    text += f"; donde más cambió fue en {name} ({signed(integer(change.absolute))})."
    yield Line(text, replace(compared, entities=(name,)))


def _intent(intents: MetricResult, view: View) -> Iterator[Line]:
    found = [
        driver
        for up in (True, False)
        if (driver := _driver(intents, "intent", "intent_conversations", up=up))
    ]
    if not found:
        return
    name, change = max(found, key=lambda driver: abs(driver[1].absolute or 0))
    yield Line(
        f"El motivo que más cambió fue «{name}»: {integer(change.current)} conversaciones "
        f"({signed(integer(change.absolute))}).",
        replace(view, intents=(name,)),
    )


def _peak(hours: MetricResult, view: View) -> Iterator[Line]:
    counted: Mapping[object, float] = {
        hour: value
        for hour, cell in zip(hours.column("hour"), hours.column("messages"), strict=True)
        if (value := as_number(cell))
    }
    if not counted:
        return
    hour = max(counted, key=lambda hour: counted[hour])
    if isinstance(hour, int):
        yield Line(
            f"La hora pico fue la de las {value_label('hour', hour)}, "
            f"con {integer(counted[hour])} mensajes.",
            replace(view, hours=(hour,)),
        )


def _bot(day: MetricResult, view: View) -> Iterator[Line]:
    rate, base = day.value("fallback_rate"), day.value("bot_handled_messages") or 0
    if rate is None or base < SMALLEST_BASE:
        return
    moved = day.change("fallback_rate").absolute
    beside = ""
    if moved:
        points = decimal(abs(moved) * 100)
        beside = f", {points} puntos {'más' if moved > 0 else 'menos'}"
    yield Line(
        f"El bot no entendió {percent(rate)} de los {integer(base)} mensajes que atendió{beside}.",
        replace(view, is_compared=True),
    )


def _wait(day: MetricResult, view: View) -> Iterator[Line]:
    wait, count = day.value("wait_time_p50"), day.value("wait_count") or 0
    if wait is None or count < SMALLEST_BASE:
        return
    before = day.change("wait_time_p50").prior
    beside = "" if before is None else f" (antes {duration(before)})"
    yield Line(
        f"La mitad de quienes pidieron un agente esperó menos de {duration(wait)}{beside}, "
        f"en {integer(count)} sesiones.",
        replace(view, is_compared=True),
    )


def _driver(
    result: MetricResult, group: str, metric: str, *, up: bool
) -> tuple[str, Change] | None:
    """The group that rose or fell most, unless by too little to be named."""
    found = [
        (str(name), result.change(metric, row))
        for row, name in enumerate(result.column(group))
        if name is not None and name != OTHERS
    ]
    known = [(name, change) for name, change in found if change.absolute is not None]
    sign = 1 if up else -1
    best = max(known, key=lambda pair: sign * (pair[1].absolute or 0), default=None)
    if best is None or sign * (best[1].absolute or 0) < SMALLEST_DRIVER:
        return None
    return best
