"""One failed window is repeated alone, by the name under which it failed."""

from datetime import date

import pytest

from flows.ingest import main
from flows.ingest_run import IngestionFailedError
from flows.repeat_windows import WindowNameError
from tests.support.fake_api import CONTACTS, HISTORY, envelope, message, on

SMS = "/v2/sms/stats/application"


def first_window_refused(request):
    refused = on(HISTORY, lambda _request: envelope(None, 400, "no"))
    return refused(request) if request.url.params.get("dateFrom") == "2026-02-08" else None


@pytest.fixture
def failed(ingest, raw, api):
    """A run whose first window of messages failed; what it asked for is forgotten."""
    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00"),
        message(2, "2026-02-16T14:00:00"),
    ]
    api.faults = [first_window_refused]
    with pytest.raises(IngestionFailedError) as error:
        ingest()
    api.faults, api.requests = [], []
    return str(error.value)


def paths(api):
    return {request.url.path for request in api.requests}


def test_the_name_in_the_failure_repeats_this_window_and_nothing_else(ingest, raw, api, failed):
    name = failed.removeprefix("project 1, ").split(": ")[0]
    assert name == "chat_history 2026-02-08..2026-02-15"

    result = ingest(windows=[name])

    assert (result.windows, result.counts.inserted) == (1, 1)
    assert [(q["dateFrom"], q["dateTo"]) for q in api.asked(HISTORY)] == [
        ("2026-02-08", "2026-02-15")
    ]
    assert paths(api) == {HISTORY}
    assert raw.messages() == ["1", "2"]
    assert raw.state() == ("ok", None, date(2026, 2, 16))


def test_a_repeated_window_is_written_once_and_finds_what_vanished_in_it(ingest, raw, api, failed):
    name = "chat_history:2026-02-08..2026-02-15"
    ingest(windows=[name])
    assert not ingest(windows=[name]).has_changed

    api.projects[1].messages = []
    ingest(windows=[name])

    assert raw.messages() == ["2"]


def test_statistics_and_lists_are_repeated_by_their_names_as_well(ingest, raw, api):
    api.projects[1].campaigns[SMS] = [{"statsDate": "2026-02-10", "numContactsSent": 5}]

    ingest(windows=["sms_daily 2026-02-09..2026-02-12", "contacts"])

    assert paths(api) == {SMS, CONTACTS}
    assert [(q["dateFrom"], q["dateTo"]) for q in api.asked(SMS)] == [("2026-02-09", "2026-02-12")]
    assert raw.rows("select stat_id from raw.sms_daily") == [("2026-02-10",)]
    assert raw.rows("select count(*) from raw.contacts") == [(1,)]


def test_a_repeated_window_brings_nothing_back_that_a_purge_removed(ingest, raw, api):
    raw.run("update app.projects set kept_from = '2026-02-11' where project_id = 1")
    days = ("2026-02-10", "2026-02-11")
    api.projects[1].campaigns[SMS] = [{"statsDate": day, "numContactsSent": 5} for day in days]

    ingest(windows=["sms_daily:2026-02-09..2026-02-13"])

    assert raw.rows("select stat_id from raw.sms_daily") == [("2026-02-11",)]
    with pytest.raises(WindowNameError, match="that the project keeps"):
        ingest(windows=["sms_daily:2026-02-05..2026-02-11"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chat_history", "two dates were expected with chat_history"),
        ("chat_history 2026-02-08", "a name such as chat_history:"),
        ("chat_history 2026-02-08..2026-02-31", "two dates were expected and"),
        ("chat_history 2026-02-08..2026-02-16", "from 1 to 7 days"),
        ("chat_history 2026-02-08..2026-02-08", "from 1 to 7 days"),
        ("chat_history 2026-02-18..2026-02-19", "days that have begun"),
        ("contacts 2026-02-08..2026-02-15", "no dates were expected with contacts"),
        ("email_daily 2026-02-08..2026-02-15", "agent_conversations, applications, .* came"),
    ],
)
def test_a_name_that_is_none_is_refused_before_anything_is_read(ingest, api, name, expected):
    with pytest.raises(WindowNameError, match=expected):
        ingest(windows=["contacts", name])
    assert api.requests == []


def test_the_command_wants_a_project_with_a_window(capsys):
    with pytest.raises(SystemExit):
        main(["--window", "contacts"])
    assert "--window was expected with --project" in capsys.readouterr().err
