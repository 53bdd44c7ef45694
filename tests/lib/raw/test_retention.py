"""How far back is kept, counted in whole months."""

from datetime import date

import pytest

from lib.raw.retention import first_kept_day


@pytest.mark.parametrize(
    ("today", "months", "kept_from"),
    [
        (date(2026, 2, 17), 1, date(2026, 1, 1)),
        (date(2026, 2, 1), 1, date(2026, 1, 1)),
        (date(2026, 1, 31), 1, date(2025, 12, 1)),
        (date(2026, 2, 17), 24, date(2024, 2, 1)),
        (date(2026, 12, 31), 24, date(2024, 12, 1)),
        (date(2026, 2, 17), None, None),
    ],
)
def test_so_many_whole_months_are_kept_before_the_current_one(today, months, kept_from):
    assert first_kept_day(today, months) == kept_from
