"""What was set aside is tried again with the rules of today, once, and never told to anybody."""

import json
from datetime import date

import pytest

from flows.replay import main, replay
from lib.indigitall import message_csv
from lib.raw import rejects
from lib.raw.connection import ingest_connection
from lib.raw.lock import project_lock
from tests.support.fake_api import message, session

FEB_10 = date(2026, 2, 10)
PHONE = "573000000001"
NO_TIME = ("chat_history", "messageDate is no time")
WAITING = "select project_id, reason from raw.rejects where replayed_at is null order by reject_id"


@pytest.fixture
def set_aside(ingest, api, raw):
    """Message 1 is loaded; 2 and 3 of project 1 and 2 of project 2 have a time nobody reads."""
    for project_id in (1, 2):
        api.projects[project_id].messages = [
            message(1, "2026-02-10T14:00:00"),
            message(
                2, "2026-02-10T15:00:00", messageDate="2026-02-10 at 15:00", content="Mi saldo"
            ),
        ]
    api.projects[1].messages.append(message(3, "x", messageDate="2026-02-10, nobody knows when"))
    for project_id in (1, 2):
        assert ingest(project_id).counts.rejected == (2 if project_id == 1 else 1)


@pytest.fixture
def new_rule(monkeypatch):
    """From now on `2026-02-10 at 15:00` is a time."""
    usual = message_csv.parse_instant
    monkeypatch.setattr(
        message_csv, "parse_instant", lambda text: usual(text.replace(" at 15:00", "T15:00:00"))
    )


def test_what_passes_today_is_loaded_and_the_rest_stays_with_its_reason(raw, set_aside, new_rule):
    found = replay(1)

    assert (found.before, found.after) == ({NO_TIME: 2}, {NO_TIME: 1})
    assert (found.counts.inserted, found.by_endpoint["chat_history"].failing) == (1, 1)
    assert raw.messages(1) == ["1", "2"]
    assert raw.messages(2) == ["1"]
    assert raw.rows(WAITING) == [(1, NO_TIME[1]), (2, NO_TIME[1])]


def test_the_warehouse_is_told_which_days_to_build(raw, set_aside, new_rule):
    replay(1)
    assert raw.batches()[-1] == (1, 0, 0, [FEB_10])
    unpublished = "select count(*) from raw.batches where window_from is null and endpoint = %s"
    assert raw.rows(f"{unpublished} and published_at is null", "chat_history") == [(1,)]


def test_a_second_replay_writes_nothing(raw, set_aside, new_rule):
    replay(1)
    before = raw.fingerprint()
    found = replay(1)
    assert (found.counts.changed, found.before, found.after) == (0, {NO_TIME: 1}, {NO_TIME: 1})
    assert raw.fingerprint() == before


def test_without_a_new_rule_nothing_changes(raw, set_aside):
    before = raw.fingerprint()
    assert replay(1).after == {NO_TIME: 2}
    assert raw.fingerprint() == before


def test_a_dry_run_tells_the_same_and_takes_it_back(raw, set_aside, new_rule):
    found = replay(1, dry_run=True)
    assert (found.after, found.counts.inserted) == ({NO_TIME: 1}, 1)
    assert raw.messages() == ["1"]
    assert len(raw.rows(WAITING)) == 3


def test_what_was_read_right_since_is_not_overwritten(ingest, api, raw, set_aside, new_rule):
    api.projects[1].messages[1] = message(2, "2026-02-10T15:00:00", content="Corregido")
    ingest(since=FEB_10, until=FEB_10)
    done = replay(1).by_endpoint["chat_history"]
    assert (done.passed, done.superseded, done.failing) == (0, 1, 1)
    assert raw.rows("select content from raw.messages where message_id = '2'") == [("Corregido",)]


