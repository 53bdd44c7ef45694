"""The request log: every try is in it, and nothing that must not be."""

from datetime import date, datetime, timedelta

import httpx
import pytest

from lib.config import get_settings
from lib.raw.api_calls import forget_calls
from lib.raw.connection import purge_connection
from tests.support.fake_api import (
    CHANNELS,
    CONTACTS,
    HISTORY,
    KEYS,
    contact,
    csv_bytes,
    envelope,
    message,
    on,
    once,
)

FEB_10 = date(2026, 2, 10)
CALLS = """
select endpoint, status, row_count, error from raw.api_calls
where project_id = {project} and endpoint = '{endpoint}' order by call_id
"""


@pytest.fixture
def calls(raw):
    """What the log says of one endpoint of one project: status, rows, error."""

    def ask(endpoint, project=1):
        return [row[1:] for row in raw.rows(CALLS.format(project=project, endpoint=endpoint))]

    return ask


def test_every_try_is_on_record_with_its_status_rows_and_error(ingest, api, calls):
    api.projects[1].contacts = [contact()]
    api.projects[1].messages = [message(n, "2026-02-10T14:00:00") for n in (1, 2, 3)]
    api.faults = [
        once(on(CONTACTS, lambda _request: httpx.Response(503))),
        once(on(HISTORY, lambda _request: envelope(None, 500, "internal server error"))),
    ]
    ingest(since=FEB_10, until=FEB_10)

    assert calls("contacts") == [(503, None, "ServerFailureError"), (200, 1, None)]
    assert calls("chat_history") == [(500, None, "ServerFailureError"), (200, 3, None)]
    assert calls("channels", project=2) == []


def test_a_call_that_got_no_answer_has_no_status(ingest, api, calls):
    def down(_request):
        raise httpx.ReadTimeout("too slow")

    api.faults = [once(on(CHANNELS, down))]
    ingest(since=FEB_10, until=FEB_10)

    assert calls("channels")[0] == (None, None, "UnreachableError")


def test_calls_of_a_window_that_fails_stay_though_its_rows_do_not(ingest, api, raw, calls):
    api.projects[1].messages = [message(n, "2026-02-10T14:00:00") for n in range(600)]
    api.faults = [on(HISTORY, lambda _request: envelope(None, 400, "no"), page="1")]
    with pytest.raises(Exception, match="400 came"):
        ingest(since=FEB_10, until=FEB_10)

    assert calls("chat_history") == [(200, 500, None), (400, None, "BadRequestError")]
    assert raw.messages() == []


def test_bytes_parameters_and_duration_are_known_and_no_key_is(ingest, api, raw):
    ingest(since=FEB_10, until=FEB_10)

    (found,) = raw.rows(
        "select parameters, byte_count, ms from raw.api_calls where endpoint = 'chat_history'"
    )
    parameters, byte_count, ms = found
    assert parameters == {
        "applicationId": "1",
        "dateFrom": "2026-02-09",
        "dateTo": "2026-02-12",
        "limit": "500",
        "page": "0",
    }
    assert byte_count == len(csv_bytes([]))
    assert ms >= 0
    everything = str(raw.rows("select to_jsonb(c)::text from raw.api_calls as c"))
    assert KEYS[1] not in everything


def test_calls_are_forgotten_after_ninety_days_and_those_of_others_stay(ingest, raw, monkeypatch):
    ingest(1, since=FEB_10, until=FEB_10)
    ingest(2, since=FEB_10, until=FEB_10)
    count = "select count(*) from raw.api_calls where project_id = {}"
    before = [raw.rows(count.format(project))[0][0] for project in (1, 2)]
    later = datetime.fromisoformat("2026-02-17T15:00:00+00:00") + timedelta(days=90, hours=1)
    monkeypatch.setenv("INDIGITALL_NOW", later.isoformat())
    get_settings.cache_clear()

    with purge_connection("test") as connection:
        assert forget_calls(connection, 1) == before[0] > 0
    assert [raw.rows(count.format(project))[0][0] for project in (1, 2)] == [0, before[1]]
