"""Through the real flow, raw equals what the sandbox says is true, for both projects."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from flows.ingest import ingest_project
from flows.reconcile import reconcile
from infra.demo import register_demo
from infra.sandbox.access import SERVER_KEYS
from infra.sandbox.app import create_app
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import World
from lib import clock
from lib.config import get_settings
from lib.indigitall.endpoints import ENDPOINTS
from lib.privacy.contact_key import contact_key
from tests.support.asgi_transport import AsgiTransport
from tests.support.fake_api import ADDRESS
from tests.support.raw_view import RawView

DAYS, SCALE = 30, 0.5
COLUMNS = """
message_id, message_date, send_type, content_type, status, status_at, channel_external_id, error,
content, schedule_at, integration, channel, profile_name, contact_id, agent_conversation_id,
agent_queued_at, agent_assigned_at, agent_closed_at, agent_close_reason, agent_id, df_intent_id,
df_intent_name, is_fallback, sending_id
"""


class Sandbox:
    """A small sandbox whose clock can be moved, and raw beside it."""

    def __init__(self, raw):
        self.raw = raw
        self.now = clock.now()
        self.world = World.generate(until=self.now, days=DAYS, scale=SCALE)
        self.app = create_app(self.world, clock=lambda: self.now)

    def ingest(self, **options):
        """Both projects, through the real flow; whether anything changed."""
        results = [
            ingest_project(number, transport=AsgiTransport(self.app), **options)
            for number in SERVER_KEYS
        ]
        return any(result.has_changed for result in results)

    def truth(self):
        """The truth of both projects as of the sandbox's now."""
        return world_truth(self.world, self.now)


