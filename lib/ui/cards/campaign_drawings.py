"""The charts of campaigns."""

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.theme import (
    BLUE,
    BLUE_DARK,
    BLUE_LIGHT,
    GREEN,
)
from lib.metrics.results import MetricResult
from lib.ui.cards.drawing_parts import metric_over_time, ranking
from lib.ui.cards.marks import Drawing
from lib.ui.filters.address import View
from lib.ui.words.formats import integer, percent
from lib.ui.words.labels import NO_VALUE

FUNNEL_COLORS = (BLUE_DARK, BLUE, BLUE_LIGHT, GREEN)
# the steps of a campaign and the rate that leads to each
FUNNEL = {"sent": "", "delivered": "delivery_rate", "reads": "read_rate", "clicks": "ctr"}


def sends_over_time(result: MetricResult, view: View) -> Drawing:
    """Messages of campaigns per step of the view, beside the period compared with."""
    return metric_over_time(result, view, "sent")


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
    return ranking(result, "channel", "sent", "mensajes", BLUE)


def campaigns(result: MetricResult, _view: View) -> Drawing:
    """Messages sent by campaign, the largest first."""
    return ranking(result, "campaign", "sent", "mensajes", BLUE)
