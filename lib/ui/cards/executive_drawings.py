"""The charts of the executive page."""

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.theme import (
    BLUE,
    BLUE_DARK,
    BLUE_LIGHT,
    GREEN,
)
from lib.metrics.results import MetricResult
from lib.ui.cards.drawing_parts import hovers, numbers, ranking, step_label, step_name
from lib.ui.cards.marks import Drawing
from lib.ui.cards.tables import TIMES
from lib.ui.filters.address import View
from lib.ui.words.formats import duration, integer, percent


def trend(result: MetricResult, view: View) -> Drawing:
    """Conversations and contacts side by side, month by month."""
    steps = result.column(view.grain)
    labels = [step_label(step, view.grain) for step in steps]
    series = []
    for metric, name, color in (
        ("conversations", "conversaciones", BLUE),
        ("unique_contacts", "contactos", GREEN),
    ):
        values = numbers(result, metric)
        hover = hovers([step_name(step, view.grain) for step in steps], values, name)
        series.append(Series(name.capitalize(), values, hover, color))
    return Drawing(figures.line(labels, series, is_partial=result.resolved.partial))


def containment(result: MetricResult, view: View) -> Drawing:
    """Both containments, month by month: what did not reach a person, and what was solved."""
    steps = result.column(view.grain)
    labels = [step_label(step, view.grain) for step in steps]
    series = []
    for metric, name, color in (
        ("containment_rate", "Simple", BLUE_LIGHT),
        ("effective_containment_rate", "Efectiva", BLUE_DARK),
    ):
        values = numbers(result, metric)
        hover = tuple(
            f"{step_name(step, view.grain)}<br><b>{percent(value)}</b>"
            for step, value in zip(steps, values, strict=True)
        )
        series.append(Series(name, values, hover, color))
    figure = figures.line(labels, series, is_partial=result.resolved.partial)
    figure.layout.yaxis.tickformat = ".0%"
    return Drawing(figure)


def entities(result: MetricResult, _view: View) -> Drawing:
    """Conversations by entity, the largest first."""
    return ranking(result, "entity", "conversations", "conversaciones", BLUE)


def times(result: MetricResult, _view: View) -> Drawing:
    """The medians of the contact centre, with their p90 and how many sessions they are of."""
    medians = tuple(result.value(f"{name}_time_p50") for name in TIMES)
    texts = [
        f"{duration(median)} · p90 {duration(result.value(f'{name}_time_p90'))} · "
        f"n {integer(result.value(f'{name}_count'))}"
        for name, median in zip(TIMES, medians, strict=True)
    ]
    labels = list(TIMES.values())
    hover = tuple(f"{label}<br><b>{text}</b>" for label, text in zip(labels, texts, strict=True))
    return Drawing(figures.bars(labels, Series("Tiempo", medians, hover), texts=texts))
