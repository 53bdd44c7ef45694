"""What the campaigns page can be narrowed by: its own channels and steps of days."""

from dataclasses import replace
from datetime import date

from lib.metrics.options import Options
from lib.ui.filters.address import View
from lib.ui.filters.filter_bar import current_view

FILTERS = ("channels",)
# the statistics of campaigns are of whole days
STEPS = ("day", "week", "month", "weekday")


def campaign_options(options: Options) -> Options:
    """The names that exist for campaigns: the channels they go out on, and nothing of messages."""
    return replace(options, channels=options.campaign_channels, entities=(), agents=(), intents=())


def campaign_view(options: Options, today: date) -> tuple[View, tuple[str, ...]]:
    """What the address asks of campaigns; filters of conversations are dropped with a notice."""
    view, dropped = current_view(options, today)
    kept = View(
        preset=view.preset,
        start=view.start,
        end=view.end,
        channels=view.channels,
        is_compared=view.is_compared,
        grain=view.grain if view.grain in STEPS else STEPS[0],
    )
    if replace(view, grain=kept.grain) != kept:
        dropped = (*dropped, "Los filtros de conversaciones no separan campañas: se quitaron.")
    return kept, dropped
