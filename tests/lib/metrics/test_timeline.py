"""One conversation of the small world, step by step, for who may see it and for nobody else."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from lib.metrics.scope import WHOLE_PROJECT, Scope
from lib.metrics.timeline import load_timeline

TENTH = date(2026, 2, 10)


def test_the_turns_come_in_their_order_with_what_the_bot_understood(project: Connection):
    found = load_timeline(project, "ana", TENTH, scope=WHOLE_PROJECT)
    assert found is not None
    assert [
        (turn.direction, turn.intent, turn.is_fallback, turn.agent) for turn in found.turns
    ] == [
        ("inbound", "saldo", True, None),
        ("bot", None, False, None),
        ("inbound", "credito", False, None),
        ("bot", None, False, None),
        ("agent", None, False, "Laura Gómez"),
        ("inbound", None, False, None),
    ]
    assert found.every_turn == 6
    assert found.turns[0].sent_at == datetime(2026, 2, 10, 14, 0, tzinfo=UTC)
    assert (found.entity, found.channel, found.conversation_type) == ("Norte", "cloudapi", "mixed")
    assert (found.contact, found.day) == ("+57 3** *** **00", TENTH)


def test_the_hand_off_says_who_waited_how_long_and_how_it_ended(project: Connection):
    found = load_timeline(project, "ana", TENTH, scope=WHOLE_PROJECT)
    assert found is not None
    (served,) = found.sessions
    assert (served.agent, served.wait_seconds, served.first_response_seconds) == (
        "Laura Gómez",
        30,
        60,
    )
    assert (served.handle_seconds, served.close_reason) == (600, "AGENT_ACTION")
    assert served.queued_at == datetime(2026, 2, 10, 15, 0, tzinfo=UTC)
    assert served.closed_at == datetime(2026, 2, 10, 16, 0, tzinfo=UTC)


def test_a_session_belongs_to_the_day_it_was_closed_on_too(project: Connection):
    found = load_timeline(project, "beto", date(2026, 2, 11), scope=WHOLE_PROJECT)
    assert found is not None
    assert (found.turns, found.every_turn) == ((), 0)
    assert [served.handle_seconds for served in found.sessions] == [40000]
    assert (found.entity, found.conversation_type) == ("Sur", None)


def test_a_queue_that_nobody_took_has_no_agent(project: Connection):
    found = load_timeline(project, "dani", date(2026, 2, 17), scope=WHOLE_PROJECT)
    assert found is not None
    (served,) = found.sessions
    assert (served.agent, served.is_queue_abandoned, served.assigned_at) == (None, True, None)


def test_what_was_written_and_by_which_number_is_not_there(project: Connection):
    found = load_timeline(project, "ana", TENTH, scope=WHOLE_PROJECT)
    assert found is not None
    told = str(asdict(found))
    assert "texto privado" not in told
    assert "573001234567" not in told


@pytest.mark.parametrize(
    ("contact", "day", "scope"),
    [
        ("zoe", TENTH, WHOLE_PROJECT),
        ("nadie", TENTH, WHOLE_PROJECT),
        ("", TENTH, WHOLE_PROJECT),
        ("ana", date(2026, 2, 12), WHOLE_PROJECT),
        ("ana", TENTH, Scope(("Sur",))),
        ("ana", TENTH, Scope(())),
        ("beto", date(2026, 2, 11), Scope(("Norte",))),
    ],
    ids=str,
)
def test_what_this_reader_has_not_is_not_there(project: Connection, contact, day, scope):
    assert load_timeline(project, contact, day, scope=scope) is None


def test_each_project_has_its_own(other_project: Connection):
    assert load_timeline(other_project, "ana", TENTH, scope=WHOLE_PROJECT) is None
    found = load_timeline(other_project, "zoe", TENTH, scope=Scope(("Oeste",)))
    assert found is not None
    assert found.every_turn == 5
