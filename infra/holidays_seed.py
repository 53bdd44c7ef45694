"""Writes `warehouse/seeds/holidays.csv`, Colombia's public holidays, from the package `holidays`.

python -m infra.holidays_seed      after a new version of the package, or when 2030 draws near

The seed carries the version of the package it was made with, so that a number that depends on a
holiday can say by which calendar. dbt reads only the file; the package is needed to renew it.
"""

import csv
import io
import sys
from importlib.metadata import version
from pathlib import Path

import holidays

from lib.config import CHECKOUT

SEED = CHECKOUT / "warehouse" / "seeds" / "holidays.csv"
COUNTRY = "CO"
FIRST_YEAR, LAST_YEAR = 2023, 2030
COLUMNS = ("holiday_date", "name_es", "country", "package_version")
MOVED = " (observado)"  # the package's mark of a holiday moved to Monday; people do not say it


def holidays_csv() -> str:
    """The whole file: one row per holiday from FIRST_YEAR to LAST_YEAR, by date.

    Two holidays on one day are one row with both names. The same version of the package always
    gives the same text.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    found = holidays.country_holidays(COUNTRY, years=years, language="es")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for day in sorted(found):
        name = found[day].replace(MOVED, "")
        writer.writerow((day.isoformat(), name, COUNTRY, version("holidays")))
    return text.getvalue()


def main(seed: Path = SEED) -> int:
    """Replace the seed; the exit code is 0."""
    seed.write_text(holidays_csv(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
