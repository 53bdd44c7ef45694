"""What the executive page asks: the running month and quarter, and twelve months back."""

from dataclasses import replace
from datetime import date, timedelta

from lib.ui.cards.cached_metrics import Asked
from lib.ui.filters.address import View, preset_view
from lib.ui.filters.periods import CUSTOM

MONTH, QUARTER = "executive_month", "executive_quarter"
TREND_MONTHS = 12
OF_MONTHS = ("executive_trend", "executive_containment")
OF_THE_MONTH = ("executive_entities", "executive_times", "campaign_channels")


def executive_questions(today: date) -> list[Asked]:
    """The questions of the page, each about its own period."""
    month = preset_view("este-mes", today)
    asked = [
        Asked(MONTH, MONTH, month),
        Asked(QUARTER, QUARTER, preset_view("trimestre", today)),
    ]
    asked += [Asked(name, name, last_months(today)) for name in OF_MONTHS]
    return asked + [Asked(name, name, month) for name in OF_THE_MONTH]


def last_months(today: date) -> View:
    """The running month and the eleven before it, month by month."""
    start = today.replace(day=1)
    for _ in range(TREND_MONTHS - 1):
        start = (start - timedelta(days=1)).replace(day=1)
    return replace(
        preset_view("este-mes", today), preset=CUSTOM, start=start, end=today, grain="month"
    )
