"""The days and hours a question is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lib.metrics.errors import BadPeriodError, BadWindowError

FIRST_YEAR = 2000
LAST_YEAR = 2100
LONGEST_DAYS = 3653  # ten years

Unit = Literal["day", "week", "fortnight", "month", "quarter", "year", "rolling"]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days from start to end, both included.

    `unit` says what the days were chosen as, where the dates alone leave it open: 1-7 February is
    "this month" or "the last seven days", and the period before differs. Raises BadPeriodError.
    """

    start: date
    end: date
    unit: Unit | None = None

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise BadPeriodError(
                f"expected start <= end, got {self.start} to {self.end}; swap the two days"
            )
        if self.start.year < FIRST_YEAR or self.end.year > LAST_YEAR:
            raise BadPeriodError(
                f"expected days from {FIRST_YEAR} to {LAST_YEAR}, got {self.start} to {self.end}"
            )
        if self.days > LONGEST_DAYS:
            raise BadPeriodError(
                f"expected ten years at most, got {self.start} to {self.end}; shorten the period"
            )

    @property
    def days(self) -> int:
        """How many days, both ends included."""
        return (self.end - self.start).days + 1

    def overlap(self, other: "DateRange | None") -> "DateRange | None":
        """The days in both; None when there are none."""
        if other is None or self.start > other.end or other.start > self.end:
            return None
        return DateRange(max(self.start, other.start), min(self.end, other.end))

    def dates(self) -> list[date]:
        """Every day, in order."""
        return [self.start + timedelta(days=step) for step in range(self.days)]


@dataclass(frozen=True, slots=True)
class Window:
    """Part of every day or week: local hours [hour_from, hour_to), weekdays 1 (Monday) to 7.

    Of these hours `hours` keeps only some; none named, like no weekday named, means all of them.
    Raises BadWindowError.
    """

    hour_from: int = 0
    hour_to: int = 24
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.hour_from < self.hour_to <= 24:
            raise BadWindowError(
                f"expected 0 <= hour_from < hour_to <= 24, got {self.hour_from} to {self.hour_to}"
            )
        if not set(self.weekdays) <= set(range(1, 8)):
            raise BadWindowError(f"expected weekdays from 1 to 7, got {self.weekdays}")
        if not set(self.hours) <= set(range(24)):
            raise BadWindowError(f"expected hours from 0 to 23, got {self.hours}")

    @property
    def cuts_hours(self) -> bool:
        """True when some hour of the day is left out."""
        return len(self.kept_hours) < 24

    @property
    def kept_hours(self) -> tuple[int, ...]:
        """The local hours of the day that count, in order."""
        within = range(self.hour_from, self.hour_to)
        return tuple(hour for hour in within if not self.hours or hour in self.hours)
