"""One clock, in UTC, that tests can fix."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lib.clock import ClockError, local_date, now, today


def test_the_fixed_clock_is_given_in_utc(monkeypatch):
    monkeypatch.setenv("INDIGITALL_NOW", "2026-02-17T10:00:00-05:00")
    assert now() == datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
    assert now().tzinfo is UTC


def test_without_a_fixed_clock_time_goes_on(monkeypatch):
    monkeypatch.delenv("INDIGITALL_NOW", raising=False)
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert now().tzinfo is UTC


@pytest.mark.parametrize("value", ["2026-02-17T10:00:00", "2026-02-17", "mañana"])
def test_a_clock_without_offset_or_meaning_is_refused(monkeypatch, value):
    monkeypatch.setenv("INDIGITALL_NOW", value)
    with pytest.raises(ClockError, match="INDIGITALL_NOW: se esperaba fecha y hora ISO"):
        now()


def test_an_evening_in_bogota_still_belongs_to_the_day_before_utc(monkeypatch):
    monkeypatch.setenv("INDIGITALL_NOW", "2026-02-18T03:30:00+00:00")
    assert today() == date(2026, 2, 17)
    assert today("UTC") == date(2026, 2, 18)


def test_the_day_turns_at_local_midnight():
    last_second = datetime(2026, 2, 18, 4, 59, 59, tzinfo=UTC)
    assert local_date(last_second) == date(2026, 2, 17)
    assert local_date(last_second + timedelta(seconds=1)) == date(2026, 2, 18)


def test_an_instant_without_offset_has_no_local_day():
    with pytest.raises(ValueError, match="an aware instant was expected"):
        local_date(datetime(2026, 2, 17, 10, 0))
