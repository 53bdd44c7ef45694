"""A machine that slept, a backfill beside the schedule, a late beginning: nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest
from structlog.testing import capture_logs

from flows.reconcile import reconcile
from lib.raw.lock import IngestionRunningError
from tests.support.fake_api import HISTORY, message, on

SLEPT_AT, WOKE_AT = "2026-02-12T18:00:00-05:00", "2026-02-15T08:00:00-05:00"


def every_row_once(raw, api, project_id=1):
    """Raw has the source's ids, each once, in the source's last version, and the days add up."""
    query = "select message_id, status from raw.messages where project_id = %s order by 1"
    wanted = sorted((row["messageId"], row["status"] or None) for row in api.messages)
    assert raw.rows(query, project_id) == wanted
    assert not any(each.unexplained_rows for each in reconcile(project_id))


@pytest.fixture
def days(api):
    """One message at noon of every day from the 9th to the 15th, in either project."""
    for records in api.projects.values():
        records.messages = [message(n, f"2026-02-{n:02}T12:00:00") for n in range(9, 16)]
    return {number: records for number, records in api.projects.items()}


def test_after_two_days_of_sleep_one_run_brings_what_was_missed(
    ingest, raw, api, days, monkeypatch
):
    whole = {number: list(records.messages) for number, records in days.items()}
    for number, records in days.items():
        records.messages = whole[number][:4]  # up to the 12th
    monkeypatch.setenv("INDIGITALL_NOW", SLEPT_AT)
    ingest(1)
    ingest(2)
    assert raw.state()[2] == date(2026, 2, 11)

    days[1].messages = [*whole[1], message("late", "2026-02-12T23:30:00")]
    days[1].messages[3] |= {"status": "read"}
    days[2].messages = whole[2]
    monkeypatch.setenv("INDIGITALL_NOW", WOKE_AT)
    assert ingest(1).counts.inserted == 4

    every_row_once(raw, days[1])
    assert raw.state()[2] == date(2026, 2, 14)
    assert raw.messages(2) == ["10", "11", "12", "9"]
    assert ingest(1).counts.changed == 0


def test_days_that_were_read_while_they_ran_are_read_again_after_the_sleep(
    ingest, raw, api, days, monkeypatch
):
    """The 12th was read at 18:00: after it nobody has seen what came later that day."""
    monkeypatch.setenv("INDIGITALL_NOW", SLEPT_AT)
    ingest(1)
    api.requests.clear()
    monkeypatch.setenv("INDIGITALL_NOW", WOKE_AT)
    ingest(1)
    first = min(asked["dateFrom"] for asked in api.asked(HISTORY))
    assert first <= "2026-02-10"


def test_a_backfill_and_a_scheduled_run_take_turns_and_every_row_comes_once(ingest, raw, api, days):
    has_begun, may_go_on = Event(), Event()

    def hold(_request):
        if not has_begun.is_set():
            has_begun.set()
            assert may_go_on.wait(20)

    api.faults = [on(HISTORY, hold)]
    with ThreadPoolExecutor(3) as pool:
        backfill = pool.submit(ingest, 1, since=date(2026, 2, 9), until=date(2026, 2, 12))
        assert has_begun.wait(20)
        with pytest.raises(IngestionRunningError):
            ingest(1, lock_wait_s=0.0)
        scheduled = pool.submit(ingest, 1, lock_wait_s=20.0)
        other_project = pool.submit(ingest, 2)
        assert other_project.result(20).counts.inserted > 0
        may_go_on.set()
        inserted = [
            run.result(30).by_endpoint["chat_history"].inserted for run in (backfill, scheduled)
        ]

    assert sum(inserted) == 7
    every_row_once(raw, days[1])
    every_row_once(raw, days[2], 2)
    assert raw.state()[2] == date(2026, 2, 16)


def test_a_backfill_further_back_beside_a_known_history_moves_no_checkpoint_over_a_hole(
    ingest, raw, api, days
):
    ingest(1)
    days[1].messages.insert(0, message("old", "2026-01-20T12:00:00"))
    ingest(1, since=date(2026, 1, 19), until=date(2026, 1, 21))
    raw.run("update app.projects set backfill_from = '2026-01-19' where project_id = 1")
    api.requests.clear()
    ingest(1)
    assert raw.state()[2] == date(2026, 2, 16)
    asked = {(each["dateFrom"], each["dateTo"]) for each in api.asked(HISTORY)}
    assert min(asked)[0] >= "2026-01-20"
    every_row_once(raw, days[1])


def test_a_history_that_begins_late_is_read_whole_told_once_and_not_asked_for_again(
    ingest, raw, api, days
):
    """Ten windows of nothing, then the messages of February: more than the eight that are told."""
    raw.run("update app.projects set backfill_from = '2025-12-01'")
    with capture_logs() as events:
        ingest(1)
    (said,) = [each for each in events if each["event"] == "history_begins_later"]
    assert said["empty_windows"] == 10
    every_row_once(raw, days[1])
    asked = len(api.asked(HISTORY))
    assert asked >= 11

    api.requests.clear()
    with capture_logs() as events:
        ingest(1)
    assert not [each for each in events if each["event"] == "history_begins_later"]
    assert len(api.asked(HISTORY)) <= 2


def test_how_many_empty_windows_are_told_and_which_days_are_read_again_is_the_projects(
    ingest, raw, api, days
):
    raw.run("update app.projects set backfill_from = '2025-12-01', empty_windows_told = 20")
    raw.run(
        "update app.projects set re_read_days = 6, statistics_re_read_days = 1 where project_id = 1"
    )
    with capture_logs() as events:
        ingest(1)
        ingest(2)
    assert not [each for each in events if each["event"] == "history_begins_later"]
    first = {}
    for project_id in (1, 2):
        api.requests.clear()
        ingest(project_id)
        first[project_id] = min(asked["dateFrom"] for asked in api.asked(HISTORY))
    last_complete = date(2026, 2, 16)  # one more day of the source is asked for on each side
    assert first[1] == (last_complete - timedelta(days=7)).isoformat()
    assert first[2] == (last_complete - timedelta(days=3)).isoformat()
