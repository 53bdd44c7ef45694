from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lib.ui.words import formats

TUESDAY = date(2026, 2, 17)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [(37214, "37.214"), (0, "0"), (999, "999"), (1000000, "1.000.000"), (-1500, "−1.500")],
)
def test_whole_numbers_have_points_between_thousands(value, text):
    assert formats.integer(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234.5, 1, "1.234,5"),
        (0.05, 1, "0,1"),
        (2.25, 1, "2,3"),
        (Decimal("1234567.891"), 2, "1.234.567,89"),
        (-0.04, 1, "0,0"),
    ],
)
def test_decimals_have_a_comma_and_halves_go_up(value, places, text):
    assert formats.decimal(value, places) == text


def test_a_share_becomes_a_percentage_with_one_decimal():
    assert plain(formats.percent(0.127)) == "12,7 %"
    assert plain(formats.percent(1)) == "100,0 %"


@pytest.mark.parametrize(
    "format_one", [formats.integer, formats.decimal, formats.percent, formats.duration, formats.day]
)
def test_what_is_missing_is_said_and_never_zero(format_one):
    assert format_one(None) == "sin dato"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (45.4, "45 s"),
        (59.5, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3780, "1 h 03 min"),
        (-65, "−1 min 05 s"),
    ],
)
def test_seconds_are_read_as_people_say_them(seconds, text):
    assert plain(formats.duration(seconds)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (37214, "mensajes", "37.214"),
        (12.5, "mensajes", "12,5"),
        (0.127, "porcentaje", "12,7 %"),
        (90, "segundos", "1 min 30 s"),
        (15200, "COP", "$ 15.200"),
        (None, "mensajes", "sin dato"),
        ("otros", "mensajes", "otros"),
    ],
)
def test_a_figure_is_written_as_its_unit_asks(value, unit, text):
    assert plain(formats.measure(value, unit)) == text


def test_a_sign_is_always_written_on_changes():
    assert formats.signed("3,1") == "+3,1"
    assert formats.signed("−3,1") == "−3,1"


def test_days_are_written_day_first_and_in_spanish():
    assert formats.day(TUESDAY) == "17/02/2026"
    assert formats.day_short(TUESDAY) == "17 feb"
    assert formats.day_with_weekday(TUESDAY) == "mar 17 feb"
    assert formats.day_long(TUESDAY) == "martes 17 de febrero de 2026"
    assert formats.month(TUESDAY) == "feb 2026"


def test_a_week_names_its_monday_and_sunday():
    assert formats.week(date(2026, 2, 9)) == "9 al 15 feb"
    assert formats.week(date(2026, 1, 26)) == "26 ene al 1 feb"


def test_a_range_of_one_day_is_that_day():
    assert formats.date_range(TUESDAY, TUESDAY) == "17/02/2026"
    assert formats.date_range(date(2026, 2, 1), TUESDAY) == "01/02/2026 – 17/02/2026"


def test_instants_are_shown_in_the_projects_time_zone():
    late = datetime(2026, 2, 18, 3, 30, tzinfo=UTC)
    assert formats.instant(late, "America/Bogota") == "17/02/2026 22:30"
    assert formats.instant(late, "Europe/Madrid") == "18/02/2026 04:30"
    assert formats.instant(None, "America/Bogota") == "sin dato"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "hace un momento"),
        (5, "hace 5 min"),
        (200, "hace 3 h"),
        (47 * 60, "hace 47 h"),
        (72 * 60, "hace 3 días"),
        (-3, "hace un momento"),
    ],
)
def test_the_age_of_data_is_said_in_the_largest_fitting_unit(minutes, text):
    now = datetime(2026, 2, 17, 15, tzinfo=UTC)
    assert formats.ago(now - timedelta(minutes=minutes), now) == text
