"""Ranges of local days as windows of UTC days that the API accepts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.indigitall.endpoints import WindowRule

__all__ = ["DayRange", "Window", "day_start", "local_days", "source_windows", "windows_between"]

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRange:
    """Local days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a range that begins before it ends was expected, got {self}")

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Window:
    """One request's UTC days, as sent, and the instants [begins_at, ends_at) it answers for.

    What the API sends beyond those instants is loaded too, but only within them does a row that is
    not sent count as vanished.
    """

    date_from: date
    date_to: date
    begins_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        return f"{self.date_from}..{self.date_to}"


def windows_between(days: DayRange, timezone: str, rule: WindowRule) -> list[Window]:
    """The windows to ask for so that these local days come whole, oldest first.

    One UTC day more than needed is asked for on each side. A window answers for its days up to,
    not including, its last one: whether the API counts that day in is not known, and the next
    window begins with it.
    """
    begins_at, ends_at = day_start(days.first, timezone), day_start(days.last + ONE_DAY, timezone)
    first = begins_at.date() - ONE_DAY
    last = (ends_at - timedelta(microseconds=1)).date() + ONE_DAY
    return [
        Window(
            start,
            end,
            begins_at=max(begins_at, _utc(start)),
            ends_at=min(ends_at, _utc(end)),
        )
        for start, end in _steps(first, last, rule)
    ]


def source_windows(days: DayRange, rule: WindowRule) -> list[Window]:
    """The windows to ask for so that these days of the source itself come whole, oldest first.

    Statistics have days and no instants, so no time zone matters. One day more is asked for at the
    end: a window answers for its days up to, not including, its last one.
    """
    return [
        Window(start, end, begins_at=_utc(start), ends_at=_utc(end))
        for start, end in _steps(days.first, days.last + ONE_DAY, rule)
    ]


def day_start(day: date, timezone: str) -> datetime:
    """The instant, in UTC, at which a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def local_days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _steps(first: date, last: date, rule: WindowRule) -> Iterator[tuple[date, date]]:
    start = first
    while True:
        end = min(start + timedelta(days=rule.max_days), last)
        yield start, end
        if end == last:
            return
        start = end - timedelta(days=rule.overlap_days - 1)


def _utc(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
