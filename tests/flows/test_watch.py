"""One round after the other, with two projects, a fixed clock and real receivers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from flows.watch import main, watch
from infra.children import find_free_port
from lib.config import get_settings
from lib.db.engines import engine_for_role
from tests.support.receivers import mail_receiver, webhook_receiver

START = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
READ = """
insert into app.sync_state (project_id, endpoint, last_attempt_at, last_success_at, last_status)
values (:project, :endpoint, :at, :at, :status)
on conflict (project_id, endpoint) do update set
    last_attempt_at = :at, last_status = :status,
    last_success_at = case when :status = 'ok' then :at else app.sync_state.last_success_at end
"""


@pytest.fixture
def owner(database):
    """Projects 1 and 2, registered and read at the start."""
    engine = engine_for_role("indigo_owner")
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                text(
                    "insert into app.projects (project_id, slug, name, backfill_from, created_at)"
                    " values (:id, 'p-' || :id, 'Proyecto', '2026-02-01', :at)"
                ),
                {"id": number, "at": START},
            )
    for number in (1, 2):
        read(engine, number, at=START)
    yield engine
    engine.dispose()


def read(owner, project, endpoint="chat_history", *, at, status="ok"):
    values = {"project": project, "endpoint": endpoint, "at": at, "status": status}
    with owner.begin() as connection:
        connection.execute(text(READ), values)


@pytest.fixture
def receivers(monkeypatch):
    """A webhook and a mailbox that the settings name."""
    port = find_free_port(0)
    with webhook_receiver() as posts, mail_receiver(port) as mailbox:
        for name, value in {
            "ALERT_WEBHOOK_URL": posts.url,
            "ALERT_WEBHOOK_SECRET": "a-shared-secret",
            "ALERT_MAIL_TO": "ops@example.org, turno@example.org",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_SECURITY": "none",
            "SMTP_FROM": "avisos@example.org",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("lib.alerts.webhook.WAITS_S", ())
        yield posts, mailbox
    get_settings.cache_clear()


@pytest.fixture
def round_at(owner, receivers, monkeypatch):
    """Watch once, so many hours after the start; gives what each receiver got in that round."""
    posts, mailbox = receivers

    def run(hours):
        at = START + timedelta(hours=hours)
        monkeypatch.setenv("INDIGITALL_NOW", at.isoformat())
        get_settings.cache_clear()
        posts.received.clear()
        mailbox.mails.clear()
        watch(get_settings())
        facts = [
            (each["project"], each["kind"], each["subject"], each["resolved_at"] is None)
            for _, body in posts.received
            for each in json.loads(body)["alerts"]
        ]
        return facts, len(mailbox.mails)

    return run


def test_a_failure_is_told_once_then_after_the_quiet_time_and_when_it_is_over(owner, round_at):
    assert round_at(0) == ([], 0)
    read(owner, 1, at=START, status="failed")
    failed = ("p-1", "ingest_failed", "chat_history")
    assert round_at(0.25) == ([(*failed, True)], 1)
    assert round_at(0.5) == ([], 0)

    read(owner, 1, at=START + timedelta(hours=1))
    assert round_at(1) == ([(*failed, False)], 1)
    assert round_at(1.25) == ([], 0)

    # it flaps: within the quiet time nobody hears of it, after it everybody does, once
    read(owner, 1, at=START + timedelta(hours=1.5), status="failed")
    assert round_at(1.5) == ([], 0)
    read(owner, 2, at=START + timedelta(hours=6))
    found, mails = round_at(6.5)
    assert (("p-1", "ingest_failed", "chat_history", True) in found, mails) == (True, 1)


def test_data_are_stale_by_their_last_reading_and_not_by_their_newest_message(owner, round_at):
    read(owner, 2, at=START + timedelta(hours=2))
    assert round_at(2.5) == ([("p-1", "stale", "chat_history", True)], 1)
    read(owner, 1, at=START + timedelta(hours=3))
    assert round_at(3) == ([("p-1", "stale", "chat_history", False)], 1)


def test_a_channel_that_is_down_is_told_in_the_next_round_and_the_other_not_twice(
    owner, receivers, round_at
):
    read(owner, 1, at=START, status="failed")
    posts, _ = receivers
    posts.statuses = [500]
    _, mails = round_at(0.25)
    assert mails == 1

    assert round_at(0.5) == ([("p-1", "ingest_failed", "chat_history", True)], 0)


def test_a_held_back_version_a_broken_build_and_late_batches_are_incidents(owner, round_at):
    with owner.begin() as connection:
        for statement in (
            "insert into app.data_versions (project_id, data_version, published_at, model_hash,"
            " held_back_since) values (2, 1, :at, 'h', :at)",
            "insert into app.dbt_runs (run_id, command, started_at, finished_at, status, projects)"
            " values ('r', 'build', :at, :at, 'failed', '{1}')",
            "insert into raw.batches (project_id, endpoint, status, started_at, committed_at)"
            " values (1, 'chat_history', 'committed', :at, :at)",
        ):
            connection.execute(text(statement), {"at": START})
    for number in (1, 2):
        read(owner, number, at=START + timedelta(hours=3))
    found, _ = round_at(3)
    assert found == [
        ("p-1", "build_failed", "marts", True),
        ("p-1", "publication_late", "marts", True),
        ("p-2", "held_back", "marts", True),
    ]


def test_a_build_of_another_project_does_not_close_the_failure_of_one(owner, round_at):
    build = (
        "insert into app.dbt_runs (run_id, command, started_at, finished_at, status, projects)"
        " values (:at, 'build', :at, :at, :status, :projects)"
    )
    for hour, status, projects in ((0.1, "failed", []), (0.2, "published", [2])):
        with owner.begin() as connection:
            at = START + timedelta(hours=hour)
            values = {"at": at, "status": status, "projects": projects}
            connection.execute(text(build.replace("(:at,", "(cast(:at as text),")), values)
    assert round_at(0.25)[0] == [("p-1", "build_failed", "marts", True)]


def test_a_project_that_is_switched_off_is_nobodys_trouble(owner, round_at):
    read(owner, 1, at=START, status="failed")
    assert round_at(0.25)[1] == 1
    with owner.begin() as connection:
        connection.execute(text("update app.projects set is_active = false where project_id = 1"))
    assert round_at(0.5) == ([], 0)


def test_the_texts_name_no_reason_of_the_api(owner, receivers, round_at):
    read(owner, 1, at=START, status="failed")
    with owner.begin() as connection:
        connection.execute(text("update app.sync_state set last_error = '573001112233 said no'"))
    round_at(0.25)
    posts, mailbox = receivers
    everything = posts.received[0][1].decode() + mailbox.mails[0][1].as_string()
    assert "573001112233" not in everything


def test_the_command_says_by_its_exit_code_whether_something_is_wrong(owner, monkeypatch):
    monkeypatch.setenv("INDIGITALL_NOW", START.isoformat())
    get_settings.cache_clear()
    assert main([]) == 0
    read(owner, 1, at=START, status="failed")
    assert main([]) == 1
    get_settings.cache_clear()
