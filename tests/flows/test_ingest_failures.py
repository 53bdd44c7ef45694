"""What goes wrong leaves nothing half-loaded, is named, and the next run goes on."""

from datetime import date

import httpx
import pytest

from flows.ingest import main
from flows.ingest_run import IngestionFailedError
from lib.config import ServerKeyMissingError, get_settings
from lib.indigitall.errors import NotConfiguredError
from lib.raw.connection import ingest_connection
from lib.raw.lock import IngestionRunningError, project_lock
from lib.raw.projects import UnknownProjectError
from tests.support.fake_api import (
    CHANNELS,
    CONTACTS,
    HEADER,
    HISTORY,
    SESSIONS,
    csv_bytes,
    envelope,
    message,
    on,
    once,
    session,
    times,
)

FEB_10 = date(2026, 2, 10)


@pytest.fixture
def two_windows(api):
    """A message in each of the two windows of the first run."""
    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00"),
        message(2, "2026-02-17T14:00:00"),
    ]


def down(_request):
    raise httpx.ReadTimeout("too slow")


def respond(status, **options):
    return lambda _request: httpx.Response(status, **options)


def test_a_window_that_fails_leaves_the_ones_before_and_the_next_run_goes_on_there(
    ingest, raw, api, two_windows
):
    second_window = lambda request: (  # noqa: E731
        down(request) if request.url.params.get("dateFrom") == "2026-02-15" else None
    )
    api.faults = [second_window]

    with pytest.raises(IngestionFailedError, match=r"project 1, chat_history 2026-02-15\.\."):
        ingest()

    assert raw.messages() == ["1"]
    status, error, complete_until = raw.state()
    assert (status, complete_until) == ("failed", date(2026, 2, 13))
    assert "UnreachableError" not in error
    assert "chat_history 2026-02-15..2026-02-19" in error

    api.faults, api.requests = [], []
    ingest()
    assert raw.messages() == ["1", "2"]
    assert api.asked(HISTORY)[0]["dateFrom"] == "2026-02-10"
    assert raw.state() == ("ok", None, date(2026, 2, 16))


def test_a_run_killed_between_two_pages_leaves_nothing_of_the_window(ingest, raw, api):
    api.projects[1].messages = [message(n, "2026-02-10T14:00:00") for n in range(600)]

    class KilledError(BaseException):
        pass

    def kill(_request):
        raise KilledError

    api.faults = [on(HISTORY, kill, page="1")]
    with pytest.raises(KilledError):
        ingest()
    assert raw.messages() == []
    assert raw.batches() == []
    assert raw.rows("select count(*) from raw.checkpoints") == [(0,)]

    api.faults = []
    ingest()
    assert len(raw.messages()) == 600


def test_a_wrong_key_stops_the_project_at_once_and_says_what_to_check(ingest, raw, api):
    api.faults = [on(HISTORY, lambda _request: envelope(None, 401, "access token is not valid"))]

    with pytest.raises(IngestionFailedError, match="check the project's server key and the region"):
        ingest()

    assert len(api.asked(HISTORY)) == 1
    assert api.waits == []
    assert raw.state()[0] == "failed"
    api.faults = []
    assert ingest(2).has_changed


@pytest.mark.parametrize("status", [400, 403])
def test_a_refused_request_is_not_repeated(ingest, api, raw, status):
    api.faults = [on(HISTORY, lambda _request: envelope(None, status, "no"))]

    with pytest.raises(IngestionFailedError, match=f"{status} came"):
        ingest()

    assert [asked["dateFrom"] for asked in api.asked(HISTORY)] == ["2026-02-08", "2026-02-15"]


def test_too_many_requests_waits_as_long_as_the_api_asks(ingest, raw, api, two_windows):
    api.faults = [once(on(HISTORY, respond(429, headers={"Retry-After": "9"})))]

    ingest()

    assert api.waits == [9.0]
    assert raw.messages() == ["1", "2"]


def test_a_failing_server_is_asked_six_times_with_growing_waits(ingest, api, raw):
    api.faults = [on(CONTACTS, respond(503))]

    with pytest.raises(IngestionFailedError, match=r"contacts: .*503"):
        ingest()

    assert api.waits == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert raw.state(endpoint="contacts")[0] == "failed"


@pytest.mark.parametrize(
    "fault",
    [
        respond(200, json={"statusCode": 500, "message": "internal server error", "data": None}),
        respond(200, content=csv_bytes([message(1, "2026-02-10T14:00:00")])[:-9]),
        respond(
            200, content=csv_bytes([message(1, "2026-02-10T14:00:00", content='a "b" c')])[:220]
        ),
        down,
    ],
    ids=["JSON error of the server", "cut row", "cut inside quotes", "time-out"],
)
def test_what_may_heal_is_tried_again(ingest, raw, api, two_windows, fault):
    api.faults = [times(2, on(HISTORY, fault))]

    ingest()

    assert api.waits == [1.0, 2.0]
    assert raw.messages() == ["1", "2"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (respond(200, json={"statusCode": 400, "message": "dates are invalid"}), "400 came"),
        (respond(200, content=b"messageId,texto\n"), "messageDate or createdAt"),
        (respond(200, content=csv_bytes([])[:-1] + b",\xff\n"), r"byte 278 \(ff\) is none"),
        (respond(200, json={"statusCode": 200, "data": []}), "CSV was expected"),
    ],
    ids=["JSON error on CSV", "unknown header", "not UTF-8", "JSON instead of CSV"],
)
def test_an_answer_that_breaks_the_contract_is_not_tried_again(ingest, raw, api, fault, expected):
    api.faults = [on(HISTORY, fault)]

    with pytest.raises(IngestionFailedError, match=expected):
        ingest()

    assert [asked["dateFrom"] for asked in api.asked(HISTORY)] == ["2026-02-08", "2026-02-15"]
    assert raw.messages() == []


