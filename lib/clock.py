"""The only source of "now" and "today". INDIGITALL_NOW fixes the clock, so numbers repeat."""

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BOGOTA = "America/Bogota"
VARIABLE = "INDIGITALL_NOW"


class ClockError(Exception):
    """INDIGITALL_NOW is set to something that is not an instant with an offset."""


def now() -> datetime:
    """The present instant, aware, in UTC; the one of INDIGITALL_NOW while that variable is set."""
    fixed = os.environ.get(VARIABLE, "").strip()
    if not fixed:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = datetime.min
    if instant.tzinfo is None:
        raise ClockError(
            f"{VARIABLE}: se esperaba fecha y hora ISO con desfase, por ejemplo "
            f"2026-02-17T10:00:00-05:00, y llegó {fixed!r}"
        )
    return instant.astimezone(UTC)


def today(timezone: str = BOGOTA) -> date:
    """The calendar day it is now in a time zone."""
    return local_date(now(), timezone)


def local_date(instant: datetime, timezone: str = BOGOTA) -> date:
    """The calendar day of an instant in a time zone; ValueError for an instant without offset."""
    if instant.tzinfo is None:
        raise ValueError(f"an aware instant was expected, got {instant.isoformat()} without offset")
    return instant.astimezone(ZoneInfo(timezone)).date()
