"""Macros that are pure SQL, run on their own: what they make of texts nobody expected."""

from datetime import UTC, datetime

import jinja2
import pytest
from sqlalchemy import Engine, text

from flows.dbt_process import WAREHOUSE
from lib.privacy.mask import mask_phone

# one date in four is none: month lengths, leap years, the ends of what is read
DATES = [
    f"{year}-{month:02d}-{day:02d}"
    for year in (1999, 2000, 2025, 2026, 2028, 2099, 2100)
    for month in range(14)
    for day in (0, 1, 28, 29, 30, 31, 32)
]
PHONES = ["573001234567", "+573001234567", "5730012345", "34600111222", "12345", "maría", "57"]


def run_macro(owner: Engine, name: str, values: list[str], column: str = "value") -> list:
    """What the macro makes of each value, in order."""
    source = (WAREHOUSE / "macros" / "models" / f"{name}.sql").read_text(encoding="utf-8")
    expression = jinja2.Environment().from_string(source + f"{{{{ {name}('{column}') }}}}").render()
    statement = text(
        f"select {expression.replace(':', chr(92) + ':')}"
        " from unnest(cast(:given as text[])) with ordinality as t (value, place) order by place"
    )
    with owner.connect() as connection:
        return list(connection.execute(statement, {"given": values}).scalars())


def test_a_day_that_does_not_exist_is_no_time_and_no_error(owner: Engine):
    found = run_macro(owner, "parse_timestamp", [f"{day}T10:00:00Z" for day in DATES])
    for day, instant in zip(DATES, found, strict=True):
        assert instant == _expected(day), day


def _expected(day: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    except ValueError:
        return None
    return instant if 2000 <= instant.year < 2100 else None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-15T14:03:22.876Z", datetime(2026, 1, 15, 14, 3, 22, 876000, UTC)),
        ("2026-01-15T14:03:22+00:00", datetime(2026, 1, 15, 14, 3, 22, tzinfo=UTC)),
        ("2026-01-15 09:03:22-0500", datetime(2026, 1, 15, 14, 3, 22, tzinfo=UTC)),
        ("2026-01-15T14:03:22", datetime(2026, 1, 15, 14, 3, 22, tzinfo=UTC)),
        ("2026-01-15", None),
        ("2026-01-15T24:00:00Z", None),
        ("2026-01-15T14:03:22 o'clock", None),
        ("", None),
    ],
)
def test_times_are_read_with_any_offset_and_as_utc_without(
    owner: Engine, given: str, expected: datetime | None
):
    assert run_macro(owner, "parse_timestamp", [given]) == [expected]


def test_phones_are_masked_as_the_app_masks_them(owner: Engine):
    assert run_macro(owner, "mask_phone", PHONES) == [mask_phone(phone) for phone in PHONES]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("[1.2.3] Estado de solicitud", "Estado de solicitud"),
        (" [9]  hablar_asesor ", "hablar_asesor"),
        ("sin código [2]", "sin código [2]"),
        ("[1.2]", None),
        ("", None),
    ],
)
def test_intents_lose_their_menu_code_and_keep_their_case(
    owner: Engine, given: str, expected: str | None
):
    assert run_macro(owner, "clean_intent", [given]) == [expected]


def test_a_duration_lies_in_the_bucket_that_is_at_most_a_tenth_wide(owner: Engine):
    seconds = [0, 1, 2, 59, 60, 61, 3600, 28_800, 86_400, 31_536_000]
    found = run_macro(owner, "duration_bucket", [str(s) for s in seconds], "value::bigint")
    assert found[:3] == [0, 1, 8]
    for second, bucket in list(zip(seconds, found, strict=True))[1:]:
        assert 1.1 ** (bucket - 1) <= second < 1.1**bucket, second