@pytest.fixture(scope="module")
def sandbox(module_database):
    """The sandbox's first 30 days, ingested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDIGITALL_API_URL", ADDRESS)
        for project_id, key in SERVER_KEYS.items():
            patch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
        get_settings.cache_clear()
        register_demo()
        raw = RawView(module_database)
        first_day = clock.today() - timedelta(days=DAYS - 1)
        raw.run("update app.projects set backfill_from = %s", first_day)
        found = Sandbox(raw)
        found.ingest()
        yield found
    get_settings.cache_clear()


def assert_messages_are_true(sandbox):
    for project_id, truth in sandbox.truth().items():
        query = f"select {COLUMNS} from raw.messages where project_id = %s and deleted_at is null"
        rows = sandbox.raw.rows(query, project_id)
        stored = {row[0]: tuple(value or "" for value in row) for row in rows}
        assert len(stored) > 300
        assert stored == truth.served


def test_every_message_stands_in_raw_exactly_as_it_was_served(sandbox):
    assert_messages_are_true(sandbox)


def test_every_time_and_contact_key_is_the_true_one(sandbox):
    pii_key = get_settings().pii_key.get_secret_value()
    for project_id, truth in sandbox.truth().items():
        rows = sandbox.raw.rows(
            "select message_id, sent_at, contact_key from raw.messages where project_id = %s",
            project_id,
        )
        assert {row[0]: row[1:] for row in rows} == {
            message.row.message_id: (
                message.row.sent_at,
                contact_key(pii_key, project_id, message.row.contact_id),
            )
            for message in truth.messages
        }


def test_the_sessions_kept_are_the_projects_own_and_the_others_are_only_counted(sandbox):
    second = int(sandbox.now.timestamp())
    for project_id, truth in sandbox.truth().items():
        rows = sandbox.raw.rows(
            "select agent_session_id, payload from raw.agent_sessions where project_id = %s",
            project_id,
        )
        served = sandbox.world.project(project_id).session_payloads(second)
        by_id = {str(payload["agentSessionId"]): payload for payload in served}
        own = {s.session_id for s in truth.sessions if not s.is_rebuilt}
        assert dict(rows) == {key: by_id[key] for key in own}
        quarantined = sandbox.raw.rows(
            "select rows_quarantined from raw.batches where project_id = %s"
            " and endpoint = 'agent_conversations' order by batch_id desc limit 1",
            project_id,
        )
        assert quarantined == [(len(served) - len(own),)]
        assert quarantined > [(0,)]


def test_contacts_channels_and_the_application_are_the_true_ones(sandbox):
    second = int(sandbox.now.timestamp())
    for project_id in SERVER_KEYS:
        project = sandbox.world.project(project_id)
        contacts = sandbox.raw.rows(
            "select contact_id, payload from raw.contacts where project_id = %s", project_id
        )
        assert dict(contacts) == {
            payload["contactId"]: json.loads(json.dumps(payload))
            for payload in project.contact_payloads(second)
        }
        channels = sandbox.raw.rows(
            "select channel_id from raw.channels where project_id = %s order by 1", project_id
        )
        assert channels == [(str(line.instance_id),) for line in project.profile.lines]
        applications = sandbox.raw.rows(
            "select payload ->> 'name' from raw.applications where project_id = %s", project_id
        )
        assert applications == [(project.profile.name,)]


def test_the_touched_days_are_those_of_the_messages_and_sessions_loaded(sandbox):
    for project_id, truth in sandbox.truth().items():
        rows = sandbox.raw.rows(
            "select distinct unnest(touched_dates) from raw.batches where project_id = %s",
            project_id,
        )
        days = {day for (day,) in rows}
        assert days >= {message.row.local_date for message in truth.messages}
        assert max(days) <= sandbox.now.date()


def test_every_day_adds_up_to_the_rows_the_sandbox_served(sandbox):
    for project_id, truth in sandbox.truth().items():
        days = [day for day in reconcile(project_id) if day.api_rows or day.raw_rows]
        assert not any(day.unexplained_rows for day in days)
        served = Counter(message.row.sent_at.astimezone(UTC).date() for message in truth.messages)
        of_messages = [day for day in days if day.endpoint == "chat_history"]
        assert {day.day: day.raw_rows for day in of_messages} == served
        assert {day.day: day.api_rows - day.duplicate_rows for day in of_messages} == served
        (sessions,) = [day for day in days if day.endpoint == "agent_conversations"]
        assert sessions.quarantined_rows > 0


def test_a_second_run_changes_nothing(sandbox):
    before = sandbox.raw.fingerprint()

    assert not sandbox.ingest()
    assert not sandbox.ingest(since=clock.today() - timedelta(days=20))

    assert sandbox.raw.fingerprint() == before


def test_a_late_state_and_the_following_day_end_in_the_truth_as_well(sandbox, monkeypatch):
    def go_to(second):
        sandbox.now = datetime.fromtimestamp(second, UTC)
        monkeypatch.setenv("INDIGITALL_NOW", sandbox.now.isoformat())
        sandbox.ingest()

    coming = next(
        message
        for message in sandbox.world.project(900101).messages
        if message.visible_at > sandbox.now.timestamp()
        and (message.delivered_at or 0) > message.visible_at
    )
    go_to(coming.delivered_at - 1)
    go_to(coming.delivered_at)
    status = "select status from raw.messages where project_id = 900101 and message_id = %s"
    assert sandbox.raw.rows(status, str(coming.message_id)) == [("channel_delivered",)]
    assert_messages_are_true(sandbox)

    go_to(coming.delivered_at + 30 * 3600)
    assert_messages_are_true(sandbox)
    deleted = "select count(*) from raw.messages where deleted_at is not null"
    assert sandbox.raw.rows(deleted) == [(0,)]


def test_every_endpoint_of_the_file_can_be_read_by_naming_it(sandbox):
    names = sorted(ENDPOINTS)
    sandbox.raw.run("update app.projects set enabled_endpoints = %s", names)
    sandbox.ingest()

    query = "select endpoint, last_status from app.sync_state where project_id = %s"
    for project_id in SERVER_KEYS:
        assert dict(sandbox.raw.rows(query, project_id)) == dict.fromkeys(names, "ok")
        kept = sandbox.raw.rows(
            "select distinct split_part(record_key, ':', 1) from raw.other_lists"
            " where project_id = %s",
            project_id,
        )
        assert {"agent_status", "push_heatmap", "sms_contacts"} <= {name for (name,) in kept}
