"""Which local days are loaded for good, and which a run has to read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from lib.clock import local_date
from lib.indigitall.windows import DayRange, day_start, local_days
from lib.raw.checkpoints import Checkpoint

__all__ = [
    "RE_READ_DAYS",
    "STATISTICS_RE_READ_DAYS",
    "complete_until",
    "plan_reading",
    "plan_source_days",
    "read_until",
]

ONE_DAY = timedelta(days=1)
# Delivery states and session times change after the day is over: its last two days are read again,
# unless a project has it otherwise.
RE_READ_DAYS = 2
# Statistics of a day grow for some days after it, as people open and click.
STATISTICS_RE_READ_DAYS = 7


def plan_reading(
    checkpoints: Iterable[Checkpoint],
    first: date,
    today: date,
    timezone: str,
    re_read_days: int = RE_READ_DAYS,
) -> tuple[DayRange, ...]:
    """Ranges of local days to read, oldest first, of those from `first` to `today`.

    Days that no completed window covers, wherever they lie; days that were last read before
    `re_read_days` had passed since; and the latest complete day with as many before it. So a
    stopped backfill goes on where it stopped, a window that failed in the middle is come back to,
    an earlier `first` is filled in, and the current day is always read.
    """
    if first > today:
        return ()
    points = list(checkpoints)
    late = timedelta(days=re_read_days)
    settled = _complete_days(
        (replace(point, completed_at=point.completed_at - late) for point in points),
        first,
        today,
        timezone,
    )
    complete = _complete_days(points, first, today, timezone)
    again_from = max(complete, default=first) - late
    return _ranges(
        day for day in local_days(first, today) if day not in settled or day >= again_from
    )


def plan_source_days(
    checkpoints: Iterable[Checkpoint],
    first: date,
    today: date,
    timezone: str,
    re_read_days: int = STATISTICS_RE_READ_DAYS,
) -> tuple[DayRange, ...]:
    """Ranges of the source's own days to read, oldest first, of those from `first` to `today`.

    Those that no completed window covers, or none that was read `re_read_days` after the day; and
    the last so many days with today.
    """
    settled: set[date] = set()
    late = timedelta(days=re_read_days)
    for point in checkpoints:
        last = min(point.date_to - ONE_DAY, local_date(point.completed_at, timezone) - late)
        if point.date_from <= last:
            settled.update(local_days(point.date_from, last))
    again_from = today - late
    days = local_days(first, today) if first <= today else ()
    return _ranges(day for day in days if day not in settled or day >= again_from)


def read_until(checkpoints: Iterable[Checkpoint], first: date) -> date | None:
    """The last of the source's days up to which every day from `first` on was read; None: none."""
    read = {
        day
        for point in checkpoints
        if point.date_from < point.date_to
        for day in local_days(point.date_from, point.date_to - ONE_DAY)
    }
    day = first
    while day in read:
        day += ONE_DAY
    return day - ONE_DAY if day > first else None


def complete_until(
    checkpoints: Iterable[Checkpoint], first: date, today: date, timezone: str
) -> date | None:
    """The last day up to which every day from `first` on is complete; None when not even that."""
    complete = _complete_days(checkpoints, first, today, timezone)
    day = first
    while day in complete:
        day += ONE_DAY
    return day - ONE_DAY if day > first else None


def _complete_days(
    checkpoints: Iterable[Checkpoint], first: date, today: date, timezone: str
) -> set[date]:
    """Local days that lie wholly within what was read after they were over."""
    stretches = _merged(
        (point.begins_at, point.ends_at) for point in checkpoints if point.begins_at < point.ends_at
    )
    complete: set[date] = set()
    place = 0
    for day in local_days(first, today) if first <= today else ():
        begins_at, ends_at = day_start(day, timezone), day_start(day + ONE_DAY, timezone)
        while place < len(stretches) and stretches[place][1] < ends_at:
            place += 1
        if place < len(stretches) and stretches[place][0] <= begins_at:
            complete.add(day)
    return complete


def _merged(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Stretches of time in order, those that touch joined to one."""
    merged: list[tuple[datetime, datetime]] = []
    for begins_at, ends_at in sorted(stretches):
        if merged and begins_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends_at))
        else:
            merged.append((begins_at, ends_at))
    return merged


def _ranges(days: Iterable[date]) -> tuple[DayRange, ...]:
    ranges: list[DayRange] = []
    for day in days:
        if ranges and ranges[-1].last + ONE_DAY == day:
            ranges[-1] = DayRange(ranges[-1].first, day)
        else:
            ranges.append(DayRange(day, day))
    return tuple(ranges)
