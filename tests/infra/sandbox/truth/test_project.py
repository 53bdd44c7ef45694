import json
from datetime import date, datetime

import pytest

from infra.sandbox.truth.numbers import (
    active_agents,
    intent_counts,
    message_counts,
    metrics,
    percentile,
    unique_contacts,
)
from infra.sandbox.truth.project import reckon
from tests.support.truth_rows import ANA, BETO, Rows, config, session

NOW = datetime.fromisoformat("2026-02-17T10:00:00-05:00")
DAY, NEXT = "2026-02-10 ", "2026-02-11 "
TENTH, ELEVENTH = date(2026, 2, 10), date(2026, 2, 11)
FALLBACK = {"isFallback": "Yes", "dfIntentName": "Default Fallback Intent"}


def truth_of(rows, sessions=(), now=NOW, **changes):
    return reckon(config(**changes), rows.values, sessions, [ANA, BETO], now)


def talks(truth):
    return {(talk.contact_id, talk.local_date): talk for talk in truth.conversations}


def answer(entity):
    response = {"flowResponse": {"type": "encuesta", "entity": entity}}
    content = json.dumps({"eventName": "FLOW_RESPONSE_EVENT", "eventParameters": response})
    return {"contentType": "event", "content": content}


def test_bot_only_mixed_and_agent_only_follow_the_truth_table():
    rows = Rows()
    rows.add("bot", DAY + "09:00:00", contact="1")
    rows.add("in", DAY + "09:00:00", contact="2")
    rows.add("agent", DAY + "09:01:00", contact="2", agentId="1201")
    rows.add("agent", DAY + "09:00:00", contact="3", agentId="1201")
    rows.add("in", DAY + "09:00:00", contact="4", contentType="event")
    found = talks(truth_of(rows))

    assert [found[contact, TENTH].conversation_type for contact in "1234"] == [
        "bot", "mixed", "agent", "bot",
    ]  # fmt: skip
    assert [found[contact, TENTH].is_handed_off for contact in "123"] == [False, True, False]


def test_campaign_and_system_rows_alone_make_no_conversation():
    rows = Rows()
    rows.add("campaign", DAY + "09:00:00")
    rows.add("notice", DAY + "09:00:00")
    rows.add("note", DAY + "09:00:00")
    rows.add("other", DAY + "09:00:00")
    rows.add("in", DAY + "10:00:00", contact=BETO, sendingId="61001")
    truth = truth_of(rows)

    assert set(talks(truth)) == {(BETO, TENTH)}
    assert message_counts(truth, TENTH, TENTH, ["direction"]) == {("inbound",): 1}


def test_an_inbound_inside_an_open_session_is_not_the_bots():
    rows = Rows()
    inside = rows.add("in", DAY + "09:00:30", **FALLBACK)
    edge = rows.add("in", DAY + "09:00:00", **FALLBACK)
    after = rows.add("in", DAY + "09:10:00", **FALLBACK)
    other = rows.add("in", DAY + "09:00:30", contact=BETO, **FALLBACK)
    held = rows.add("in", DAY + "12:00:00", agentConversationId="1", **FALLBACK)
    closed = session(1, DAY + "09:00:00", DAY + "09:01:00", DAY + "09:10:00")
    found = truth_of(rows, [closed])
    handled = {m.row.message_id for m in found.messages if m.is_bot_handled}

    assert handled == {after, other}
    assert not {inside, edge, held} & handled
    assert metrics(found, TENTH, TENTH)["fallback_rate"] == 1.0


def test_an_unclosed_session_holds_until_a_day_after_its_last_event():
    rows = Rows()
    rows.add("agent", DAY + "09:05:00", agentConversationId="1", agentId="1201")
    held = rows.add("in", NEXT + "09:04:59")
    free = rows.add("in", NEXT + "09:05:00")
    found = truth_of(rows, [session(1, DAY + "09:00:00", DAY + "09:01:00")])
    handled = {m.row.message_id for m in found.messages if m.is_bot_handled}

    assert handled == {free}
    assert held not in handled


