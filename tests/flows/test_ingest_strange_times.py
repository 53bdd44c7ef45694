"""Times nobody can believe: 1970, the future, and clocks that differ by minutes."""

from datetime import datetime, timedelta

import httpx
import pytest

from lib.config import get_settings
from tests.support.fake_api import HISTORY, csv_bytes, message, on, session

NOW = datetime.fromisoformat("2026-02-17T15:00:00+00:00")

REASONS = """
select distinct reason, payload::jsonb ->> 'messageId' from raw.rejects where project_id = %s
"""


@pytest.fixture
def our_clock(monkeypatch):
    """Set our clock so many minutes ahead of the API's (behind it when negative)."""

    def put(minutes):
        monkeypatch.setenv("INDIGITALL_NOW", (NOW + timedelta(minutes=minutes)).isoformat())
        get_settings.cache_clear()

    yield put
    get_settings.cache_clear()


def reasons(raw, project_id=1):
    return sorted(raw.rows(REASONS, project_id))


def test_messages_of_1970_and_of_the_future_are_set_aside_and_the_others_loaded(ingest, raw, api):
    usual = message(1, "2026-02-17T14:00:00")
    body = csv_bytes(
        [
            usual,
            message(2, "2026-02-17T14:00:00") | {"messageDate": "1970-01-01T00:00:00+00:00"},
            message(3, "2026-02-17T14:00:00") | {"messageDate": "2031-05-01T10:00:00+00:00"},
            message(4, "2026-02-17T14:00:00") | {"messageDate": "2026-02-18T15:00:01+00:00"},
        ]
    )
    api.projects[2].messages = [usual]
    # the API lists them in a window they do not belong to
    answer = on(HISTORY, lambda _request: httpx.Response(200, content=body))
    api.faults = [answer]
    ingest(1)
    api.faults = []
    ingest(2)

    assert raw.messages() == raw.messages(2) == ["1"]
    assert reasons(raw) == [
        ("messageDate is in the future", "3"),
        ("messageDate is in the future", "4"),
        ("messageDate is no time", "2"),
    ]
    assert reasons(raw, 2) == []
    (touched,) = {tuple(days) for *_, days in raw.batches() if days}
    assert [str(day) for day in touched] == ["2026-02-17"]


@pytest.mark.parametrize("minutes", [-10, 10], ids=["ours is behind", "ours is ahead"])
def test_a_clock_that_differs_by_ten_minutes_costs_no_row(ingest, raw, api, our_clock, minutes):
    api.projects[1].messages = [message(n, f"2026-02-17T14:5{n}:59") for n in range(10)]
    our_clock(minutes)
    ingest()
    assert len(raw.messages()) == 10
    assert reasons(raw) == []

    our_clock(0)
    ingest()
    assert len(raw.messages()) == 10
    assert raw.state()[0] == "ok"


def test_a_session_with_impossible_times_is_kept_and_names_only_days_that_can_be(ingest, raw, api):
    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00", agentConversationId="600"),
        message(2, "2026-02-10T14:00:00", agentConversationId="601"),
    ]
    api.projects[1].sessions = [
        session(600, queuedAt="1970-01-01T00:00:00.000Z"),
        session(601, closedAt="soon"),
    ]
    ingest()

    (batch,) = raw.batches(endpoint="agent_conversations")
    assert batch[0] == 2
    assert [str(day) for day in batch[3]] == ["2026-02-10"]
