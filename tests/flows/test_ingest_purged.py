"""What a purge has removed does not come back, although the API still lists it."""

from datetime import date

import pytest

from tests.support.fake_api import contact, message, session

OLD, NEW = "573000000001", "573000000002"


@pytest.fixture
def purged(raw, api):
    """Project 1 was purged up to 2026-02-12; the API knows days before and after."""
    raw.run("update app.projects set kept_from = '2026-02-12' where project_id = 1")
    for project_id in (1, 2):
        records = api.projects[project_id]
        records.messages = [
            message(1, "2026-02-10T14:00:00", contactId=OLD),
            # 23:59 in Bogotá, then midnight
            message(2, "2026-02-12T04:59:59", contactId=OLD),
            message(3, "2026-02-12T05:00:00", contactId=NEW, agentConversationId="601"),
        ]
        records.contacts = [contact(OLD), contact(NEW)]
        records.sessions = [session(600, contact=OLD), session(601, contact=NEW)]
    return raw


def keys(raw, table, key, project_id):
    query = f"select {key} from raw.{table} where project_id = %s order by 1"
    return [row[0] for row in raw.rows(query, project_id)]


def test_days_before_the_limit_are_neither_asked_for_nor_stored(purged, ingest, api):
    ingest(1)
    assert keys(purged, "messages", "message_id", 1) == ["3"]
    touched = [days for *_, days in purged.batches() if days]
    assert min(day for days in touched for day in days) >= date(2026, 2, 10)
    ingest(2)
    assert keys(purged, "messages", "message_id", 2) == ["1", "2", "3"]


def test_not_even_days_that_are_asked_for_by_name(purged, ingest):
    ingest(1, since=date(2026, 2, 9), until=date(2026, 2, 12))
    assert keys(purged, "messages", "message_id", 1) == ["3"]


def test_a_session_comes_in_when_one_of_its_messages_is_kept_and_only_then(purged, ingest):
    counts = ingest(1).by_endpoint["agent_conversations"]
    assert keys(purged, "agent_sessions", "agent_session_id", 1) == ["601"]
    # the other one is no foreign session: it is our own and over
    assert (counts.read, counts.quarantined) == (2, 0)
    ingest(2)
    assert keys(purged, "agent_sessions", "agent_session_id", 2) == ["600", "601"]


def test_a_contact_comes_in_once_raw_knows_something_of_it(purged, ingest, api):
    ingest(1)
    # the list is read before the messages
    ingest(1)
    assert keys(purged, "contacts", "contact_id", 1) == [NEW]
    api.projects[1].messages.append(message(4, "2026-02-16T14:00:00", contactId=OLD))
    ingest(1)
    ingest(1)
    assert keys(purged, "contacts", "contact_id", 1) == [OLD, NEW]
    ingest(2)
    assert keys(purged, "contacts", "contact_id", 2) == [OLD, NEW]


def test_a_backfill_begins_no_earlier_than_what_the_project_keeps(raw, ingest, api):
    raw.run("update app.projects set backfill_from = '2025-01-01', retention_months = 1")
    api.projects[1].messages = [
        message(1, "2025-12-31T14:00:00"),
        message(2, "2026-01-01T14:00:00"),
    ]
    ingest(1)
    assert keys(raw, "messages", "message_id", 1) == ["2"]