def test_neither_an_agents_line_nor_a_survey_answer_is_bot_handled():
    rows = Rows()
    rows.add("in", DAY + "09:00:00", **answer("Norte"))
    rows.add("in", DAY + "09:01:00", integration="agent")
    ai = rows.add("in", DAY + "09:02:00", integration="ai")
    handled = {m.row.message_id for m in truth_of(rows).messages if m.is_bot_handled}

    assert handled == {ai}


def test_a_session_past_midnight_makes_the_second_day_agent_only():
    rows = Rows()
    rows.add("in", DAY + "23:50:00")
    rows.add("agent", NEXT + "00:05:00", agentConversationId="1", agentId="1201")
    late = session(1, DAY + "23:51:00", DAY + "23:55:00", NEXT + "00:20:00")
    found = talks(truth_of(rows, [late]))

    assert found[ANA, TENTH].conversation_type == "mixed"
    assert found[ANA, ELEVENTH].conversation_type == "agent"
    assert not found[ANA, ELEVENTH].is_handed_off


def test_a_conversations_hour_is_that_of_its_first_inbound():
    rows = Rows()
    rows.add("bot", DAY + "08:59:00")
    rows.add("in", DAY + "09:01:00")
    rows.add("bot", DAY + "10:00:00", contact=BETO)
    found = talks(truth_of(rows))

    assert found[ANA, TENTH].local_hour == 9
    assert found[BETO, TENTH].local_hour == 10


def test_the_agents_rule_beats_the_contacts_and_holds_for_the_whole_day():
    rows = Rows()
    for at in (DAY + "08:00:00", NEXT + "08:00:00"):
        rows.add("in", at, contact=BETO)
    its = session(1, DAY + "17:00:00", DAY + "17:01:00", DAY + "17:09:00", contact=BETO)
    found = talks(truth_of(rows, [its]))

    assert (found[BETO, TENTH].entity, found[BETO, TENTH].entity_rule) == ("Norte", "agent_domain")
    assert (found[BETO, ELEVENTH].entity, found[BETO, ELEVENTH].entity_rule) == ("Sur", "contact")


def test_the_days_first_session_decides_between_two_agents():
    rows = Rows()
    rows.add("in", DAY + "08:00:00")
    first = session(2, DAY + "09:00:00", DAY + "09:01:00", DAY + "09:09:00", agentId=1209)
    second = session(1, DAY + "10:00:00", DAY + "10:01:00", DAY + "10:09:00")
    truth = truth_of(rows, [second, {**first, "email": "temp@norte.example"}])

    assert talks(truth)[ANA, TENTH].entity == "Norte"
    swapped = truth_of(rows, [second, first], entity_rules=[
        {"priority": 1, "rule_kind": "agent", "match_value": "1209", "entity": "Sur"},
        {"priority": 2, "rule_kind": "agent", "match_value": "1201", "entity": "Norte"},
    ])  # fmt: skip
    assert talks(swapped)[ANA, TENTH].entity == "Sur"


def test_a_session_nobody_took_leaves_the_word_to_the_next_one():
    rows = Rows()
    rows.add("in", DAY + "08:00:00", agentConversationId="1")
    abandoned = session(1, DAY + "08:00:00", None, DAY + "08:30:00")
    taken = session(2, DAY + "10:00:00", DAY + "10:01:00", DAY + "10:09:00")

    assert talks(truth_of(rows, [abandoned, taken]))[ANA, TENTH].entity == "Norte"


def test_an_agent_assigned_after_midnight_says_nothing_about_the_day_before():
    rows = Rows()
    rows.add("in", DAY + "23:50:00")
    rows.add("agent", NEXT + "08:05:00", agentConversationId="1", agentId="1201")
    found = talks(
        truth_of(rows, [session(1, DAY + "23:51:00", NEXT + "08:00:00", NEXT + "08:20:00")])
    )

    assert found[ANA, TENTH].entity == "Sin entidad"
    assert found[ANA, ELEVENTH].entity == "Norte"


