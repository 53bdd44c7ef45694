"""What became of conversations, reckoned from rows few enough to judge by eye."""

import json
from datetime import date, datetime

import pytest

from infra.sandbox.truth.outcomes import frequent_contacts, outcome_metrics, outcomes
from infra.sandbox.truth.project import reckon
from tests.support.truth_rows import ANA, BETO, Rows, config

NOW = datetime.fromisoformat("2026-02-17T10:00:00-05:00")
TENTH, ELEVENTH = date(2026, 2, 10), date(2026, 2, 11)
LOST = {"isFallback": "Yes", "dfIntentName": "Default Fallback Intent"}


def truth_of(rows, now=NOW):
    return reckon(config(), rows.values, [], [ANA, BETO], now)


def single(rows, now=NOW):
    """The only conversation there is."""
    (found,) = outcomes(truth_of(rows, now))
    return found


def survey(**answers):
    form = {"type": "encuesta", "entity": "Norte", **answers, "flowToken": {"flowId": "f"}}
    content = json.dumps({"eventParameters": {"flowResponse": form}})
    return {"contentType": "event", "content": content}


def test_a_loop_is_two_lost_turns_in_a_row_whatever_the_bot_says_between():
    rows = Rows()
    rows.add("in", "2026-02-10 09:00:00", **LOST)
    rows.add("in", "2026-02-10 09:01:00")
    rows.add("in", "2026-02-10 09:02:00", **LOST)
    assert not single(rows).has_loop
    rows.add("bot", "2026-02-10 09:02:30")
    rows.add("in", "2026-02-10 09:03:00", **LOST)
    assert single(rows).has_loop


def test_abandoned_is_who_leaves_the_bot_unanswered_after_a_lost_turn():
    rows = Rows()
    rows.add("in", "2026-02-10 09:00:00", **LOST)
    assert not single(rows).is_abandoned
    rows.add("bot", "2026-02-10 09:00:02")
    assert single(rows).is_abandoned
    rows.add("in", "2026-02-10 09:01:00")
    rows.add("bot", "2026-02-10 09:01:02")
    assert not single(rows).is_abandoned


def test_containment_is_effective_when_understood_at_the_end_and_nobody_came_back():
    rows = Rows()
    rows.add("in", "2026-02-10 22:00:00")
    rows.add("bot", "2026-02-10 22:00:02")
    assert single(rows).is_effective
    rows.add("in", "2026-02-11 22:00:03")
    assert [item.is_effective for item in outcomes(truth_of(rows))] == [True, True]
    rows.add("in", "2026-02-11 22:00:02")
    assert [item.is_effective for item in outcomes(truth_of(rows))] == [False, True]


@pytest.mark.parametrize(("now", "is_final"), [("09:59:59", False), ("10:00:00", True)])
def test_a_conversation_is_final_a_day_after_its_last_message(now, is_final):
    rows = Rows()
    rows.add("in", "2026-02-16 10:00:00")
    assert single(rows, datetime.fromisoformat(f"2026-02-17T{now}-05:00")).is_final is is_final


def test_a_return_counts_from_the_end_of_the_conversation_before():
    rows = Rows()
    rows.add("in", "2026-02-09 08:00:00")
    rows.add("agent", "2026-02-09 20:00:00", agentId="1209")
    rows.add("in", "2026-02-10 20:00:00")
    rows.add("bot", "2026-02-14 09:00:00")
    rows.add("in", "2026-02-10 09:00:00", contact=BETO)
    found = outcome_metrics(truth_of(rows), date(2026, 2, 9), date(2026, 2, 14))
    assert found["repeat_contact_rate_24h"] == found["repeat_contact_rate_7d"] == 1 / 4


@pytest.mark.parametrize(("last_day", "frequent"), [(15, {ANA}), (16, set())])
def test_frequent_is_more_than_the_limit_within_seven_days_of_the_range(last_day, frequent):
    rows = Rows()
    for day in (9, 11, last_day):
        rows.add("in", f"2026-02-{day:02} 23:30:00")
        rows.add("bot", f"2026-02-{day:02} 23:30:02", contact=BETO)
    truth = truth_of(rows)
    assert frequent_contacts(truth, date(2026, 2, 9), date(2026, 2, 28), 2) == frequent
    assert frequent_contacts(truth, TENTH, date(2026, 2, 28), 2) == set()


def test_delivery_is_over_final_states_of_the_bot_and_the_agents():
    rows = Rows()
    for who, state in (
        ("bot", "channel_sent"), ("bot", "channel_read"), ("agent", "channel_delivered"),
        ("agent", "channel_failed"), ("campaign", "channel_failed"), ("in", ""),
    ):  # fmt: skip
        rows.add(who, "2026-02-10 09:00:00", status=state)
    found = outcome_metrics(truth_of(rows), TENTH, TENTH)
    assert found["message_delivery_rate"] == 2 / 3


def test_satisfaction_is_hidden_below_five_scores():
    rows = Rows()
    question = "¿Cómo CALIFICA la atención? "
    for score in ("5 - Excelente", "4 - Bueno", "3 - Regular", "1 - Muy malo"):
        rows.add("in", "2026-02-10 09:00:00", **survey(**{question: score}))
    rows.add("in", "2026-02-10 09:00:00", **survey(otra="5"))
    rows.add("in", "2026-02-10 09:00:00", **survey())
    found = outcome_metrics(truth_of(rows), TENTH, TENTH)
    assert (found["survey_responses"], found["csat_answers"], found["csat"]) == (5, 4, None)
    rows.add("in", "2026-02-10 23:30:00", **survey(**{question: "5 - Excelente 😀 "}))
    assert outcome_metrics(truth_of(rows), TENTH, TENTH)["csat"] == 3 / 5


def test_a_day_without_conversations_has_zeros_and_no_rates():
    found = outcome_metrics(truth_of(Rows()), ELEVENTH, ELEVENTH)
    assert (found["effective_containments"], found["fallback_loops"]) == (0, 0)
    rates = [value for name, value in found.items() if name.endswith("_rate") or "rate_" in name]
    assert set(rates) == {None}
