"""What narrows an answer, and what the answer says when a filter changes its meaning."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.campaign_options import load_campaign_options
from lib.metrics.errors import (
    BadPeriodError,
    BadWindowError,
    UnknownAgentError,
    UnknownCampaignError,
    UnknownChannelError,
    UnknownConversationTypeError,
    UnknownDirectionError,
    UnknownEntityError,
    UnknownIntentError,
    UnknownPlatformError,
    UnknownPurposeError,
)
from lib.metrics.filters import PLATFORMS, Filters
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT

WEEK = DateRange(date(2026, 2, 9), date(2026, 2, 17))
LAURA, ANDRES = "7", "8"


def value(connection: Connection, metric: str, **filters: object) -> float | None:
    return query_metrics(
        connection, [metric], filters=Filters(WEEK, **filters), scope=WHOLE_PROJECT
    ).value(metric)


def note_code(connection: Connection, metric: str, **filters: object) -> str | None:
    note = query_metrics(
        connection, [metric], filters=Filters(WEEK, **filters), scope=WHOLE_PROJECT
    ).note(metric)
    return note and note.code


def test_entities_and_channels_stand_in_every_mart(project: Connection):
    asked = ["messages", "conversations", "active_agents", "agent_sessions"]
    south = query_metrics(
        project, asked, filters=Filters(WEEK, entities=("Sur",)), scope=WHOLE_PROJECT
    )
    assert south.rows == ((9, 3, 2, 3),)
    web = query_metrics(
        project, asked, filters=Filters(WEEK, channels=("webchat",)), scope=WHOLE_PROJECT
    )
    assert web.rows == ((4, 1, 0, 0),)


def test_a_direction_is_answered_by_the_hourly_mart(project: Connection):
    assert value(project, "messages", directions=("inbound", "agent")) == 15
    assert note_code(project, "messages", directions=("inbound",)) is None


def test_sessions_and_rates_of_conversations_have_no_direction(project: Connection):
    for metric in ("agent_sessions", "wait_time_p50", "handoff_rate", "active_agents"):
        assert value(project, metric, directions=("inbound",)) is None
        assert note_code(project, metric, directions=("inbound",)) == "not_applicable"


def test_a_metric_that_does_not_apply_leaves_the_others_alone(project: Connection):
    result = query_metrics(
        project,
        ["messages", "agent_sessions"],
        filters=Filters(WEEK, directions=("bot",)),
        scope=WHOLE_PROJECT,
    )
    assert result.rows == ((8, None),)
    assert [note.text_es for note in result.notes] == ["No aplica con el filtro de dirección."]


def test_conversations_by_direction_are_those_with_such_a_message(project: Connection):
    assert value(project, "conversations", directions=("agent",)) == 4
    assert value(project, "unique_contacts", directions=("agent",)) == 4
    assert note_code(project, "conversations", directions=("agent",)) == "by_turn"


def test_an_agent_filter_keeps_the_conversations_in_which_the_agent_wrote(project: Connection):
    assert value(project, "conversations", agents=(LAURA,)) == 2
    assert value(project, "messages", agents=(LAURA,)) == 6 + 4
    assert value(project, "fallback_rate", agents=(LAURA,)) == 1 / 3
    assert note_code(project, "messages", agents=(LAURA,)) == "by_turn"


def test_an_agent_s_own_messages_and_sessions_need_no_note(project: Connection):
    assert value(project, "agent_messages", agents=(LAURA,)) == 2
    assert value(project, "agent_sessions", agents=(LAURA,)) == 2
    assert value(project, "active_agents", agents=(LAURA, ANDRES)) == 2
    assert note_code(project, "agent_messages", agents=(LAURA,)) is None


def test_a_conversation_with_two_agents_counts_once(project: Connection):
    assert value(project, "conversations", agents=(LAURA, ANDRES)) == 3


def test_an_intent_filter_keeps_turns_or_the_conversations_that_had_one(project: Connection):
    assert value(project, "inbound_messages", intents=("credito",)) == 2
    assert value(project, "fallback_rate", intents=("saldo",)) == 3 / 5
    assert note_code(project, "fallback_rate", intents=("saldo",)) is None
    assert value(project, "messages", intents=("credito",)) == 6 + 4
    assert value(project, "agent_sessions", intents=("credito",)) == 1
    assert value(project, "active_agents", intents=("saldo",)) == 2
    assert note_code(project, "agent_sessions", intents=("credito",)) == "by_turn"


def test_two_filters_on_turns_may_be_met_by_two_turns(project: Connection):
    assert value(project, "conversations", agents=(LAURA,), intents=("credito",)) == 1
    by_agent = query_metrics(
        project,
        ["conversations"],
        group_by="agent",
        filters=Filters(WEEK, intents=("saldo",)),
        scope=WHOLE_PROJECT,
    )
    assert by_agent.column("agent") == ("Laura Gómez", "Andrés Ramírez")
    assert by_agent.column("conversations") == (2, 1)


def test_conversations_per_agent_equal_those_kept_by_the_agent_s_filter(project: Connection):
    grouped = query_metrics(
        project, ["conversations"], group_by="agent", filters=Filters(WEEK), scope=WHOLE_PROJECT
    )
    for agent, count in zip(
        grouped.column("agent_id"), grouped.column("conversations"), strict=True
    ):
        assert value(project, "conversations", agents=(agent,)) == count
    assert grouped.note("conversations").code == "by_turn"


def test_a_conversation_type_narrows_messages_and_sessions_too(project: Connection):
    assert value(project, "conversations", conversation_types=("mixed",)) == 2
    assert value(project, "messages", conversation_types=("mixed",)) == 10
    assert value(project, "bot_messages", conversation_types=("mixed",)) == 3
    assert value(project, "agent_sessions", conversation_types=("mixed",)) == 3


def test_technical_intents_can_be_left_out(project: Connection):
    assert value(project, "intent_messages", technical=None) == 8
    assert value(project, "intent_messages", technical=False) == 7
    assert value(project, "intent_messages", technical=True) == 1


def test_conversations_with_an_intent_are_counted_once_without_a_breakdown(project: Connection):
    assert value(project, "intent_conversations") == 5
    grouped = query_metrics(
        project,
        ["intent_conversations"],
        group_by="intent",
        filters=Filters(WEEK),
        scope=WHOLE_PROJECT,
    )
    assert sum(grouped.column("intent_conversations")) == 4 + 2 + 1


def test_a_conversation_s_hour_is_that_of_its_first_inbound(project: Connection):
    late = query_metrics(
        project,
        ["conversations"],
        filters=Filters(WEEK),
        window=Window(22, 24),
        scope=WHOLE_PROJECT,
    )
    assert late.value("conversations") == 0
    both = query_metrics(
        project,
        ["conversations"],
        filters=Filters(WEEK, agents=(LAURA,)),
        window=Window(20, 21),
        scope=WHOLE_PROJECT,
    )
    assert both.value("conversations") == 1


@pytest.mark.parametrize(
    ("field", "given", "error", "nearest"),
    [
        ("entities", "norte ", UnknownEntityError, "Norte"),
        ("channels", "cloud", UnknownChannelError, "cloudapi"),
        ("agents", "77", UnknownAgentError, "7"),
        ("intents", "saldos", UnknownIntentError, "saldo"),
    ],
)
def test_a_name_the_project_lacks_is_refused_with_the_nearest_first(
    project: Connection, field, given, error, nearest
):
    with pytest.raises(error) as caught:
        value(project, "messages", **{field: (given,)})
    assert caught.value.options[0] == nearest


def test_the_names_of_another_project_do_not_exist(project: Connection):
    with pytest.raises(UnknownEntityError) as caught:
        value(project, "messages", entities=("Oeste",))
    assert "Oeste" not in caught.value.options


@pytest.mark.parametrize(
    "hostile", ["Norte' or '1'='1", "'; drop table marts.fct_messages; --", ":start", "%s", "\\"]
)
def test_sql_in_a_value_is_only_a_name_that_does_not_exist(project: Connection, hostile):
    with pytest.raises(UnknownEntityError):
        value(project, "messages", entities=(hostile,))
    assert value(project, "messages") == 23


def test_codes_that_do_not_exist_are_refused():
    with pytest.raises(UnknownDirectionError):
        Filters(WEEK, directions=("campaign",))
    with pytest.raises(UnknownConversationTypeError):
        Filters(WEEK, conversation_types=("mixta",))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 2, 2), date(2026, 2, 1)),
        (date(1999, 12, 31), date(2000, 1, 1)),
        (date(2010, 1, 1), date(2026, 1, 1)),
        (date(2101, 1, 1), date(2101, 1, 1)),
    ],
    ids=["reversed", "before 2000", "over ten years", "after 2100"],
)
def test_an_absurd_period_is_refused(start, end):
    with pytest.raises(BadPeriodError):
        DateRange(start, end)


@pytest.mark.parametrize("window", [(10, 10), (-1, 5), (0, 25)])
def test_hours_that_do_not_exist_are_refused(window):
    with pytest.raises(BadWindowError):
        Window(*window)


def test_weekdays_that_do_not_exist_are_refused():
    with pytest.raises(BadWindowError):
        Window(weekdays=(0,))


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({"campaigns": ("99999",)}, UnknownCampaignError),
        ({"campaigns": ("30001", "Secreta")}, UnknownCampaignError),
        ({"purposes": ("cobranza", "regalo")}, UnknownPurposeError),
    ],
)
def test_a_campaign_or_purpose_the_project_lacks_is_an_error(
    project: Connection, names: dict[str, tuple[str, ...]], error: type[Exception]
):
    with pytest.raises(error):
        value(project, "sent", **names)


def test_an_error_about_a_purpose_names_those_of_the_project(project: Connection):
    with pytest.raises(UnknownPurposeError) as told:
        value(project, "sent", purposes=("regalo",))
    assert sorted(told.value.options) == ["cobranza", "comercial", "sin clasificar"]


def test_campaigns_are_offered_by_name_and_those_of_others_are_not(
    project: Connection, other_project: Connection, empty_project: Connection
):
    offered = load_campaign_options(project, WHOLE_PROJECT)
    assert offered.campaigns[:3] == (
        ("30001", "Ahorro de febrero"), ("60001", "Bienvenida"), ("50001", "Boletín"),
    )  # fmt: skip
    assert offered.channels == ("email", "inapp", "push", "sms", "whatsapp")
    assert {
        name for _id, name in load_campaign_options(other_project, WHOLE_PROJECT).campaigns
    } == {"Secreta"}
    assert load_campaign_options(empty_project, WHOLE_PROJECT).campaigns == ()


def test_the_platforms_are_those_the_warehouse_names(project: Connection):
    assert value(project, "sent", platforms=("todas",)) == 82
    assert value(project, "sent", platforms=("otro",)) is None
    assert set(PLATFORMS) == {"android", "ios", "web", "todas", "otro"}
    with pytest.raises(UnknownPlatformError):
        Filters(WEEK, platforms=("symbian",))


def test_a_rate_of_fewer_answers_than_it_needs_is_left_out_and_says_so(project: Connection):
    one_day = Filters(DateRange(date(2026, 2, 16), date(2026, 2, 16)))
    hidden = query_metrics(project, ["csat", "csat_answers"], filters=one_day, scope=WHOLE_PROJECT)
    assert hidden.rows[0][:2] == (None, 2)
    note = hidden.note("csat")
    assert note is not None
    assert (note.code, note.text_es) == ("too_few", "Sin valor donde la base es menor que 5.")
    whole = query_metrics(
        project, ["csat", "csat_answers"], filters=Filters(WEEK), scope=WHOLE_PROJECT
    )
    assert whole.value("csat") == pytest.approx(4 / 6)
    assert whole.note("csat") is None