def test_of_one_record_set_aside_twice_the_latest_counts(ingest, api, raw, set_aside, monkeypatch):
    api.projects[1].messages[1] |= {"content": "Lo último"}
    ingest(since=FEB_10, until=FEB_10)
    usual = message_csv.parse_instant
    monkeypatch.setattr(
        message_csv, "parse_instant", lambda text: usual(text.replace(" at 15:00", "T15:00:00"))
    )
    monkeypatch.setattr(rejects, "BATCH_SIZE", 1)
    done = replay(1).by_endpoint["chat_history"]
    assert (done.passed, done.superseded, done.failing) == (1, 1, 1)
    assert raw.rows("select content from raw.messages where message_id = '2'") == [("Lo último",)]


def test_a_row_that_did_not_fit_its_header_stays(ingest, api, raw, new_rule):
    raw.run(
        "insert into raw.rejects (project_id, endpoint, batch_id, reason, payload, rejected_at)"
        " values (1, 'chat_history', 1, '2 fields, 24 expected', '[\"a\", \"b\"]', now()),"
        " (1, 'gone_by_now', 1, 'no id', '{}', now())"
    )
    found = replay(1)
    assert found.before == found.after
    assert sum(done.failing for done in found.by_endpoint.values()) == 2


def test_lists_and_statistics_are_replayed_and_nothing_else_of_them_goes(ingest, api, raw):
    day = {"statsDate": "2026-02-10", "platformGroup": "android", "numDevicesSent": 5}
    api.projects[1].channels.append({"code": "42", "name": "sin número"})
    api.projects[1].campaigns["/dateStats"] = [day, day | {"platformGroup": None, "kind": "ios"}]
    ingest()
    reasons = {("channels", "no id"): 1, ("push_daily", "no platformGroup"): 1}
    assert replay(1).after == reasons

    edited = {
        "channels": {"key": ["id", "code"]},
        "push_daily": {"optional_key": ["platformGroup"]},
    }
    raw.run("update app.projects set endpoint_overrides = %s", json.dumps(edited))
    assert replay(1, endpoint="channels").after == {}
    assert replay(1).after == {}
    kept = "select channel_id from raw.channels where project_id = 1 and deleted_at is null"
    assert raw.rows(f"{kept} order by 1") == [("41",), ("42",)]
    assert raw.rows("select count(*) from raw.push_daily where deleted_at is null") == [(2,)]


def test_a_reason_that_has_another_name_today_is_renamed(raw, ingest):
    payload = json.dumps(message("", "2026-02-10T15:00:00"))
    raw.run(
        "insert into raw.rejects (project_id, endpoint, batch_id, reason, payload, rejected_at)"
        " values (1, 'chat_history', 1, 'an old reason', %s, now())",
        payload,
    )
    found = replay(1, reason="an old reason")
    assert found.before == {("chat_history", "an old reason"): 1}
    assert found.after == {("chat_history", "no messageId"): 1}


def test_the_command_answers_with_counts_and_no_person(raw, set_aside, new_rule, capsys, caplog):
    assert main(["--project", "1"]) == 0
    said = capsys.readouterr()
    assert said.out == ("endpoint,reason,before,after\nchat_history,messageDate is no time,2,1\n")
    for personal in (PHONE, "Contacto Uno", "Mi saldo", "nobody knows"):
        assert personal not in said.out + said.err + caplog.text


def test_it_takes_its_turn_with_an_ingestion_and_needs_a_project(raw, set_aside, capsys):
    with ingest_connection("other") as connection, project_lock(connection, 1):
        with pytest.raises(Exception, match="other"):
            replay(1, lock_wait_s=0)
        assert replay(2, lock_wait_s=0).before == {NO_TIME: 1}
    assert main(["--project", "3"]) == 1


def test_foreign_sessions_were_only_counted_so_there_is_nothing_to_replay(ingest, api, raw):
    api.projects[1].sessions = [session(7, contact="579999999999"), {"no": "id"}]
    assert ingest().counts.quarantined == 2
    assert replay(1).before == {}
