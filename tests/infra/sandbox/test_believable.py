"""The demo has the shape of the pilot: see what a reader of the page would notice."""

import time
from collections import Counter
from datetime import datetime

import pytest

from infra.sandbox.rhythm import TIMEZONE
from infra.sandbox.truth.project import project_truth
from infra.sandbox.world import World

DEMO, SECOND = 900101, 900202


@pytest.fixture(scope="module")
def truths(demo, now):
    return {key: project_truth(project, now) for key, project in demo.projects.items()}


@pytest.fixture(scope="module")
def local_times(demo, now):
    end = int(now.timestamp())
    rows = demo.project(DEMO).messages_between(0, end + 1, end)
    return [datetime.fromtimestamp(row.sent_at, TIMEZONE) for row in rows]


def test_the_demo_is_generated_within_six_seconds(now):
    started = time.perf_counter()
    World.generate(7, until=now)

    assert time.perf_counter() - started < 6


def test_the_demo_has_its_size(demo, truths):
    assert 35_000 <= len(truths[DEMO].messages) <= 39_000
    assert 8_000 <= len(truths[SECOND].messages) <= 10_500
    assert len(demo.project(DEMO).contacts) == 621
    assert len(demo.project(SECOND).contacts) == 180
    assert len({talk.contact_id for talk in truths[DEMO].conversations}) == 621


@pytest.mark.parametrize(
    "instant",
    ["2026-04-06T08:45:00-05:00", "2026-11-23T10:00:00-05:00", "2027-01-04T23:30:00-05:00"],
)
def test_the_demo_keeps_its_size_whatever_day_it_ends_on(instant):
    until = datetime.fromisoformat(instant)
    project = World.generate(7, until=until).project(DEMO)
    end = int(until.timestamp())
    served = project.messages_between(0, end + 1, end)

    assert 35_000 <= len(served) <= 39_000
    assert len({row.contact.contact_id for row in served if row.send_type == "input"}) == 621
    assert any(
        datetime.fromtimestamp(row.sent_at, TIMEZONE).date() == until.date() for row in served
    )


def test_the_demo_spans_four_hundred_local_days_ending_today(local_times, now):
    days = {moment.date() for moment in local_times}

    assert (max(days) - min(days)).days in (398, 399)
    assert max(days) == now.date()


def test_the_bot_misses_about_one_turn_in_seven(truths):
    for truth in truths.values():
        handled = [message for message in truth.messages if message.is_bot_handled]
        assert 0.12 <= sum(m.row.is_fallback for m in handled) / len(handled) <= 0.16


def test_about_six_messages_in_ten_have_no_session(truths):
    for truth in truths.values():
        bare = sum(message.row.session_id is None for message in truth.messages)
        assert 0.55 <= bare / len(truth.messages) <= 0.65


def test_saturday_is_half_a_weekday_and_sunday_nearly_none(local_times):
    by_weekday = Counter(moment.weekday() for moment in local_times)
    weekday = sum(by_weekday[day] for day in range(5)) / 5

    assert 0.35 * weekday < by_weekday[5] < 0.7 * weekday
    assert 0 < by_weekday[6] < 0.05 * weekday


def test_office_hours_carry_most_with_a_dip_at_lunch_and_some_evening(local_times):
    by_hour = Counter(moment.hour for moment in local_times)
    total = sum(by_hour.values())

    assert sum(by_hour[hour] for hour in range(8, 18)) > 0.8 * total
    assert max(by_hour[12], by_hour[13]) < 0.75 * min(by_hour[10], by_hour[14])
    assert 0.02 * total < sum(by_hour[hour] for hour in range(19, 24)) < 0.12 * total
    assert by_hour[23] > 50
    assert by_hour[3] + by_hour[4] < 20


