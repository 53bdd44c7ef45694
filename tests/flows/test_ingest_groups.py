"""A run can be limited to groups of endpoints; two of one project take turns."""

import threading

import pytest

from flows.ingest import main
from lib.indigitall.endpoints import ENDPOINTS, GROUPS
from lib.raw.connection import ingest_connection
from lib.raw.lock import IngestionRunningError, project_lock
from tests.support.fake_api import (
    APPLICATIONS,
    CHANNELS,
    CONTACTS,
    HISTORY,
    SESSIONS,
    contact,
    message,
    session,
)
from tests.support.local_server import wait_until

CONVERSATIONS = {APPLICATIONS, CHANNELS, HISTORY, SESSIONS}
WAITING = "select 1 from pg_locks where locktype = 'advisory' and not granted"


def paths(api):
    return {request.url.path for request in api.requests}


def sessions(raw):
    found = raw.rows("select agent_session_id from raw.agent_sessions where deleted_at is null")
    return [row[0] for row in found]


def test_each_group_asks_for_its_own_endpoints_and_together_for_all(ingest, api):
    asked = {}
    for group in GROUPS:
        api.requests.clear()
        ingest(groups=[group])
        asked[group] = paths(api)
    api.requests.clear()
    ingest()

    assert asked["conversations"] == CONVERSATIONS
    assert asked["contacts"] == {CONTACTS}
    assert "/v1/campaign" in asked["statistics"]
    assert "/v1/application/1/dateStats" in asked["statistics"]
    assert paths(api) == set().union(*asked.values())
    assert sum(map(len, asked.values())) == len(paths(api))


def test_every_endpoint_is_of_a_group_that_a_run_can_name():
    assert GROUPS == ("conversations", "contacts", "statistics")
    assert {endpoint.group for endpoint in ENDPOINTS.values()} == set(GROUPS)


def test_a_session_of_a_contact_that_is_listed_later_comes_with_the_next_reading(ingest, raw, api):
    api.projects[1].contacts = [contact("573000000009")]
    api.projects[1].messages = [message(1, "2026-02-10T14:00:00", agentConversationId="600")]
    api.projects[1].sessions = [session(600), session(601, contact="573000000009")]

    assert ingest(groups=["conversations"]).by_endpoint["agent_conversations"].quarantined == 1
    assert sessions(raw) == ["600"]

    ingest(groups=["contacts"])
    ingest(groups=["conversations"])
    assert sorted(sessions(raw)) == ["600", "601"]


def test_the_days_of_a_late_session_are_on_the_work_list(ingest, raw, api):
    api.projects[1].contacts = [contact("573000000009")]
    api.projects[1].sessions = [session(601, contact="573000000009")]
    for group in ("conversations", "contacts", "conversations"):
        ingest(groups=[group])

    (batch,) = raw.batches(endpoint="agent_conversations")
    assert batch[:3] == (1, 0, 0)
    assert batch[3] != []


def test_a_group_waits_for_another_one_of_its_project_and_then_reads(ingest, raw, api):
    results = []
    with ingest_connection("first") as other, project_lock(other, 1):
        waiting = threading.Thread(
            target=lambda: results.append(ingest(groups=["contacts"], lock_wait_s=30.0))
        )
        waiting.start()
        wait_until(lambda: raw.rows(WAITING) == [(1,)], 20)
        assert api.requests == []
    waiting.join(20)

    assert results[0].counts.inserted == 1


def test_who_waits_too_long_is_told_for_whom(ingest, raw):
    with (
        ingest_connection("long-backfill") as other,
        project_lock(other, 1),
        pytest.raises(IngestionRunningError, match=r"free and after 0\.2 s .*long-backfill"),
    ):
        ingest(groups=["contacts"], lock_wait_s=0.2)


def test_the_command_refuses_a_group_that_does_not_exist(capsys):
    with pytest.raises(SystemExit):
        main(["--project", "1", "--group", "campaigns"])
    assert "invalid choice: 'campaigns'" in capsys.readouterr().err
