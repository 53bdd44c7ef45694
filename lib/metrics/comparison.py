"""Which days a period is compared with."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, get_args

from lib.metrics.errors import UnknownComparisonError
from lib.metrics.periods import DateRange, Unit

Comparison = Literal["previous_period", "previous_weekday", "same_period_last_year"]
COMPARISONS: tuple[str, ...] = get_args(Comparison)
Compare = Comparison | DateRange
ONE_DAY = timedelta(days=1)
WEEK = 7


def compared_days(period: DateRange, compare: Compare, today: date) -> DateRange:
    """The days to compare a period with.

    - previous_period: the previous whole unit of a finished one, the same elapsed part of the
      previous unit of a running one, the day before a day, else as many days just before;
    - previous_weekday: the same weekdays one week earlier, or as many weeks as the period is long;
    - same_period_last_year: the same dates one year earlier;
    - another DateRange: taken as it is.

    Raises UnknownComparisonError.
    """
    if isinstance(compare, DateRange):
        return compare
    if compare == "previous_weekday":
        back = timedelta(days=WEEK * -(-period.days // WEEK))
        return DateRange(period.start - back, period.end - back)
    if compare == "same_period_last_year":
        return DateRange(_months_back(period.start, 12), _months_back(period.end, 12))
    if compare == "previous_period":
        return _previous(period, today)
    raise UnknownComparisonError(str(compare), COMPARISONS)


def unit_of(period: DateRange, today: date) -> Unit:
    """What the days are: as said by the period, else the smallest unit they fill or have begun."""
    if period.unit is not None:
        return period.unit
    if period.days == 1:
        return "day"
    for unit, bounds in BOUNDS.items():
        first, last = bounds(period.start)
        if period.start == first and (period.end == last or period.end == today < last):
            return unit
    return "rolling"


def _previous(period: DateRange, today: date) -> DateRange:
    unit = unit_of(period, today)
    if unit not in BOUNDS:
        back = timedelta(days=period.days)
        return DateRange(period.start - back, period.end - back)
    first, last = BOUNDS[unit](period.start)
    before_first, before_last = BOUNDS[unit](first - ONE_DAY)
    if period.end >= last:
        return DateRange(before_first, before_last)
    # a running unit: as far into the one before, counted in months and then in days
    months = (period.end.year - first.year) * 12 + period.end.month - first.month
    if unit in {"week", "fortnight"}:
        elapsed = before_first + (period.end - first)
    else:
        elapsed = _months_back(before_first.replace(day=1), -months, day=period.end.day)
    return DateRange(before_first, min(elapsed, before_last))


def _months_back(day_of: date, months: int, day: int | None = None) -> date:
    """The same day of the month so many months earlier, cut to the length of that month."""
    index = day_of.year * 12 + day_of.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day or day_of.day, monthrange(year, month)[1]))


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _fortnight(day: date) -> tuple[date, date]:
    if day.day <= 15:
        return day.replace(day=1), day.replace(day=15)
    return day.replace(day=16), _end_of_month(day)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), _end_of_month(day)


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, _end_of_month(first.replace(month=first.month + 2))


def _year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


# a whole unit is recognised smallest first; a month that has begun comes before the fortnight in it
BOUNDS: Mapping[Unit, Callable[[date], tuple[date, date]]] = {
    "week": _week,
    "month": _month,
    "fortnight": _fortnight,
    "quarter": _quarter,
    "year": _year,
}
