"""Other customers' agent sessions never get in."""

from datetime import date

import psycopg
import pytest

from lib.indigitall.records import JsonRecord
from lib.raw.projects import IngestProject
from lib.raw.scope_guard import own_sessions
from tests.support.fake_api import session

MESSAGE = """
insert into raw.messages (project_id, message_id, agent_conversation_id, sent_at, payload_hash,
    batch_id, loaded_at, deleted_at)
values (%s, %s, %s, now(), '', 1, now(), %s)
"""
CONTACT = """
insert into raw.contacts (project_id, contact_id, contact_key, payload, payload_hash, batch_id,
    loaded_at)
values (%s, %s, 'key', '{}', '', 1, now())
"""
PROJECT = IngestProject(1, "America/Bogota", date(2026, 1, 1), frozenset({"uno.example"}))


@pytest.fixture(scope="module")
def connection(module_database):
    """Session 600 stands in messages of project 1, 601 in a deleted one, 602 in project 2."""
    url = module_database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as found:
        found.execute(MESSAGE, [1, "a", "600", None])
        found.execute(MESSAGE, [1, "b", "601", date(2026, 1, 1)])
        found.execute(MESSAGE, [2, "c", "602", None])
        found.execute(CONTACT, [1, "ours"])
        found.execute(CONTACT, [2, "theirs"])
        yield found


@pytest.mark.parametrize(
    ("values", "is_kept"),
    [
        ({"session_id": 600, "contact": "unknown", "email": "x@stranger.example"}, True),
        ({"session_id": 700, "contact": "ours", "email": "ana@uno.example"}, True),
        ({"session_id": 700, "contact": "ours", "email": "Ana@UNO.example "}, True),
        ({"session_id": 700, "contact": "ours", "email": "x@stranger.example"}, False),
        ({"session_id": 700, "contact": "ours", "email": "uno.example@stranger.example"}, False),
        ({"session_id": 700, "contact": "ours", "email": "x@sub.uno.example"}, False),
        ({"session_id": 700, "contact": "ours", "email": None}, False),
        ({"session_id": 700, "contact": "theirs", "email": "ana@uno.example"}, False),
        ({"session_id": 700, "contact": None, "email": "ana@uno.example"}, False),
        ({"session_id": 601, "contact": "unknown", "email": "x@stranger.example"}, False),
        ({"session_id": 602, "contact": "unknown", "email": "x@stranger.example"}, False),
    ],
)
def test_a_session_is_kept_only_if_messages_or_contact_and_mail_say_it_is_ours(
    connection, values, is_kept
):
    payload = session(**values)
    record = JsonRecord(str(payload["agentSessionId"]), payload)

    assert own_sessions(connection, PROJECT, [record]) == ([record] if is_kept else [])
