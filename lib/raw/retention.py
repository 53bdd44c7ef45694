"""How far back a project's days are kept."""

from datetime import date

__all__ = ["first_kept_day"]


def first_kept_day(today: date, months: int | None) -> date | None:
    """The first local day to keep: `months` whole months before the current one; None: all.

    It moves on the first of a month only, so no month is ever kept in part.
    """
    if months is None:
        return None
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
