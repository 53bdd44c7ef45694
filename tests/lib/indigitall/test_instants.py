"""Times as the API writes them, and what is none."""

from datetime import UTC, datetime

import pytest

from lib.indigitall.instants import parse_instant

EXPECTED = datetime(2026, 1, 15, 14, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15T14:03:22+00:00",
        "2026-01-15T14:03:22.000Z",
        "2026-01-15T14:03:22Z",
        "2026-01-15 14:03:22",
        "2026-01-15T09:03:22-05:00",
    ],
)
def test_every_form_of_one_instant_is_that_instant(text):
    assert parse_instant(text) == EXPECTED
    assert parse_instant(text).tzinfo is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ayer",
        "2026-01-15",
        "2026-02-30T10:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_time_of_our_century_is_none(text):
    assert parse_instant(text) is None
