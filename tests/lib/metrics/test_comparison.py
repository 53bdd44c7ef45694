"""The days a period is compared with: the reference table of 17 February 2026, a Tuesday."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.comparison import compared_days
from lib.metrics.errors import UnknownComparisonError
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.results import change_between
from lib.metrics.scope import WHOLE_PROJECT

TODAY = date(2026, 2, 17)


def days(text: str, unit: str | None = None) -> DateRange:
    start, end = text.split("..")
    return DateRange(date.fromisoformat(start), date.fromisoformat(end), unit)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-02-01..2026-02-17", "2026-01-01..2026-01-17"),
        ("2026-02-16..2026-02-17", "2026-02-09..2026-02-10"),
        ("2026-01-01..2026-02-17", "2025-10-01..2025-11-17"),
        ("2026-01-01..2026-01-31", "2025-12-01..2025-12-31"),
        ("2026-02-09..2026-02-15", "2026-02-02..2026-02-08"),
        ("2026-02-01..2026-02-15", "2026-01-16..2026-01-31"),
        ("2026-01-16..2026-01-31", "2026-01-01..2026-01-15"),
        ("2025-10-01..2025-12-31", "2025-07-01..2025-09-30"),
        ("2025-01-01..2025-12-31", "2024-01-01..2024-12-31"),
        ("2026-02-16..2026-02-16", "2026-02-15..2026-02-15"),
        ("2026-02-11..2026-02-17", "2026-02-04..2026-02-10"),
        ("2026-01-19..2026-02-17", "2025-12-20..2026-01-18"),
    ],
)
def test_the_previous_period_is_the_unit_before_or_its_elapsed_part(period, before):
    assert compared_days(days(period), "previous_period", TODAY) == days(before)


@pytest.mark.parametrize(
    ("period", "unit", "today", "before"),
    [
        ("2026-02-01..2026-02-07", "rolling", "2026-02-07", "2026-01-25..2026-01-31"),
        ("2026-02-01..2026-02-07", "month", "2026-02-07", "2026-01-01..2026-01-07"),
        ("2026-02-16..2026-02-17", "fortnight", "2026-02-17", "2026-02-01..2026-02-02"),
        ("2026-02-16..2026-02-16", "week", "2026-02-16", "2026-02-09..2026-02-09"),
        ("2026-01-01..2026-02-17", "year", "2026-02-17", "2025-01-01..2025-02-17"),
        ("2026-03-01..2026-03-30", "month", "2026-03-30", "2026-02-01..2026-02-28"),
    ],
)
def test_what_the_days_were_chosen_as_decides_where_dates_alone_leave_it_open(
    period, unit, today, before
):
    found = compared_days(days(period, unit), "previous_period", date.fromisoformat(today))
    assert found == days(before)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-02-17..2026-02-17", "2026-02-10..2026-02-10"),
        ("2026-02-14..2026-02-15", "2026-02-07..2026-02-08"),
        ("2026-02-01..2026-02-10", "2026-01-18..2026-01-27"),
    ],
)
def test_the_same_weekdays_never_overlap_the_period(period, before):
    assert compared_days(days(period), "previous_weekday", TODAY) == days(before)


def test_last_year_has_no_29_february():
    found = compared_days(days("2024-02-29..2024-03-01"), "same_period_last_year", TODAY)
    assert found == days("2023-02-28..2023-03-01")


def test_chosen_days_are_taken_as_they_are():
    chosen = days("2025-05-01..2025-05-03")
    assert compared_days(days("2026-02-17..2026-02-17"), chosen, TODAY) == chosen


def test_an_unknown_comparison_lists_those_there_are():
    with pytest.raises(UnknownComparisonError, match="previous_period"):
        compared_days(days("2026-02-17..2026-02-17"), "last_period", TODAY)


def test_a_change_has_no_percentage_of_zero_and_rates_change_in_points():
    assert change_between(5, 4, "mensajes").relative == 0.25
    assert change_between(5, 0, "mensajes").relative is None
    assert change_between(5, 0, "mensajes").absolute == 5
    assert change_between(None, 4, "mensajes").absolute is None
    rate = change_between(0.5, 0.25, "porcentaje")
    assert (rate.absolute, rate.relative) == (0.25, None)


def test_totals_are_compared_with_the_days_before(project: Connection):
    this_week = Filters(days("2026-02-16..2026-02-17"))
    result = query_metrics(
        project,
        ["messages", "fallback_rate"],
        filters=this_week,
        compare="previous_period",
        scope=WHOLE_PROJECT,
    )
    assert result.resolved.compare_start == date(2026, 2, 9)
    messages = result.change("messages")
    assert (messages.current, messages.prior, messages.absolute) == (11, 12, -1)
    assert messages.relative == pytest.approx(-1 / 12)
    rate = result.change("fallback_rate")
    assert (rate.absolute, rate.relative) == (pytest.approx(2 / 4 - 1 / 4), None)


def test_the_n_th_day_stands_beside_the_n_th_day(project: Connection):
    result = query_metrics(
        project,
        ["messages"],
        group_by="day",
        filters=Filters(days("2026-02-16..2026-02-17")),
        compare="previous_weekday",
        scope=WHOLE_PROJECT,
    )
    assert result.column("day__prior") == (date(2026, 2, 9), date(2026, 2, 10))
    assert result.column("messages__prior") == (2, 10)


def test_a_longer_period_has_no_partner_past_the_end_of_the_shorter(project: Connection):
    result = query_metrics(
        project,
        ["messages"],
        group_by="day",
        filters=Filters(days("2026-02-16..2026-02-17")),
        compare=days("2026-02-10..2026-02-10"),
        scope=WHOLE_PROJECT,
    )
    assert result.column("messages__prior") == (10, None)


def test_a_group_only_the_days_before_had_fell_to_zero(project: Connection):
    result = query_metrics(
        project,
        ["agent_messages"],
        group_by="agent",
        filters=Filters(days("2026-02-16..2026-02-17")),
        compare="previous_period",
        scope=WHOLE_PROJECT,
    )
    pairs = zip(
        result.column("agent"),
        result.column("agent_messages"),
        result.column("agent_messages__prior"),
        strict=True,
    )
    assert sorted(pairs) == [("Agente 9", 1, 0), ("Andrés Ramírez", 1, 1), ("Laura Gómez", 0, 2)]


def test_days_before_the_first_load_are_unknown_and_not_zero(project: Connection):
    result = query_metrics(
        project,
        ["messages"],
        filters=Filters(days("2026-02-09..2026-02-10")),
        compare="previous_period",
        scope=WHOLE_PROJECT,
    )
    assert result.change("messages").prior is None


def test_today_so_far_is_compared_up_to_the_same_hour(project: Connection):
    result = query_metrics(
        project,
        ["messages"],
        filters=Filters(days("2026-02-17..2026-02-17")),
        window=Window(0, 10),
        compare="previous_weekday",
        scope=WHOLE_PROJECT,
    )
    change = result.change("messages")
    assert (change.current, change.prior) == (5, 4)


def test_rows_past_the_limit_keep_their_comparison(project: Connection):
    result = query_metrics(
        project,
        ["messages"],
        group_by="entity",
        filters=Filters(days("2026-02-16..2026-02-17")),
        compare="previous_period",
        limit=1,
        scope=WHOLE_PROJECT,
    )
    assert [(row[0], row[1], row[2]) for row in result.rows] == [("Norte", 6, 8), ("otros", 5, 4)]