@pytest.mark.parametrize(
    ("spelling", "entity"),
    [("EL  SUR ", "Sur"), ("Norte", "Norte"), ("quién sabe", "Sin entidad"), (7, "Sin entidad")],
)
def test_a_survey_answer_counts_from_its_day_on(spelling, entity):
    rows = Rows()
    rows.add("in", "2026-02-09 09:00:00")
    rows.add("in", DAY + "09:00:00", **answer(spelling))
    rows.add("in", NEXT + "09:00:00")
    found = talks(truth_of(rows))

    assert found[ANA, date(2026, 2, 9)].entity == "Sin entidad"
    assert found[ANA, TENTH].entity == found[ANA, ELEVENTH].entity == entity


def test_the_latest_answer_counts_even_when_nobody_knows_the_spelling():
    rows = Rows()
    rows.add("in", DAY + "09:00:00", **answer("Norte"))
    rows.add("in", NEXT + "09:00:00", **answer("la de siempre"))
    found = talks(truth_of(rows))

    assert found[ANA, TENTH].entity == "Norte"
    assert found[ANA, ELEVENTH].entity == "Sin entidad"


def test_the_numbers_of_a_day_add_up_by_hand():
    rows = Rows()
    rows.add("in", DAY + "09:00:00", dfIntentName="[1.2] consulta_saldo")
    rows.add("bot", DAY + "09:00:02")
    rows.add("in", DAY + "09:01:00", **FALLBACK)
    rows.add("bot", DAY + "09:01:02")
    rows.add("in", DAY + "22:30:00", contact=BETO, dfIntentName="consulta_saldo")
    rows.add("agent", DAY + "09:03:00", agentConversationId="1", agentId="1201")
    rows.add("agent", DAY + "09:04:00", agentConversationId="9", agentId="77")
    rows.add("note", DAY + "09:05:00", agentConversationId="1")
    truth = truth_of(rows, [session(1, DAY + "09:02:00", DAY + "09:02:30", DAY + "09:12:30")])
    found = metrics(truth, TENTH, TENTH)

    assert found == {
        "messages": 7, "inbound_messages": 3, "bot_messages": 2, "agent_messages": 2,
        "unique_contacts": 2, "conversations": 2, "active_agents": 1,
        "bot_handled_messages": 3, "fallback_messages": 1, "fallback_rate": 1 / 3,
        "handoff_rate": 1 / 2, "agent_sessions": 2,
        "wait_count": 1, "wait_time_p50": 30, "wait_time_p90": 30, "wait_time_avg": 30,
        "first_response_count": 1, "first_response_time_p50": 60, "first_response_time_p90": 60,
        "first_response_time_avg": 60,
        "handle_count": 1, "handle_time_p50": 600, "handle_time_p90": 600, "handle_time_avg": 600,
    }  # fmt: skip
    assert message_counts(truth, TENTH, TENTH, ["hour"]) == {(9,): 6, (22,): 1}
    assert intent_counts(truth, TENTH, TENTH) == {
        "consulta_saldo": (2, 2),
        "Default Fallback Intent": (1, 1),
    }
    assert active_agents(truth, TENTH, TENTH) == {"1201"}
    assert unique_contacts(truth, TENTH, ELEVENTH) == 2
    assert unique_contacts(truth, ELEVENTH, ELEVENTH) == 0


def test_a_day_without_rows_has_zeros_and_no_rates():
    found = metrics(truth_of(Rows()), TENTH, TENTH)

    assert (found["messages"], found["conversations"], found["agent_sessions"]) == (0, 0, 0)
    assert found["fallback_rate"] is found["handoff_rate"] is found["wait_time_p50"] is None


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, None), ([7], 0.9, 7), ([10, 20], 0.5, 15), ([40, 10, 20, 30], 0.9, 37)],
)
def test_percentiles_lie_between_two_cases_in_proportion(values, share, expected):
    assert percentile(values, share) == expected
