from datetime import date

import pytest

from lib.ui.filters import periods

TUESDAY = date(2026, 2, 17)


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        ("hoy", date(2026, 2, 17), TUESDAY),
        ("ayer", date(2026, 2, 16), date(2026, 2, 16)),
        ("esta-semana", date(2026, 2, 16), TUESDAY),
        ("semana-pasada", date(2026, 2, 9), date(2026, 2, 15)),
        ("este-mes", date(2026, 2, 1), TUESDAY),
        ("mes-pasado", date(2026, 1, 1), date(2026, 1, 31)),
        ("trimestre", date(2026, 1, 1), TUESDAY),
        ("trimestre-pasado", date(2025, 10, 1), date(2025, 12, 31)),
        ("ultimos-7", date(2026, 2, 11), TUESDAY),
        ("ultimos-30", date(2026, 1, 19), TUESDAY),
        ("ultimos-90", date(2025, 11, 20), TUESDAY),
    ],
)
def test_a_preset_means_these_days_today_included(preset, start, end):
    assert periods.days_of(preset, TUESDAY) == (start, end)


def test_every_preset_has_a_spanish_name():
    assert len(periods.PRESETS) == 11
    assert periods.period_label("ultimos-30") == "Últimos 30 días"
    assert periods.period_label(periods.CUSTOM) == "Personalizado"


def test_last_month_in_march_of_a_leap_year_ends_on_the_29th():
    assert periods.days_of("mes-pasado", date(2028, 3, 31)) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    ("end", "grain"),
    [
        (date(2026, 1, 1), "hour"),
        (date(2026, 1, 2), "day"),
        (date(2026, 2, 14), "day"),
        (date(2026, 2, 15), "week"),
        (date(2026, 8, 1), "month"),
    ],
)
def test_the_step_grows_with_the_period(end, grain):
    assert periods.natural_grain(date(2026, 1, 1), end) == grain
