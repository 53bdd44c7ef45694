"""Numbers of the small world, each added up by hand from tests/support/metric_world.py."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.filters import Filters
from lib.metrics.lines import Order
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.results import MetricResult
from lib.metrics.scope import WHOLE_PROJECT

WEEK = DateRange(date(2026, 2, 9), date(2026, 2, 17))
ALL = Filters(WEEK)


def rows(result: MetricResult, *names: str) -> list[tuple[object, ...]]:
    return list(zip(*(result.column(name) for name in names), strict=True))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("messages", 23),
        ("inbound_messages", 10),
        ("bot_messages", 8),
        ("agent_messages", 5),
        ("unique_contacts", 4),
        ("conversations", 7),
        ("active_agents", 2),
        ("bot_handled_messages", 8),
        ("fallback_messages", 3),
        ("fallback_rate", 3 / 8),
        ("handoff_rate", 2 / 5),
        ("provisional_conversations", 2),
        ("containment_rate", 3 / 5),
        ("effective_containments", 2),
        ("final_bot_conversations", 4),
        ("effective_containment_rate", 2 / 4),
        ("fallback_conversation_rate", 2 / 5),
        ("bot_abandonment_rate", 1 / 5),
        ("fallback_loops", 1),
        ("fallback_loop_rate", 1 / 5),
        ("repeat_contact_rate_24h", 1 / 7),
        ("repeat_contact_rate_72h", 2 / 7),
        ("repeat_contact_rate_7d", 3 / 7),
        ("message_delivery_rate", 8 / 13),
        ("csat", 4 / 6),
        ("csat_answers", 6),
        ("survey_responses", 5),
        ("agent_sessions", 5),
        ("wait_time_avg", 180),
        ("wait_time_p50", 60),
        ("wait_time_p90", 447),
        ("first_response_time_p50", 60),
        ("handle_time_p50", 450),
        ("handle_time_avg", 450),
        ("wait_count", 4),
        ("handle_count", 2),
    ],
)
def test_a_total_is_what_the_rows_add_up_to(project: Connection, metric, expected):
    assert query_metrics(project, [metric], filters=ALL, scope=WHOLE_PROJECT).value(
        metric
    ) == pytest.approx(expected)


def test_the_other_project_gets_its_own_numbers(other_project: Connection):
    result = query_metrics(
        other_project, ["messages", "wait_time_p50"], filters=ALL, scope=WHOLE_PROJECT
    )
    assert (result.value("messages"), result.value("wait_time_p50")) == (7, 9999)


def test_campaign_messages_are_no_messages_and_no_direction(project: Connection):
    result = query_metrics(
        project, ["messages"], group_by="direction", filters=ALL, scope=WHOLE_PROJECT
    )
    assert rows(result, "direction", "messages") == [("inbound", 10), ("bot", 8), ("agent", 5)]


def test_a_rate_brings_its_numerator_and_denominator(project: Connection):
    result = query_metrics(project, ["fallback_rate"], filters=ALL, scope=WHOLE_PROJECT)
    basis = [column.name for column in result.columns if column.role == "basis"]
    assert basis == ["fallback_messages", "bot_handled_messages"]
    assert result.rows == ((0.375, 3, 8),)


def test_a_percentile_and_an_average_bring_their_n(project: Connection):
    result = query_metrics(
        project, ["wait_time_p50", "wait_time_avg"], filters=ALL, scope=WHOLE_PROJECT
    )
    assert (result.value("wait_time_p50__n"), result.value("wait_time_avg__n")) == (4, 4)


def test_a_rate_over_nothing_is_unknown_and_its_counts_are_zero(project: Connection):
    result = query_metrics(
        project,
        ["fallback_rate"],
        filters=Filters(DateRange(date(2026, 2, 12), date(2026, 2, 12))),
        scope=WHOLE_PROJECT,
    )
    assert result.rows == ((None, 0, 0),)


def test_metrics_of_one_mart_share_one_statement(project: Connection):
    together = ["messages", "fallback_rate", "conversations", "unique_contacts", "handoff_rate"]
    assert len(query_metrics(project, together, filters=ALL, scope=WHOLE_PROJECT).statements) == 2


def test_marts_are_joined_on_the_groups(project: Connection):
    result = query_metrics(
        project,
        ["messages", "conversations", "agent_sessions"],
        group_by="entity",
        filters=ALL,
        scope=WHOLE_PROJECT,
    )
    assert rows(result, "entity", "messages", "conversations", "agent_sessions") == [
        ("Norte", 14, 4, 2),
        ("Sur", 9, 3, 3),
    ]


def test_days_without_messages_are_zero_inside_the_loaded_days_and_unknown_outside(
    project: Connection,
):
    period = DateRange(date(2026, 2, 7), date(2026, 2, 11))
    result = query_metrics(
        project,
        ["messages", "fallback_rate"],
        group_by="day",
        filters=Filters(period),
        scope=WHOLE_PROJECT,
    )
    assert rows(result, "messages", "fallback_rate") == [
        (None, None),
        (None, None),
        (2, 0.0),
        (10, pytest.approx(1 / 3)),
        (0, None),
    ]


def test_weeks_begin_on_monday_and_months_on_the_first(project: Connection):
    weeks = query_metrics(project, ["messages"], group_by="week", filters=ALL, scope=WHOLE_PROJECT)
    assert rows(weeks, "week", "messages") == [(date(2026, 2, 9), 12), (date(2026, 2, 16), 11)]
    months = query_metrics(
        project, ["messages"], group_by="month", filters=ALL, scope=WHOLE_PROJECT
    )
    assert rows(months, "month", "messages") == [(date(2026, 2, 1), 23)]


def test_all_hours_are_there_and_late_evening_belongs_to_its_local_day(project: Connection):
    period = DateRange(date(2026, 2, 10), date(2026, 2, 10))
    result = query_metrics(
        project, ["messages"], group_by="hour", filters=Filters(period), scope=WHOLE_PROJECT
    )
    counted = [pair for pair in rows(result, "hour", "messages") if pair[1]]
    assert counted == [(9, 4), (10, 2), (20, 2), (22, 1), (23, 1)]
    assert len(result.rows) == 24


def test_the_hours_of_today_still_to_come_are_unknown(project: Connection):
    today = Filters(DateRange(date(2026, 2, 17), date(2026, 2, 17)))
    result = query_metrics(
        project, ["messages"], group_by="hour", filters=today, scope=WHOLE_PROJECT
    )
    values = dict(rows(result, "hour", "messages"))
    assert (values[9], values[10], values[11]) == (3, 0, None)


def test_weekdays_the_period_does_not_have_are_unknown(project: Connection):
    two_days = Filters(DateRange(date(2026, 2, 16), date(2026, 2, 17)))
    result = query_metrics(
        project, ["messages"], group_by="weekday", filters=two_days, scope=WHOLE_PROJECT
    )
    assert result.column("messages") == (6, 5, None, None, None, None, None)


def test_weekday_by_hour_gives_168_cells(project: Connection):
    result = query_metrics(
        project, ["messages"], group_by=("weekday", "hour"), filters=ALL, scope=WHOLE_PROJECT
    )
    assert len(result.rows) == 168
    assert sum(value or 0 for value in result.column("messages")) == 23


def test_a_window_keeps_hours_up_to_its_end_excluded(project: Connection):
    result = query_metrics(
        project, ["messages"], filters=ALL, window=Window(8, 10), scope=WHOLE_PROJECT
    )
    assert result.value("messages") == 2 + 4 + 2 + 4 + 1
    monday = query_metrics(
        project, ["messages"], filters=ALL, window=Window(weekdays=(1,)), scope=WHOLE_PROJECT
    )
    assert monday.value("messages") == 2 + 6


def test_the_last_row_stands_for_the_groups_past_the_limit(project: Connection):
    result = query_metrics(
        project,
        ["agent_messages", "active_agents", "first_response_time_avg"],
        group_by="agent",
        filters=ALL,
        limit=1,
        scope=WHOLE_PROJECT,
    )
    assert rows(result, "agent", "agent_messages", "active_agents", "first_response_time_avg") == [
        ("Andrés Ramírez", 2, 1, 10),
        ("otros", 3, None, 90),
    ]
    assert result.folded == 2


def test_equal_values_are_ordered_by_name_and_missing_ones_come_last(project: Connection):
    result = query_metrics(
        project,
        ["agent_messages", "wait_time_p50"],
        group_by="agent",
        filters=ALL,
        order=Order("wait_time_p50", descending=False),
        scope=WHOLE_PROJECT,
    )
    assert rows(result, "agent", "agent_id", "wait_time_p50") == [
        ("Laura Gómez", "7", 60),
        ("Andrés Ramírez", "8", 300),
        ("Agente 9", "9", None),
    ]


def test_sessions_without_a_bucket_or_reason_keep_a_row_of_their_own(project: Connection):
    buckets = query_metrics(
        project, ["agent_sessions"], group_by="wait_bucket", filters=ALL, scope=WHOLE_PROJECT
    )
    assert rows(buckets, "wait_bucket", "agent_sessions") == [
        ("0-1", 2),
        ("1-5", 1),
        ("5-15", 1),
        ("15-30", 0),
        ("30+", 0),
        (None, 1),
    ]
    reasons = query_metrics(
        project, ["agent_sessions"], group_by="close_reason", filters=ALL, scope=WHOLE_PROJECT
    )
    assert sum(reasons.column("agent_sessions")) == 5


def test_conversation_types_follow_their_own_order(project: Connection):
    result = query_metrics(
        project, ["conversations"], group_by="conversation_type", filters=ALL, scope=WHOLE_PROJECT
    )
    assert rows(result, "conversation_type", "conversations") == [
        ("bot", 3),
        ("mixed", 2),
        ("agent", 2),
    ]


def test_a_project_without_data_has_no_numbers_and_no_zeros(empty_project: Connection):
    result = query_metrics(
        empty_project,
        ["messages", "active_agents", "wait_time_p50", "handoff_rate"],
        filters=ALL,
        scope=WHOLE_PROJECT,
    )
    assert set(result.rows[0]) == {None}
    assert result.resolved.data_until is None


def test_the_answer_says_which_days_it_is_about(project: Connection):
    resolved = query_metrics(project, ["messages"], filters=ALL, scope=WHOLE_PROJECT).resolved
    assert (resolved.start, resolved.end, resolved.partial) == (WEEK.start, WEEK.end, True)
    assert (resolved.data_from, resolved.data_until) == (date(2026, 2, 9), date(2026, 2, 17))


def test_an_alias_is_answered_under_the_metric_s_own_name(project: Connection):
    assert (
        query_metrics(project, ["fallback_count"], filters=ALL, scope=WHOLE_PROJECT).value(
            "fallback_messages"
        )
        == 3
    )
