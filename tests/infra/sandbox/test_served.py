import csv
import io
from dataclasses import replace

from infra.sandbox.people import Contact
from infra.sandbox.profiles import Agent, Line
from infra.sandbox.records import Message, Session
from infra.sandbox.served import (
    COLUMNS,
    HEADER,
    contact_payload,
    csv_line,
    message_values,
    session_payload,
)

T0 = 1_768_485_600  # 2026-01-15 14:00:00 UTC
ANA = Contact(
    record_id=7_700_009,
    contact_id="573000000009",
    profile_name='Ana "la de siempre", Peña 🌻',
    line=Line(41, "cloudapi", "Línea", "573000009999", 1.0),
    home_entity=None,
    is_listed_by_customer=False,
    activity=1.0,
    created_at=T0 - 1_000,
)
LAURA = Agent(1201, "Laura", "laura@coop.example", None, 1.0)
SESSION = Session(
    session_id=600001,
    conversation_id=500001,
    contact_id=ANA.contact_id,
    channel="cloudapi",
    agent=LAURA,
    queued_at=T0,
    assigned_at=T0 + 60,
    closed_at=T0 + 600,
    close_reason="AGENT_ACTION",
    initial_session_id=0,
)
ANSWER = Message(
    message_id=90000004,
    sent_at=T0 + 90,
    visible_at=T0 + 90,
    contact=ANA,
    send_type="operator",
    content_type="text",
    content="Buen día,\nle ayudo",
    integration="agent",
    session=SESSION,
    delivered_at=T0 + 93,
    read_at=T0 + 400,
)


def columns(message, now):
    return dict(zip(COLUMNS, message_values(message, now), strict=True))


def test_the_header_has_the_contracts_24_columns():
    assert len(COLUMNS) == 24
    assert HEADER.startswith("messageId,messageDate,sendType,")
    assert HEADER.endswith(",isFallback,sendingId\n")


def test_a_state_shows_from_its_instant_on():
    states = [
        (columns(ANSWER, T0 + wait)["status"], columns(ANSWER, T0 + wait)["statusAt"][11:19])
        for wait in (90, 92, 93, 399, 400, 9_999)
    ]

    assert states == [
        ("channel_sent", "14:01:30"),
        ("channel_sent", "14:01:30"),
        ("channel_delivered", "14:01:33"),
        ("channel_delivered", "14:01:33"),
        ("channel_read", "14:06:40"),
        ("channel_read", "14:06:40"),
    ]


def test_a_failed_row_names_its_error_once_it_failed():
    failed = replace(ANSWER, delivered_at=None, read_at=None, failed_at=T0 + 100)

    assert columns(failed, T0 + 99)["error"] == ""
    assert columns(failed, T0 + 100)["status"] == "channel_failed"
    assert columns(failed, T0 + 100)["error"].startswith("131")


def test_incoming_rows_have_no_state():
    incoming = replace(ANSWER, send_type="input", session=None)

    assert columns(incoming, T0 + 500)["status"] == columns(incoming, T0 + 500)["statusAt"] == ""


def test_the_session_on_a_row_is_what_was_known():
    seen = [
        tuple(
            columns(ANSWER, T0 + wait)[name]
            for name in ("agentAssignedAt", "agentClosedAt", "agentCloseReason", "agentId")
        )
        for wait in (59, 60, 600)
    ]

    assert seen == [
        ("", "", "", ""),
        ("2026-01-15T14:01:00+00:00", "", "", "1201"),
        ("2026-01-15T14:01:00+00:00", "2026-01-15T14:10:00+00:00", "AGENT_ACTION", "1201"),
    ]


def test_an_agents_row_without_session_still_names_the_agent():
    bare = replace(ANSWER, session=None, agent=LAURA)

    assert columns(bare, T0 + 500)["agentId"] == "1201"
    assert columns(bare, T0 + 500)["agentConversationId"] == ""


def test_a_csv_line_survives_quotes_commas_and_line_breaks():
    values = message_values(ANSWER, T0 + 500)

    assert next(csv.reader(io.StringIO(csv_line(values), newline=""))) == list(values)


def test_endpoint_7_hides_the_agent_until_one_is_assigned():
    early, late = session_payload(SESSION, T0 + 59), session_payload(SESSION, T0 + 600)

    assert (early["agentId"], early["email"], early["assignedAt"]) == (None, None, None)
    assert early["queuedAt"] == "2026-01-15T14:00:00.000Z"
    assert (late["agentId"], late["closedAt"]) == (1201, "2026-01-15T14:10:00.000Z")


def test_a_contact_who_never_wrote_has_no_last_message():
    silent, active = contact_payload(ANA, None), contact_payload(ANA, T0)

    assert silent["lastInputMessage"] is None
    assert silent["updatedAt"] == silent["createdAt"]
    assert active["lastInputMessage"] == active["updatedAt"] == "2026-01-15T14:00:00.000Z"
