"""Rows in the API's pages against rows in raw: a difference is known, or it is told."""

from datetime import date

import pytest
from structlog.testing import capture_logs

from flows import replay as replaying
from flows.reconcile import main, reconcile
from tests.support.fake_api import message, session

FEB_10 = date(2026, 2, 10)


@pytest.fixture
def api(api):
    """Project 1: three rows on the 10th, one of them twice, and a fourth nobody can store."""
    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00"),
        message(2, "2026-02-10T15:00:00"),
        message(2, "2026-02-10T15:00:00", status="read"),
        message("", "2026-02-10T16:00:00"),
        message(4, "2026-02-11T04:00:00"),
    ]
    api.projects[1].sessions = [session(7), session(8, contact="579999999999")]
    api.projects[2].messages = [message(1, "2026-02-10T14:00:00")]
    return api


def on_day(days, day=FEB_10, endpoint="chat_history"):
    """(API, duplicates, rejected, quarantined, left out, kept, replayed, raw, unexplained)."""
    (found,) = [each for each in days if (each.endpoint, each.day) == (endpoint, day)]
    return (
        found.api_rows, found.duplicate_rows, found.rejected_rows, found.quarantined_rows,
        found.left_out_rows, found.kept_rows, found.replayed_rows, found.raw_rows,
        found.unexplained_rows,
    )  # fmt: skip


def test_duplicates_and_rejects_explain_why_raw_has_fewer_rows(ingest, raw, api):
    ingest(1)
    ingest(2)
    assert on_day(reconcile(1)) == (4, 1, 1, 0, 0, 0, 0, 2, 0)
    assert on_day(reconcile(2)) == (1, 0, 0, 0, 0, 0, 0, 1, 0)


def test_a_day_is_one_of_the_source_because_windows_hold_those_whole(ingest, raw, api):
    """Message 4 was sent on the evening of the 10th in Bogota: in UTC it is the 11th."""
    ingest(1)
    assert on_day(reconcile(1), date(2026, 2, 11)) == (1, 0, 0, 0, 0, 0, 0, 1, 0)
    assert on_day(reconcile(1), date(2026, 2, 12)) == (0, 0, 0, 0, 0, 0, 0, 0, 0)


def test_a_run_tells_in_one_line_what_its_days_come_to(ingest, raw, api):
    """Two applications of which one is ours, a channel, a contact, five messages, two sessions."""
    with capture_logs() as events:
        ingest(1)
    (said,) = [each for each in events if each["event"] == "reconciled"]
    assert (said["api_rows"], said["raw_rows"], said["days_unexplained"]) == (11, 7, 0)


def test_foreign_sessions_and_other_projects_explain_what_lists_do_not_bring(ingest, raw, api):
    raw.run("update app.projects set agent_mail_domains = '{uno.example}'")
    ingest(1)
    today = date(2026, 2, 17)
    assert on_day(reconcile(1), today, "agent_conversations") == (2, 0, 0, 1, 0, 0, 0, 1, 0)
    assert on_day(reconcile(1), today, "applications") == (2, 0, 0, 0, 1, 0, 0, 1, 0)
    assert on_day(reconcile(1), today, "contacts") == (1, 0, 0, 0, 0, 0, 0, 1, 0)


def test_an_old_version_that_stays_for_a_rejected_one_is_known(ingest, raw, api):
    ingest(1)
    api.projects[1].messages[0] |= {"messageDate": "2026-02-10T14:00:00+00:00", "content": "\0"}
    ingest(1, since=FEB_10, until=FEB_10)
    assert on_day(reconcile(1)) == (4, 1, 2, 0, 0, 1, 0, 2, 0)


def test_statistics_are_counted_by_their_own_day(ingest, raw, api):
    row = {"statsDate": "2026-02-10", "platformGroup": "android", "numDevicesSent": 5}
    api.projects[1].campaigns["/dateStats"] = [
        row,
        row | {"numDevicesSent": 6},
        row | {"platformGroup": None},
        row | {"statsDate": "2026-02-11"},
    ]
    ingest(1)
    days = reconcile(1)
    assert on_day(days, FEB_10, "push_daily") == (3, 1, 1, 0, 0, 0, 0, 1, 0)
    assert on_day(days, date(2026, 2, 11), "push_daily") == (1, 0, 0, 0, 0, 0, 0, 1, 0)


def test_a_row_that_is_lost_afterwards_is_named_with_its_day_and_both_numbers(
    ingest, raw, api, capsys
):
    ingest(1)
    ingest(2)
    raw.run("delete from raw.messages where project_id = 1 and message_id = '2'")
    assert on_day(reconcile(1)) == (4, 1, 1, 0, 0, 0, 0, 1, -1)
    capsys.readouterr()

    assert main(["--project", "1", "--differences"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == ["chat_history,2026-02-10,4,1,1,0,0,0,0,1,-1"]
    (warning,) = [line for line in said.err.splitlines() if "rows_differ" in line]
    assert all(part in warning for part in ("2026-02-10", "api_rows", "4", "raw_rows", "1"))
    assert main(["--project", "1", "--from", "2026-02-11"]) == 0
    assert main(["--project", "2"]) == 0
    assert main(["--project", "3"]) == 2


def test_a_row_the_database_loses_while_loading_is_a_warning_of_the_run(ingest, raw, api):
    raw.run(
        "create function raw.lose() returns trigger language plpgsql as 'begin return null; end'"
    )
    raw.run(
        "create trigger lose before insert on raw.messages for each row"
        " when (new.message_id = '4') execute function raw.lose()"
    )
    try:
        with capture_logs() as events:
            ingest(1)
    finally:
        raw.run("drop trigger lose on raw.messages")
        raw.run("drop function raw.lose()")
    (said,) = [each for each in events if each["event"] == "rows_differ"]
    assert (said["day"], said["api_rows"], said["raw_rows"]) == ("2026-02-11", 1, 0)
    assert on_day(reconcile(1), date(2026, 2, 11)) == (1, 0, 0, 0, 0, 0, 0, 0, -1)


def test_what_a_replay_adds_is_known_until_the_day_is_read_again(ingest, raw, api):
    ingest(1)
    payload = 'update raw.rejects set payload = replace(payload, \'"messageId": ""\', %s)'
    raw.run(payload, '"messageId": "3"')
    assert replaying.replay(1).counts.inserted == 1
    assert on_day(reconcile(1)) == (4, 1, 1, 0, 0, 0, 1, 3, 0)

    api.projects[1].messages[3]["messageId"] = "3"
    ingest(1, since=FEB_10, until=FEB_10)
    assert on_day(reconcile(1)) == (4, 1, 0, 0, 0, 0, 0, 3, 0)


def test_days_a_purge_has_removed_are_not_asked_about(ingest, raw, api):
    ingest(1)
    raw.run("delete from raw.messages where sent_at < '2026-02-11T05:00:00+00'")
    raw.run("update app.projects set kept_from = '2026-02-11' where project_id = 1")
    assert main(["--project", "1"]) == 0
    assert min(each.day for each in reconcile(1)) == date(2026, 2, 12)


def test_a_time_with_another_offset_counts_on_its_day_in_utc(ingest, raw, api):
    api.projects[1].messages = [
        message(1, "x", messageDate="2026-02-10T23:00:00-05:00"),
        message(2, "2026-02-10T15:00:00"),
    ]
    ingest(1)
    assert on_day(reconcile(1)) == (1, 0, 0, 0, 0, 0, 0, 1, 0)
    assert on_day(reconcile(1), date(2026, 2, 11)) == (1, 0, 0, 0, 0, 0, 0, 1, 0)
