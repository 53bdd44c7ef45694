"""Times as the API writes them."""

from datetime import UTC, datetime

__all__ = ["parse_instant"]

SHORTEST = len("2026-01-15T14:03:22")
YEARS = range(2000, 2100)


def parse_instant(value: str) -> datetime | None:
    """`2026-01-15T14:03:22+00:00` or `...22.876Z` as an aware instant; None for what is none.

    A text without offset is UTC, as everything the API says. Years outside 2000 to 2099 are none:
    they come from faults, and would stretch every calendar.
    """
    if len(value) < SHORTEST:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    if instant.year not in YEARS:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