def test_most_people_wait_a_minute_or_two_and_a_few_very_long(truths):
    waits = sorted(s.wait_seconds for s in truths[DEMO].sessions if s.wait_seconds is not None)

    assert 60 <= waits[len(waits) // 2] <= 180
    assert waits[int(len(waits) * 0.99)] > 1_800
    assert waits[-1] > 8 * 3600


def test_every_awkward_case_of_the_contract_occurs(demo, truths, now):
    truth, project = truths[DEMO], demo.project(DEMO)
    listed = {row["agentSessionId"] for row in project.session_payloads(int(now.timestamp()))}
    agents_of_day = {}
    for session in truth.sessions:
        for day in session.message_dates:
            agents_of_day.setdefault((session.contact_id, day), set()).add(session.agent_id)
    campaign_days = {(m.row.contact_id, m.row.local_date) for m in truth.messages} - {
        (talk.contact_id, talk.local_date) for talk in truth.conversations
    }

    assert any(session.is_transferred for session in truth.sessions)
    assert any(session.is_queue_abandoned for session in truth.sessions)
    assert any(session.closed_at is None and session.assigned_at for session in truth.sessions)
    assert any(len(session.message_dates) > 1 for session in truth.sessions)
    assert any(session.is_rebuilt for session in truth.sessions)
    assert any(not session.message_dates for session in truth.sessions)
    assert any(session.queued_at is None for session in truth.sessions)
    assert any(session.is_handle_over_limit for session in truth.sessions)
    assert any(
        s.assigned_at and s.queued_at and s.assigned_at < s.queued_at for s in truth.sessions
    )
    assert any(
        s.closed_at and s.assigned_at and s.closed_at < s.assigned_at for s in truth.sessions
    )
    assert any(len(agents) > 1 for agents in agents_of_day.values())
    assert len(campaign_days) > 500
    assert len(listed) > len(truth.sessions) + 200
    assert {talk.conversation_type for talk in truth.conversations} == {"bot", "mixed", "agent"}
    assert {m.row.direction for m in truth.messages} == {
        "inbound", "bot", "agent", "campaign", "system", "note", "other",
    }  # fmt: skip
    assert any(m.row.direction == "inbound" and m.row.sending_id for m in truth.messages)
    assert any(m.row.direction == "agent" and not m.row.session_id for m in truth.messages)


def test_each_kind_of_entity_rule_decides_some_days_and_some_contacts_have_none(truths):
    rules = Counter(talk.entity_rule for talk in truths[DEMO].conversations)
    entities = {talk.entity for talk in truths[DEMO].conversations}

    assert set(rules) == {"agent_domain", "agent", "contact", "survey_alias", None}
    assert min(rules.values()) >= 20
    assert entities == {
        "Cooprofesionales", "COOVIMAG", "Utrahuilca", "Cooprudea", "Vidasol", "Sin entidad",
    }  # fmt: skip


def test_all_thirteen_agents_write_and_the_outsider_is_none_of_ours(truths):
    wrote = {m.row.agent_id for m in truths[DEMO].messages if m.row.direction == "agent"}

    assert truths[DEMO].roster == {str(number) for number in range(1201, 1214)}
    assert wrote == truths[DEMO].roster | {"1299"}


def test_texts_hold_accents_emoji_quotes_commas_and_line_breaks(demo):
    text = "".join(message.content for message in demo.project(DEMO).messages)

    assert {"ñ", "á", "😕", '"', ",", "\n"} <= set(text)


def test_intents_come_with_and_without_menu_codes_and_clean_to_the_known_names(demo, truths):
    raw = {m.row.intent_raw for m in truths[DEMO].messages if m.row.intent_raw}
    clean = {m.row.intent for m in truths[DEMO].messages if m.row.intent}

    assert {"[1.2] consulta_saldo", "[1.2.1] consulta_saldo", "consulta_saldo"} <= raw
    assert clean == {
        "consulta_saldo", "solicitud_credito", "pago_cuota", "certificado", "bloqueo_tarjeta",
        "recuperar_clave", "oficinas_horarios", "hablar_asesor", "afiliacion", "actualizar_datos",
        "Default Welcome Intent", "Default Fallback Intent", "politica_privacidad_aceptada",
        "flow_response",
    }  # fmt: skip
