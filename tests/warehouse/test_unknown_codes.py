"""Codes of the source that nobody has described: kept, counted under "otro", and reported."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from flows.transform import transform
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, at

A, B = 101, 202
STRANGE = (
    Message(message_id="m1", sent_at=at("2026-02-10 08:00"), intent="saldo"),
    Message(message_id="m2", sent_at=at("2026-02-10 08:01"), send_type="webhook", integration="x"),
    Message(
        message_id="m3",
        sent_at=at("2026-02-10 08:02"),
        send_type="dialogflow",
        status="channel_lost",
    ),
    Message(message_id="m4", sent_at=at("2026-02-11 08:00"), channel="Telegram", contact="c2"),
)
REPORTS = """
select result ->> 'name', max((result ->> 'failures')::integer)
from app.dbt_runs, jsonb_array_elements(results) as result
where result ->> 'status' = 'warn' group by 1
"""


@pytest.fixture(scope="module")
def reported(new_source: Callable[..., RawSource], owner: Engine) -> dict[str, int]:
    """What the tests said during two builds; in the second one an intent is new to project A."""
    a, b = new_source(A), new_source(B)
    a.load(STRANGE)
    b.load(STRANGE[:1])
    transform()
    for source in (a, b):
        source.load(
            [Message(message_id="m5", sent_at=at("2026-02-10 09:00"), intent="nuevo")]
            if source is a
            else [Message(message_id="m5", sent_at=at("2026-02-10 09:00"), intent="saldo")]
        )
    transform()
    return {row[0]: row[1] for row in query(owner, REPORTS)}


def test_an_unknown_sender_is_no_message_of_anybody_and_is_kept(
    reported: dict[str, int], owner: Engine
):
    counted = "select direction, count(*) from marts.fct_messages where project_id = 101 group by 1"
    assert dict(query(owner, counted)) == {"inbound": 3, "bot": 1, "other": 1}
    assert reported["report_unknown_directions"] == 1


def test_an_unknown_state_is_kept_and_never_final(reported: dict[str, int], owner: Engine):
    found = """
        select sum(message_count), sum(final_status_count), max(delivery_status)
        from marts.fct_messages_hourly inner join marts.fct_messages
            using (project_id, local_date, local_hour, direction)
        where project_id = 101 and direction = 'bot'
    """
    assert query(owner, found) == [(1, 0, "other")]
    assert reported["report_unknown_statuses"] == 1


def test_an_unknown_channel_is_counted_under_otro(reported: dict[str, int], owner: Engine):
    found = (
        "select channel, count(*) from marts.fct_conversations where project_id = 101 group by 1"
    )
    assert dict(query(owner, found)) == {"whatsapp": 1, "otro": 1}
    label = "select channel_label from marts.dim_channels where channel = 'otro'"
    assert query(owner, label) == [("Otro",)]
    assert reported["report_unknown_channels"] == 1


def test_a_new_intent_is_kept_by_its_name_and_told(reported: dict[str, int], owner: Engine):
    found = "select project_id, intent from marts.dim_intents order by 1, 2"
    assert query(owner, found) == [(A, "nuevo"), (A, "saldo"), (B, "saldo")]
    assert reported["report_new_intents"] == 1


def test_nothing_of_it_holds_a_project_back(reported: dict[str, int], owner: Engine):
    held = "select project_id, held_back_since from app.data_versions order by 1"
    assert query(owner, held) == [(A, None), (B, None)]
