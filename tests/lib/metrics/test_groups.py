"""Which rows an answer has, without a database."""

from datetime import UTC, date, datetime

import pytest

from lib.metrics.dimensions import bucket_start, buckets, checked_group_by
from lib.metrics.errors import UnknownDimensionError
from lib.metrics.groups import axes_of, partner_of, row_keys, span_of, time_buckets
from lib.metrics.periods import DateRange, Window

MONDAY, TUESDAY = date(2026, 2, 16), date(2026, 2, 17)
TWO_DAYS = DateRange(MONDAY, TUESDAY)
MORNING = datetime(2026, 2, 17, 15, tzinfo=UTC)


def keys(group_by: tuple[str, ...], seen: list[tuple], window: Window | None = None) -> list[tuple]:
    return row_keys(group_by, seen, axes_of(group_by, TWO_DAYS, window))


def test_without_groups_there_is_one_row():
    assert keys((), []) == [()]


def test_days_are_there_whether_seen_or_not():
    assert keys(("day",), [(TUESDAY,)]) == [(MONDAY,), (TUESDAY,)]


def test_names_are_only_there_when_seen_and_then_on_every_day():
    assert keys(("entity",), []) == []
    assert keys(("day", "entity"), [(TUESDAY, "Norte")]) == [
        (MONDAY, "Norte"),
        (TUESDAY, "Norte"),
    ]


def test_a_value_outside_a_closed_list_makes_no_row():
    assert keys(("direction",), [("campaign",), ("bot",)]) == [("inbound",), ("bot",), ("agent",)]


def test_a_value_outside_an_open_list_keeps_its_row():
    assert keys(("wait_bucket",), [(None,)])[-1] == (None,)


def test_a_window_leaves_out_its_hours_and_weekdays():
    assert keys(("hour",), [], Window(8, 10)) == [(8,), (9,)]
    assert keys(("weekday",), [], Window(weekdays=(5, 2))) == [(2,), (5,)]
    assert keys(("day",), [], Window(weekdays=(2,))) == [(TUESDAY,)]


@pytest.mark.parametrize(
    ("grain", "first"),
    [("day", date(2026, 2, 1)), ("week", date(2026, 1, 26)), ("month", date(2026, 2, 1))],
)
def test_a_bucket_is_named_by_its_first_day(grain, first):
    # 1 February 2026 is a Sunday: its week began in January
    assert bucket_start(grain, date(2026, 2, 1)) == first
    assert buckets(grain, DateRange(date(2026, 2, 1), date(2026, 2, 1))) == [first]


def test_partners_are_counted_from_the_beginning_of_both_periods():
    before = DateRange(date(2026, 1, 1), date(2026, 1, 1))
    current = axes_of(("day", "entity"), TWO_DAYS, None)
    then = time_buckets(("day", "entity"), before, None)
    assert partner_of((MONDAY, "Norte"), current, then) == (date(2026, 1, 1), "Norte")
    assert partner_of((TUESDAY, "Norte"), current, then) is None


def test_an_empty_cell_is_zero_only_where_data_are_loaded():
    span = span_of(TWO_DAYS, DateRange(TUESDAY, TUESDAY), MORNING, "America/Bogota")
    assert not span.covers(("day",), (MONDAY,))
    assert span.covers(("day",), (TUESDAY,))
    assert span.covers(("weekday", "hour"), (2, 23))
    assert not span.covers(("weekday",), (1,))
    assert not span_of(TWO_DAYS, None, MORNING, "America/Bogota").covers((), ())


def test_now_is_the_project_s_local_hour():
    today = DateRange(TUESDAY, TUESDAY)
    span = span_of(today, today, MORNING, "America/Bogota")
    assert (span.covers(("hour",), (10,)), span.covers(("hour",), (11,))) == (True, False)
    later = span_of(today, today, MORNING, "Europe/Madrid")
    assert later.covers(("hour",), (16,))


def test_group_names_are_checked_and_asked_once():
    assert checked_group_by(None) == ()
    assert checked_group_by("day") == ("day",)
    assert checked_group_by(["day", "entity", "day"]) == ("day", "entity")
    with pytest.raises(UnknownDimensionError) as caught:
        checked_group_by("weekdays")
    assert caught.value.options[0] == "weekday"