def test_a_page_that_comes_twice_is_an_error(ingest, raw, api):
    full = csv_bytes([message(n, "2026-02-10T14:00:00") for n in range(500)])
    api.faults = [on(HISTORY, respond(200, content=full))]

    with pytest.raises(IngestionFailedError, match="page 1 is identical"):
        ingest()

    assert raw.messages() == []


def test_as_many_sessions_as_the_limit_is_an_error(ingest, raw, api):
    api.faults = [on(SESSIONS, lambda _request: envelope([session(1)] * 50_000))]

    with pytest.raises(IngestionFailedError, match=r"agent_conversations: .*limit of 50000"):
        ingest()

    assert raw.rows("select count(*) from raw.agent_sessions") == [(0,)]


def test_an_endpoint_that_is_not_offered_is_left_out_and_the_rest_is_loaded(
    ingest, raw, api, two_windows
):
    api.faults = [on(CHANNELS, lambda _request: envelope(None, 404, "route not found"))]

    assert ingest().not_offered == ("channels",)

    assert raw.messages() == ["1", "2"]
    assert raw.state(endpoint="channels")[0] == "not_offered"


def test_without_the_message_history_there_is_nothing_to_carry_on_with(ingest, raw, api):
    api.faults = [on(HISTORY, lambda _request: envelope(None, 404, "route not found"))]

    with pytest.raises(IngestionFailedError, match="not offered"):
        ingest()


def test_a_row_that_cannot_be_loaded_is_kept_aside_once_with_its_reason(ingest, raw, api):
    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00"),
        message(2, "2026-02-10T14:00:00") | {"messageDate": "2026-02-10 ayer"},
        message("", "2026-02-10T14:00:00"),
    ]

    assert ingest().counts.rejected == 2
    ingest(since=FEB_10, until=FEB_10)

    assert raw.messages() == ["1"]
    kept = raw.rows("select project_id, reason, payload::jsonb ->> 'messageId' from raw.rejects")
    assert sorted(kept) == [(1, "messageDate is no time", "2"), (1, "no messageId", "")]


def test_a_row_of_too_few_fields_is_kept_aside(ingest, raw, api):
    body = csv_bytes([message(1, "2026-02-10T14:00:00")]) + b"2,2026-02-10T14:00:00+00:00\n"
    api.faults = [once(on(HISTORY, respond(200, content=body)))]

    ingest()

    assert raw.messages() == ["1"]
    assert raw.rows("select reason from raw.rejects") == [(f"2 fields, {len(HEADER)} expected",)]


def test_a_message_whose_new_version_cannot_be_loaded_keeps_the_old_one(ingest, raw, api):
    broken = message(1, "2026-02-10T14:00:00")
    api.projects[1].messages = [broken]
    ingest()

    broken["messageDate"] = "2026-02-10 ayer"
    ingest(since=FEB_10, until=FEB_10)

    assert raw.messages() == ["1"]


def test_two_runs_of_one_project_exclude_each_other_and_two_projects_do_not(ingest, raw, api):
    with ingest_connection("other-run") as other:
        with project_lock(other, 1):
            with pytest.raises(IngestionRunningError, match=r"other-run \(server process .*UTC"):
                ingest(1)
            assert ingest(2).has_changed
        assert ingest(1).has_changed


def test_a_project_nobody_registered_is_named(ingest, monkeypatch):
    monkeypatch.setenv("INDIGITALL_SERVER_KEY_3", "33333333-0000-4000-8000-000000000000")
    get_settings.cache_clear()
    with pytest.raises(UnknownProjectError, match="3 is none"):
        ingest(3)


def test_a_missing_key_and_a_missing_address_name_their_variable(ingest, raw, monkeypatch):
    with pytest.raises(ServerKeyMissingError, match="INDIGITALL_SERVER_KEY_9"):
        ingest(9)
    monkeypatch.delenv("INDIGITALL_API_URL")
    get_settings.cache_clear()
    with pytest.raises(NotConfiguredError, match="INDIGITALL_API_URL"):
        ingest(1)


def test_the_command_ends_with_1_when_the_api_is_down_and_logs_one_line(raw, monkeypatch, capsys):
    monkeypatch.setenv("INDIGITALL_API_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("lib.indigitall.client.Retries.delay_s", lambda *_: 0.0)
    get_settings.cache_clear()

    assert main(["--project", "1"]) == 1

    last = capsys.readouterr().err.splitlines()[-1]
    assert '"ingestion_failed"' in last
    assert "applications: no answer (ConnectError) from 127.0.0.1" in last


def test_the_command_refuses_days_in_the_wrong_order(capsys):
    with pytest.raises(SystemExit):
        main(["--project", "1", "--from", "2026-02-10", "--to", "2026-02-09"])
    assert "--to 2026-02-09 is before" in capsys.readouterr().err
