"""When people write: how busy a local day is and at which local second a visit begins."""

from datetime import date, datetime, timedelta
from math import pi, sin
from random import Random
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo("America/Bogota")
SATURDAY, SUNDAY = 5, 6
WEEKDAY_FACTOR = (1.08, 1.02, 0.98, 1.0, 0.94, 0.5, 0.03)
HOLIDAYS = {(1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25)}
PAY_DAYS = {1, 15, 16, 30}
HOURS = tuple(range(24))
WEEKDAY_HOURS = (
    .05, .02, 0, 0, 0, .05, .3, 1.6, 9, 12, 13, 11, 5, 6, 11, 12, 10, 6.5, 2, 2.2, 1.9, 1.4, 1, .7
)  # fmt: skip
SATURDAY_HOURS = (
    .05, 0, 0, 0, 0, 0, .2, 1.5, 10, 13, 14, 12, 6, 2, 1, 1, .8, .8, .6, .6, .6, .5, .3, .2
)  # fmt: skip
OPENING_SECOND = 8 * 3600
EVENING_SECOND = 19 * 3600


def midnight(day: date) -> int:
    """The instant a local day begins, in whole UTC seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=TIMEZONE).timestamp())


def local_day(instant: datetime) -> date:
    """The Bogota day of an instant."""
    return instant.astimezone(TIMEZONE).date()


def is_holiday(day: date) -> bool:
    """Whether a day is one of the fixed holidays the sandbox keeps."""
    return (day.month, day.day) in HOLIDAYS


def busyness(day: date) -> float:
    """Traffic of a day relative to an ordinary weekday (about 1)."""
    factor = WEEKDAY_FACTOR[day.weekday()]
    if is_holiday(day):
        return min(factor, 0.06)
    season = 1 + 0.14 * sin(2 * pi * day.toordinal() / 182)
    return factor * season * (1.2 if day.day in PAY_DAYS else 1.0)


def visit_second(day: date, rng: Random) -> int:
    """The second of the local day at which somebody begins to write."""
    weights = SATURDAY_HOURS if day.weekday() >= SATURDAY else WEEKDAY_HOURS
    return rng.choices(HOURS, weights)[0] * 3600 + rng.randrange(3600)


def next_opening(instant: int) -> int:
    """When the desk opens after an evening: 8:00 of the next day that is no Sunday or holiday."""
    day = datetime.fromtimestamp(instant, TIMEZONE).date() + timedelta(days=1)
    while day.weekday() == SUNDAY or is_holiday(day):
        day += timedelta(days=1)
    return midnight(day) + OPENING_SECOND


def second_of_day(instant: int) -> int:
    """Seconds since local midnight."""
    local = datetime.fromtimestamp(instant, TIMEZONE)
    return local.hour * 3600 + local.minute * 60 + local.second
