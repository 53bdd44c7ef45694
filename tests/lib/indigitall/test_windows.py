"""Local days as windows of UTC days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.indigitall.endpoints import WindowRule
from lib.indigitall.windows import DayRange, day_start, windows_between

WEEK = WindowRule(max_days=7)
BOGOTA = "America/Bogota"


def test_one_local_day_is_asked_for_with_a_utc_day_more_on_each_side():
    (window,) = windows_between(DayRange(date(2026, 2, 10), date(2026, 2, 10)), BOGOTA, WEEK)

    assert str(window) == "2026-02-09..2026-02-12"
    assert window.begins_at == datetime(2026, 2, 10, 5, tzinfo=UTC)
    assert window.ends_at == datetime(2026, 2, 11, 5, tzinfo=UTC)


def test_a_long_range_is_read_oldest_first_in_weeks_that_share_one_day():
    windows = windows_between(DayRange(date(2026, 1, 1), date(2026, 1, 16)), BOGOTA, WEEK)

    assert [str(window) for window in windows] == [
        "2025-12-31..2026-01-07",
        "2026-01-07..2026-01-14",
        "2026-01-14..2026-01-18",
    ]


def test_two_windows_may_share_more_than_a_day():
    rule = WindowRule(max_days=7, overlap_days=2)
    windows = windows_between(DayRange(date(2026, 1, 1), date(2026, 1, 10)), BOGOTA, rule)

    assert [str(window) for window in windows] == [
        "2025-12-31..2026-01-07",
        "2026-01-06..2026-01-12",
    ]


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 60),
    st.sampled_from([BOGOTA, "UTC", "Asia/Tokyo", "America/Santiago", "Pacific/Kiritimati"]),
)
def test_the_windows_answer_for_every_instant_of_the_days_exactly_once(first, length, timezone):
    last = first + timedelta(days=length)
    windows = windows_between(DayRange(first, last), timezone, WEEK)

    assert windows[0].begins_at == day_start(first, timezone)
    assert windows[-1].ends_at == day_start(last + timedelta(days=1), timezone)
    for earlier, later in pairwise(windows):
        assert earlier.ends_at == later.begins_at
    for window in windows:
        assert timedelta(1) <= window.date_to - window.date_from <= timedelta(7)
        assert window.date_from <= window.begins_at.date()
        assert window.ends_at <= datetime.combine(window.date_to, datetime.min.time(), UTC)


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="begins before it ends"):
        DayRange(date(2026, 1, 2), date(2026, 1, 1))
