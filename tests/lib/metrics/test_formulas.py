"""The formula of every metric: its value over a small world, added up by hand.

The rows stand in tests/support: metric_world (conversations, sessions), metric_details (surveys,
campaigns). A changed measure, numerator, denominator or percentile changes one of these numbers.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from sqlalchemy import Connection

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.errors import DimensionNotAvailableError
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT

ALL = Filters(DateRange(date(2026, 2, 9), date(2026, 2, 17)))

# messages: 10 inbound, 8 of the bot, 5 of agents; 8 inbound held by the bot, 3 not understood
MESSAGES = {
    "messages": 23,
    "inbound_messages": 10,
    "bot_messages": 8,
    "agent_messages": 5,
    "bot_handled_messages": 8,
    "fallback_messages": 3,
    "fallback_rate": 3 / 8,
    "out_of_hours_messages": 3,  # at 20, 7 and 7
    "out_of_hours_rate": 3 / 10,
    "final_status_messages": 13,  # the bot's were read, the agents' failed
    "delivered_messages": 8,
    "message_delivery_rate": 8 / 13,
    "intent_messages": 8,
    "intent_conversations": 5,
    "active_agents": 2,
}
# seven contact-days of four contacts: three Solo bot, two Mixta, two Solo agente
CONVERSATIONS = {
    "conversations": 7,
    "unique_contacts": 4,
    "bot_conversations": 5,
    "handed_off_conversations": 2,
    "handoff_rate": 2 / 5,
    "contained_conversations": 3,
    "containment_rate": 3 / 5,
    "provisional_conversations": 2,
    "final_bot_conversations": 4,
    "effective_containments": 2,
    "effective_containment_rate": 2 / 4,
    "fallback_conversations": 2,
    "fallback_conversation_rate": 2 / 5,
    "bot_abandonments": 1,
    "bot_abandonment_rate": 1 / 5,
    "fallback_loops": 1,
    "fallback_loop_rate": 1 / 5,
    "repeat_contacts_24h": 1,
    "repeat_contact_rate_24h": 1 / 7,
    "repeat_contacts_72h": 2,
    "repeat_contact_rate_72h": 2 / 7,
    "repeat_contacts_7d": 3,
    "repeat_contact_rate_7d": 3 / 7,
    "high_frequency_contacts": 2,  # the third one's run began before the period
}
# waits 0, 30, 90, 600; first responses 10, 60, 120; handled in 300, 600 and, too long, 40000
SESSIONS = {
    "agent_sessions": 5,
    "open_agent_sessions": 2,
    "queued_sessions": 4,
    "queue_abandoned_sessions": 1,
    "queue_abandonment_rate": 1 / 4,
    "impossible_time_sessions": 3,
    "handle_over_limit_sessions": 1,
    "wait_count": 4,
    "wait_time_p50": 60,
    "wait_time_p90": 90 + 0.7 * 510,
    "wait_time_avg": 180,
    "wait_business_time_p50": 30,
    "wait_business_time_p90": 45 + 0.7 * 255,
    "wait_business_time_avg": 90,
    "first_response_count": 3,
    "first_response_time_p50": 60,
    "first_response_time_p90": 60 + 0.8 * 60,
    "first_response_time_avg": 190 / 3,
    "handle_count": 2,
    "handle_time_p50": 450,
    "handle_time_p90": 570,
    "handle_time_avg": 450,
}
SURVEYS = {
    "csat_answers": 6,
    "satisfied_answers": 4,
    "csat": 4 / 6,
    "survey_responses": 5,
    "surveys_sent": 8,
    "csat_response_rate": 5 / 8,
}
# a rate divides only rows whose channel reports both of its parts
CAMPAIGNS = {
    "sent": 100 + 50 + 20 + 5 + 7,
    "delivered": 80 + 40 + 16 + 5 + 30,
    "reads": 8 + 2 + 6 + 9,
    "clicks": 8 + 4 + 3 + 5,
    "errors": 5 + 1,
    "unsubscribes": 2 + 1,
    "chunks": 60,
    "cost": 112.75,
    "whatsapp_cost": 100.25,
    "cost_per_contained_conversation": 100.25 / 2,
    "delivered_with_sent": 80 + 40 + 16 + 5,
    "sent_with_delivered": 100 + 50 + 20 + 5,
    "delivery_rate": 141 / 175,
    "clicks_with_sent": 8 + 4,
    "sent_with_clicks": 100 + 20,
    "ctr": 12 / 120,
    "clicks_with_delivered": 8 + 4 + 3,
    "delivered_with_clicks": 80 + 16 + 30,
    "click_to_delivered_rate": 15 / 126,
    "clicks_with_reads": 4 + 3 + 5,
    "reads_with_clicks": 8 + 6 + 9,
    "click_to_open_rate": 12 / 23,
    "reads_with_delivered": 8 + 2 + 6,
    "delivered_with_reads": 16 + 5 + 30,
    "read_rate": 16 / 51,
    "sends_in_scope": 4,
    "compliant_sends": 3,
    "unclassified_sends": 3,
    "contact_law_compliance_rate": 3 / 4,
}
EXPECTED: Mapping[str, float] = {**MESSAGES, **CONVERSATIONS, **SESSIONS, **SURVEYS, **CAMPAIGNS}
# conversations of each intent and of each agent; one with two of them counts in both
PER_INTENT = {"saldo": 4, "credito": 2, "bienvenida": 1}
PER_AGENT = {"7": 2, "8": 2, "9": 1}


def test_every_metric_has_its_number_here(catalog: Catalog):
    assert set(EXPECTED) == set(catalog.metrics)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_metric_is_what_its_rows_add_up_to(project: Connection, name: str):
    value = query_metrics(project, [name], filters=ALL, scope=WHOLE_PROJECT).value(name)
    assert value == pytest.approx(EXPECTED[name], rel=1e-12)


def test_every_mart_that_may_answer_gives_the_same_number(project: Connection, catalog: Catalog):
    asked = 0
    for metric in catalog.metrics.values():
        for place in range(1, len(metric.answers)):
            answer = metric.answers[place]
            if answer.additive_within is not None:
                continue
            asked += 1
            alone = read_from(catalog, metric, place)
            value = query_metrics(
                project, [metric.name], filters=ALL, catalog=alone, scope=WHOLE_PROJECT
            )
            assert value.value(metric.name) == EXPECTED[metric.name], (metric.name, answer.measure)
    assert asked >= 10


@pytest.mark.parametrize(
    ("name", "group", "expected"),
    [("conversations", "agent", PER_AGENT), ("intent_conversations", "intent", PER_INTENT)],
)
def test_what_adds_up_within_a_group_is_the_same_in_every_mart(
    project: Connection, catalog: Catalog, name: str, group: str, expected: Mapping[str, int]
):
    metric = catalog.metric(name)
    for place in range(len(metric.answers)):
        alone = read_from(catalog, metric, place)
        try:
            found = query_metrics(
                project, [name], group_by=group, filters=ALL, catalog=alone, scope=WHOLE_PROJECT
            )
        except DimensionNotAvailableError:
            continue  # a mart without the group answers other questions
        key = "agent_id" if group == "agent" else group
        assert dict(zip(found.column(key), found.column(name), strict=True)) == expected


def read_from(catalog: Catalog, metric: Metric, place: int) -> Catalog:
    """The catalogue with one metric read from one of its marts only."""
    alone = replace(metric, answers=(replace(metric.answers[place], needs=()),))
    metrics = {**catalog.metrics, metric.name: alone}
    return Catalog(MappingProxyType(metrics), catalog.models)
