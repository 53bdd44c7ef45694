"""The periods a reader can choose, as slugs of the address, and the days they mean."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from lib.metrics.comparison import BOUNDS

CUSTOM = "personalizado"
DEFAULT = "ultimos-30"
LONGEST_DAYS = 731
FIRST_DAY = date(2000, 1, 1)
Span = tuple[date, date]


def _last_days(count: int) -> Callable[[date], Span]:
    return lambda today: (today - timedelta(days=count - 1), today)


def _yesterday(today: date) -> Span:
    return today - timedelta(days=1), today - timedelta(days=1)


def _this_week(today: date) -> Span:
    return today - timedelta(days=today.weekday()), today


def _last_week(today: date) -> Span:
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def _last_month(today: date) -> Span:
    return BOUNDS["month"](today.replace(day=1) - timedelta(days=1))


def _this_quarter(today: date) -> Span:
    return BOUNDS["quarter"](today)[0], today


def _last_quarter(today: date) -> Span:
    return BOUNDS["quarter"](BOUNDS["quarter"](today)[0] - timedelta(days=1))


PRESETS: Mapping[str, tuple[str, Callable[[date], Span]]] = {
    "hoy": ("Hoy", lambda today: (today, today)),
    "ayer": ("Ayer", _yesterday),
    "esta-semana": ("Esta semana", _this_week),
    "semana-pasada": ("Semana pasada", _last_week),
    "este-mes": ("Este mes", lambda today: (today.replace(day=1), today)),
    "mes-pasado": ("Mes pasado", _last_month),
    "trimestre": ("Este trimestre", _this_quarter),
    "trimestre-pasado": ("Trimestre pasado", _last_quarter),
    "ultimos-7": ("Últimos 7 días", _last_days(7)),
    "ultimos-30": ("Últimos 30 días", _last_days(30)),
    "ultimos-90": ("Últimos 90 días", _last_days(90)),
}


def days_of(preset: str, today: date) -> Span:
    """First and last day (both included) of a preset. KeyError for an unknown slug."""
    return PRESETS[preset][1](today)


def period_label(preset: str) -> str:
    """The name of a preset in the menu."""
    return "Personalizado" if preset == CUSTOM else PRESETS[preset][0]


def natural_grain(start: date, end: date) -> str:
    """The step that gives a readable number of points: hour, day, week or month."""
    days = (end - start).days + 1
    if days == 1:
        return "hour"
    if days <= 45:
        return "day"
    return "week" if days <= 200 else "month"
