"""The holiday seed is what its script makes, and says what a Colombian calendar says."""

import csv
from datetime import date
from importlib.metadata import version
from pathlib import Path

from infra.holidays_seed import SEED, holidays_csv, main

ROWS = list(csv.DictReader(SEED.read_text(encoding="utf-8").splitlines()))
NAMES = {date.fromisoformat(row["holiday_date"]): row["name_es"] for row in ROWS}


def test_the_seed_is_what_the_script_makes_today():
    assert SEED.read_text(encoding="utf-8") == holidays_csv(), "run python -m infra.holidays_seed"


def test_the_script_replaces_whatever_stood_in_the_file(tmp_path: Path):
    seed = tmp_path / "holidays.csv"
    seed.write_text("old\n", encoding="utf-8")
    assert main(seed) == 0
    assert seed.read_text(encoding="utf-8") == holidays_csv()


def test_each_row_names_the_country_and_the_version_that_is_installed():
    assert {row["country"] for row in ROWS} == {"CO"}
    assert {row["package_version"] for row in ROWS} == {version("holidays")}


def test_fixed_moved_and_joined_holidays_stand_on_the_day_people_have_off():
    assert NAMES[date(2026, 12, 25)] == "Navidad"
    assert NAMES[date(2026, 4, 3)] == "Viernes Santo"
    # 6 January 2026 is a Tuesday: its holiday is the Monday after
    assert NAMES[date(2026, 1, 12)] == "Día de los Reyes Magos"
    assert date(2026, 1, 6) not in NAMES
    assert NAMES[date(2025, 6, 30)] == "Sagrado Corazón; San Pedro y San Pablo"


def test_every_year_from_2023_to_2030_is_there_each_day_once():
    assert {day.year for day in NAMES} == set(range(2023, 2031))
    assert len(NAMES) == len(ROWS)
    assert min(sum(day.year == year for day in NAMES) for year in range(2023, 2031)) >= 17
