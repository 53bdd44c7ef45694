"""Which rows an answer has: gaps, comparison partners, and whether an empty cell means zero."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

from lib.metrics.dimensions import DIMENSIONS, bucket_start, buckets
from lib.metrics.periods import DateRange, Window

Key = tuple[object, ...]
Axis = Mapping[object, int]


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one side of a question and what is known to be loaded of them.

    `last_hour`: the local hour it is now when the side is nothing but today, else None.
    """

    period: DateRange
    loaded: DateRange | None
    last_hour: int | None = None
    _weekdays: frozenset[int] = field(init=False)
    _buckets: Mapping[str, frozenset[date]] = field(init=False)

    def __post_init__(self) -> None:
        days = self.loaded.dates() if self.loaded else []
        object.__setattr__(self, "_weekdays", frozenset(day.isoweekday() for day in days))
        starts = {
            grain: frozenset(bucket_start(grain, day) for day in days)
            for grain in ("day", "week", "month")
        }
        object.__setattr__(self, "_buckets", starts)

    def covers(self, group_by: Sequence[str], key: Key) -> bool:
        """True when data of this group would have been loaded: an empty cell then means zero."""
        if self.loaded is None:
            return False
        for name, value in zip(group_by, key, strict=True):
            if name in self._buckets and value not in self._buckets[name]:
                return False
            if name == "weekday" and value not in self._weekdays:
                return False
            if name == "hour" and self.last_hour is not None and _number(value) > self.last_hour:
                return False
        return True


def span_of(period: DateRange, loaded: DateRange | None, now: datetime, timezone: str) -> Span:
    """The span of a period, given the days the project has loaded and the present instant."""
    local = now.astimezone(ZoneInfo(timezone))
    is_today = period.start == period.end == local.date()
    return Span(period, period.overlap(loaded), local.hour if is_today else None)


def axes_of(group_by: Sequence[str], period: DateRange, window: Window | None) -> tuple[Axis, ...]:
    """Per group the values it always shows, in order; none for names, which only the data know."""
    return tuple(
        {value: place for place, value in enumerate(_values(name, period, window))}
        for name in group_by
    )


def row_keys(group_by: Sequence[str], seen: Iterable[Key], axes: Sequence[Axis]) -> list[Key]:
    """Every group to show: the names seen, crossed with all buckets and all values of lists.

    Groups outside a closed list are dropped.
    """
    found = dict.fromkeys(key for key in seen if _belongs(group_by, key, axes))
    named = [place for place, axis in enumerate(axes) if not axis]
    combinations = dict.fromkeys(tuple(key[place] for place in named) for key in found)
    filled: dict[Key, None] = {}
    for names in combinations if named else [()]:
        fixed = dict(zip(named, names, strict=True))
        filled |= dict.fromkeys(
            product(*[(fixed[at],) if at in fixed else tuple(axis) for at, axis in enumerate(axes)])
        )
    return list(filled | found)


def partner_of(
    key: Key, current: Sequence[Axis], prior: Sequence[tuple[object, ...]]
) -> Key | None:
    """The group of the prior period to set beside this one: the n-th bucket beside the n-th.

    `prior` holds the prior period's buckets for groups by time and nothing for the others.
    """
    partner = list(key)
    for place, then in enumerate(prior):
        if then:
            index = current[place].get(key[place], len(then))
            if index >= len(then):
                return None
            partner[place] = then[index]
    return tuple(partner)


def time_buckets(
    group_by: Sequence[str], period: DateRange, window: Window | None
) -> tuple[tuple[object, ...], ...]:
    """The buckets of each group by time, nothing for the other groups."""
    return tuple(
        _values(name, period, window) if DIMENSIONS[name].kind == "time" else ()
        for name in group_by
    )


def _values(name: str, period: DateRange, window: Window | None) -> tuple[object, ...]:
    dimension = DIMENSIONS[name]
    weekdays = window.weekdays if window else ()
    if name == "day" and weekdays:
        return tuple(day for day in period.dates() if day.isoweekday() in weekdays)
    if dimension.kind == "time":
        return tuple(buckets(name, period))
    if name == "hour" and window is not None:
        return window.kept_hours
    if name == "weekday" and weekdays:
        return tuple(sorted(weekdays))
    return dimension.domain


def _belongs(group_by: Sequence[str], key: Key, axes: Sequence[Axis]) -> bool:
    return all(
        value in axis or not DIMENSIONS[name].closed
        for name, value, axis in zip(group_by, key, axes, strict=True)
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1
