"""Which local days are complete, and which a run reads."""

from datetime import UTC, date, datetime

import pytest

from lib.raw.checkpoints import Checkpoint
from lib.raw.coverage import complete_until, plan_reading, plan_source_days, read_until

BOGOTA = "America/Bogota"
FIRST, TODAY = date(2026, 2, 1), date(2026, 2, 17)
NOON = datetime(2026, 2, 17, 17, tzinfo=UTC)


def point(first, last, completed_at=NOON):
    return Checkpoint(date(2026, *first), date(2026, *last), completed_at)


def read(*checkpoints, first=FIRST):
    return [str(days) for days in plan_reading(checkpoints, first, TODAY, BOGOTA)]


def test_without_checkpoints_everything_is_read():
    assert read() == ["2026-02-01..2026-02-17"]
    assert complete_until([], FIRST, TODAY, BOGOTA) is None


def test_after_a_whole_read_the_last_complete_day_two_before_and_today_are_read_again():
    whole = [point((1, 31), (2, 7)), point((2, 7), (2, 14)), point((2, 14), (2, 19))]

    assert read(*whole) == ["2026-02-14..2026-02-17"]
    assert complete_until(whole, FIRST, TODAY, BOGOTA) == date(2026, 2, 16)


def test_a_stopped_backfill_goes_on_two_days_before_where_it_stopped():
    stopped = [point((1, 31), (2, 7))]

    # the local 6th of February ends at 05:00 UTC of the 7th, which the window may not have reached
    assert complete_until(stopped, FIRST, TODAY, BOGOTA) == date(2026, 2, 5)
    assert read(*stopped) == ["2026-02-03..2026-02-17"]


def test_a_hole_is_filled_and_holds_back_how_far_everything_is_complete():
    holed = [point((1, 31), (2, 4)), point((2, 10), (2, 19))]

    assert complete_until(holed, FIRST, TODAY, BOGOTA) == date(2026, 2, 2)
    assert read(*holed) == ["2026-02-03..2026-02-09", "2026-02-14..2026-02-17"]


def test_an_earlier_first_day_is_filled_in():
    whole = [point((1, 31), (2, 7)), point((2, 7), (2, 14)), point((2, 14), (2, 19))]

    assert read(*whole, first=date(2026, 1, 28)) == [
        "2026-01-28..2026-01-30",
        "2026-02-14..2026-02-17",
    ]


def test_a_day_that_was_read_before_it_was_over_is_not_complete():
    early = [point((1, 31), (2, 19), datetime(2026, 2, 10, 4, 59, tzinfo=UTC))]
    later = [point((1, 31), (2, 19), datetime(2026, 2, 10, 5, 0, tzinfo=UTC))]

    assert complete_until(early, FIRST, TODAY, BOGOTA) == date(2026, 2, 8)
    assert complete_until(later, FIRST, TODAY, BOGOTA) == date(2026, 2, 9)


@pytest.mark.parametrize("checkpoints", [[], [point((2, 18), (2, 19))]])
def test_a_project_that_begins_in_the_future_reads_nothing(checkpoints):
    assert read(*checkpoints, first=date(2026, 2, 18)) == []


def test_windows_read_twice_or_in_any_order_count_once():
    windows = [point((2, 7), (2, 19)), point((1, 31), (2, 7)), point((2, 3), (2, 5))]
    assert complete_until(windows, FIRST, TODAY, BOGOTA) == date(2026, 2, 16)


def test_a_day_that_was_never_read_again_after_it_settled_is_come_back_to():
    # the 9th and 10th were read on the 11th; after that their window failed and a later one did not
    soon_after = datetime(2026, 2, 11, 17, tzinfo=UTC)
    checkpoints = [point((1, 31), (2, 12), soon_after), point((2, 12), (2, 19))]

    assert read(*checkpoints) == ["2026-02-09..2026-02-11", "2026-02-14..2026-02-17"]


def source_days(*checkpoints, first=FIRST):
    return [str(days) for days in plan_source_days(checkpoints, first, TODAY, BOGOTA)]


def test_statistics_are_read_from_the_beginning_and_then_the_last_week_again():
    assert source_days() == ["2026-02-01..2026-02-17"]
    assert source_days(point((2, 1), (2, 18))) == ["2026-02-10..2026-02-17"]
    assert source_days(first=date(2026, 2, 18)) == []


def test_a_hole_in_statistics_is_filled_and_holds_back_how_far_they_are_read():
    holed = [point((2, 1), (2, 3)), point((2, 6), (2, 18))]

    assert source_days(*holed) == ["2026-02-03..2026-02-05", "2026-02-10..2026-02-17"]
    assert read_until(holed, FIRST) == date(2026, 2, 2)
    assert read_until([*holed, point((2, 3), (2, 6))], FIRST) == date(2026, 2, 17)
    assert read_until(holed, date(2026, 1, 31)) is None


def test_statistics_of_a_day_that_was_read_within_its_week_are_read_once_more():
    early = point((2, 1), (2, 9), datetime(2026, 2, 8, 17, tzinfo=UTC))

    # on the 8th only the 1st was a week old
    assert source_days(early, point((2, 9), (2, 18))) == [
        "2026-02-02..2026-02-08",
        "2026-02-10..2026-02-17",
    ]
