"""Query parameters as Indigitall takes them; what is missing or malformed is a 400."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from infra.sandbox.envelope import ApiError

WINDOW_DAYS = 7
DAY_SECONDS = 86_400
Item = TypeVar("Item")
PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: at most `limit` records after skipping `limit * number`."""

    limit: int
    number: int

    def of(self, items: list[Item]) -> list[Item]:
        """The records of this page, none after the end."""
        return items[self.limit * self.number : self.limit * (self.number + 1)]


def required(query: Mapping[str, str], name: str) -> str:
    """A parameter that must be there. Raises ApiError 400."""
    value = query.get(name, "").strip()
    if not value:
        raise ApiError(400, f"a required query property is missing: {name}")
    return value


def whole_number(query: Mapping[str, str], name: str, default: int | None = None) -> int:
    """A whole number from 0; the default when the parameter may be left out."""
    if default is not None and not query.get(name, "").strip():
        return default
    text = required(query, name)
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, f"{name} must be a whole number")
    return int(text)


def page(query: Mapping[str, str], largest: int) -> Page:
    """`limit` (required, 1 to `largest`) and `page` from 0; `offset` is silently ignored."""
    limit = whole_number(query, "limit")
    if not 1 <= limit <= largest:
        raise ApiError(400, f"limit must be between 1 and {largest}")
    return Page(limit, whole_number(query, "page", default=0))


def seven_days(query: Mapping[str, str]) -> tuple[int, int]:
    """The window [start, end) in UTC seconds; dateTo is included. ApiError 400 or 403."""
    first, last = window(query, WINDOW_DAYS)
    return _utc_second(first), _utc_second(last) + DAY_SECONDS


def window(query: Mapping[str, str], most_days: int) -> tuple[date, date]:
    """dateFrom and dateTo, at most so many days apart. ApiError 400 or 403."""
    first, last = _day(query, "dateFrom"), _day(query, "dateTo")
    if last < first:
        raise ApiError(400, "one or both dates are invalid")
    if (last - first).days > most_days:
        raise ApiError(403, f"operation forbidden, more than {most_days} days")
    return first, last


def _day(query: Mapping[str, str], name: str) -> date:
    text = query.get(name, "")
    try:
        if not PLAIN_DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise ApiError(400, "one or both dates are invalid") from None


def _utc_second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
