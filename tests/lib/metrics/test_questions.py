"""The front doors: what each question returns for the small world."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.catalog import ALIASES, Catalog
from lib.metrics.errors import (
    BadLimitError,
    DimensionNotAvailableError,
    UnknownDimensionError,
    UnknownMetricError,
)
from lib.metrics.filters import Filters
from lib.metrics.lights import traffic_light
from lib.metrics.lines import Order
from lib.metrics.options import load_options
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.questions import (
    SUMMARY,
    get_agent_performance,
    get_fallback_rate,
    get_intent_distribution,
    get_messages_by_direction,
    get_messages_by_hour,
    get_messages_over_time,
    get_summary_stats,
    get_top_contacts,
)
from lib.metrics.scope import WHOLE_PROJECT

ALL = Filters(DateRange(date(2026, 2, 9), date(2026, 2, 17)))


def test_the_summary_is_one_row_from_one_statement_per_mart(project: Connection):
    result = get_summary_stats(project, ALL, scope=WHOLE_PROJECT)
    assert [result.value(metric) for metric in SUMMARY] == [23, 4, 7, 2, 0.375, 0.4, 5, 60]
    assert len(result.statements) == 4


def test_the_summary_answers_only_what_was_asked(project: Connection):
    result = get_summary_stats(
        project, ALL, metrics=["contacts"], window=Window(7, 9), scope=WHOLE_PROJECT
    )
    assert result.rows == ((3,),)


def test_messages_over_time_has_a_row_per_day(project: Connection):
    result = get_messages_over_time(project, ALL, scope=WHOLE_PROJECT)
    assert result.column("messages") == (2, 10, 0, 0, 0, 0, 0, 6, 5)
    contacts = get_messages_over_time(
        project, ALL, metric="unique_contacts", grain="week", scope=WHOLE_PROJECT
    )
    assert contacts.column("unique_contacts") == (2, 3)


def test_messages_by_direction_adds_up_with_shares(project: Connection):
    result = get_messages_by_direction(project, ALL, scope=WHOLE_PROJECT)
    assert result.column("messages") == (10, 8, 5)
    assert sum(result.column("messages__share")) == pytest.approx(1)


def test_messages_by_hour_can_be_ranked(project: Connection):
    result = get_messages_by_hour(project, ALL, order="desc", scope=WHOLE_PROJECT)
    assert result.rows[0] == (9, 9)
    assert len(get_messages_by_hour(project, ALL, by="weekday", scope=WHOLE_PROJECT).rows) == 7
    assert (
        len(get_messages_by_hour(project, ALL, by="weekday_hour", scope=WHOLE_PROJECT).rows) == 168
    )


def test_intents_leave_technical_ones_apart(project: Connection):
    result = get_intent_distribution(project, ALL, scope=WHOLE_PROJECT)
    assert [row[:3] for row in result.rows] == [("saldo", 5, 4), ("credito", 2, 2)]
    assert result.column("intent_messages__share") == (5 / 7, 2 / 7)
    technical = get_intent_distribution(project, ALL, technical=True, scope=WHOLE_PROJECT)
    assert technical.column("intent") == ("bienvenida",)


def test_intents_past_the_limit_have_no_count_of_conversations(project: Connection):
    result = get_intent_distribution(project, ALL, limit=1, scope=WHOLE_PROJECT)
    assert result.rows[-1][:3] == ("otros", 2, None)
    assert sum(result.column("intent_messages__share")) == pytest.approx(1)


def test_agents_are_named_and_only_those_of_the_project(project: Connection):
    result = get_agent_performance(project, ALL, scope=WHOLE_PROJECT)
    table = [row[:7] for row in result.rows]
    assert table == [
        ("Andrés Ramírez", "8", 2, 2, 2, 2, 10),
        ("Laura Gómez", "7", 2, 2, 2, 2, 90),
        ("Agente 9", "9", 1, 1, 1, 0, None),
    ]


def test_agents_can_be_ranked_by_one_metric(project: Connection):
    result = get_agent_performance(
        project, ALL, metric="avg_response_time", order="asc", limit=1, scope=WHOLE_PROJECT
    )
    assert result.rows[0][0] == "Andrés Ramírez"
    assert (
        get_agent_performance(project, ALL, metric="messages", scope=WHOLE_PROJECT).columns[2].name
        == "agent_messages"
    )


def test_the_fallback_rate_of_a_group_is_not_an_average_of_rates(project: Connection):
    total = get_fallback_rate(project, ALL, scope=WHOLE_PROJECT).value("fallback_rate")
    by_day = get_fallback_rate(project, ALL, group_by="day", scope=WHOLE_PROJECT)
    counts = zip(
        by_day.column("fallback_messages"), by_day.column("bot_handled_messages"), strict=True
    )
    missed, handled = map(sum, zip(*counts, strict=True))
    assert total == missed / handled == 3 / 8
    assert get_fallback_rate(project, ALL, metric="fallback_count", scope=WHOLE_PROJECT).rows == (
        (3,),
    )


def test_top_contacts_are_masked_and_limited(project: Connection):
    result = get_top_contacts(project, ALL, limit=2, scope=WHOLE_PROJECT)
    assert [row[:4] for row in result.rows] == [
        ("+57 3** *** **00", "ana", 8, 2),
        ("+57 3** *** **01", "beto", 8, 2),
    ]
    assert "573001234567" not in str(result)


def test_top_contacts_with_an_agent_filter_come_from_the_same_conversations(project: Connection):
    narrowed = Filters(ALL.period, agents=("8",))
    result = get_top_contacts(project, narrowed, metric="conversations", scope=WHOLE_PROJECT)
    assert sorted(result.column("contact_key")) == ["beto", "cami"]


def test_top_contacts_keep_their_own_comparison(project: Connection):
    result = query_metrics(
        project,
        ["messages", "fallback_messages"],
        group_by="contact",
        filters=Filters(DateRange(date(2026, 2, 16), date(2026, 2, 17))),
        compare="previous_period",
        limit=2,
        scope=WHOLE_PROJECT,
    )
    assert result.column("contact_key") == ("cami", "beto")
    assert result.column("messages__prior") == (0, 4)
    assert result.column("fallback_messages") == (2, 0)


def test_what_does_not_exist_is_refused_with_what_does(project: Connection):
    with pytest.raises(UnknownMetricError) as metric:
        query_metrics(project, ["mesages"], filters=ALL, scope=WHOLE_PROJECT)
    assert metric.value.options[0] == "messages"
    with pytest.raises(UnknownDimensionError, match="entity"):
        query_metrics(
            project, ["messages"], group_by="cooperativa", filters=ALL, scope=WHOLE_PROJECT
        )
    with pytest.raises(DimensionNotAvailableError, match="close_reason"):
        query_metrics(
            project, ["messages"], group_by="close_reason", filters=ALL, scope=WHOLE_PROJECT
        )
    with pytest.raises(DimensionNotAvailableError, match="hour \\+ intent"):
        query_metrics(
            project,
            ["conversations"],
            group_by=("hour", "intent"),
            filters=ALL,
            scope=WHOLE_PROJECT,
        )
    with pytest.raises(UnknownMetricError, match="no metric 'conversations'"):
        query_metrics(
            project, ["messages"], filters=ALL, order=Order("conversations"), scope=WHOLE_PROJECT
        )
    with pytest.raises(UnknownMetricError):
        query_metrics(project, ["messages"], filters=ALL, scope=WHOLE_PROJECT).value(
            "conversations"
        )


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_nobody_can_read_is_refused(project: Connection, limit):
    with pytest.raises(BadLimitError):
        query_metrics(
            project, ["messages"], group_by="entity", filters=ALL, limit=limit, scope=WHOLE_PROJECT
        )


@pytest.mark.parametrize(
    ("metrics", "group_by", "order"),
    [
        (["fallback_rate"], "contact", None),
        (["messages"], ("contact", "day"), None),
        (["messages"], "contact", Order("messages", descending=False)),
        (["messages"], "contact", Order("contact")),
    ],
)
def test_contacts_are_only_ranked_by_a_count(project: Connection, metrics, group_by, order):
    with pytest.raises(DimensionNotAvailableError):
        query_metrics(
            project, metrics, group_by=group_by, filters=ALL, order=order, scope=WHOLE_PROJECT
        )


def test_every_alias_names_a_metric_of_the_catalogue(catalog: Catalog):
    assert {name for name in ALIASES.values() if name not in catalog.metrics} == set()


@pytest.mark.parametrize(
    ("value", "light"),
    [(0.149, "green"), (0.15, "yellow"), (0.25, "yellow"), (0.251, "red"), (None, None)],
)
def test_the_borders_of_the_light_are_yellow(catalog: Catalog, value, light):
    assert traffic_light(catalog.metric("fallback_rate"), value) == light
    assert traffic_light(catalog.metric("messages"), value) is None


def test_options_are_what_the_project_has_in_reading_order(
    project: Connection, empty_project: Connection
):
    options = load_options(project, WHOLE_PROJECT)
    assert options.entities == ("Norte", "Sur")
    assert options.agents == (("9", "Agente 9"), ("8", "Andrés Ramírez"), ("7", "Laura Gómez"))
    assert options.intents == ("bienvenida", "credito", "saldo")
    assert (options.first_date, options.last_date) == (ALL.period.start, ALL.period.end)
    assert load_options(empty_project, WHOLE_PROJECT).entities == ()


def test_a_result_becomes_a_frame_with_one_column_each(project: Connection):
    frame = get_messages_by_direction(project, ALL, scope=WHOLE_PROJECT).frame()
    assert list(frame.columns) == ["direction", "messages", "messages__share"]
    assert frame["messages"].sum() == 23
