"""The report of a run: steps, rows, seconds, lag; the same text on the log; nobody's data in it."""

import re

import pytest
from structlog.testing import capture_logs

from flows.ingest_run import IngestionFailedError
from flows.run_report import not_started, projects_report
from tests.support.fake_api import CHANNELS, HISTORY, KEYS, contact, envelope, message, on


def failing(request):
    refused = on(HISTORY, lambda _request: envelope(None, 400, "no | pipe\nline"))
    return refused(request) if request.url.params.get("dateFrom") == "2026-02-08" else None


def cells(report, name):
    """The cells of one step but its seconds."""
    (line,) = [line for line in report.splitlines() if line.startswith(f"| `{name}`")]
    found = [cell.strip() for cell in line.strip("|").split("|")]
    assert re.fullmatch(r"\d+\.\d", found[8])
    return [*found[2:8], found[1]]


@pytest.fixture
def reported(ingest, raw, api):
    """The report of a run over messages of two windows, one of which fails if asked for."""

    def run(**options):
        reports = []
        with capture_logs() as events:
            try:
                ingest(groups=["conversations"], on_report=reports.append, **options)
            except IngestionFailedError as error:
                reports.append(str(error))
        texts = [event["text"] for event in events if event["event"] == "ingestion_report"]
        assert texts == reports[:1]
        return reports[0]

    api.projects[1].messages = [
        message(1, "2026-02-10T14:00:00", content="Ana Secreta"),
        message(2, "2026-02-16T14:00:00"),
        message(3, "2026-02-17T13:56:00"),
        message("", "2026-02-16T14:00:00"),
        message(4, "2027-01-01T00:00:00"),
    ]
    return run


def test_each_step_has_its_rows_and_the_lag_is_that_of_the_newest_message(reported):
    report = reported()

    assert cells(report, "chat_history 2026-02-08..2026-02-15") == ["1", "1", *"0000", "ok"]
    assert cells(report, "chat_history 2026-02-15..2026-02-19") == [
        "3",
        "2",
        "0",
        "0",
        "1",
        "0",
        "ok",
    ]
    assert "5 of 5 steps done." in report
    # the clock of the tests stands at 10:00 in Bogotá, 15:00 UTC
    assert "Newest message: 2026-02-17 08:56 (America/Bogota), lag **64 min**." in report


def test_what_failed_is_named_with_the_command_that_repeats_it(reported, api):
    api.faults = [failing, on(CHANNELS, lambda _request: envelope(None, 404, "route not found"))]

    report = reported()

    assert cells(report, "chat_history 2026-02-08..2026-02-15")[-1] == "**failed**"
    assert cells(report, "channels")[-1] == "not offered"
    assert "3 of 5 steps done, **1 failed**." in report
    command = "python -m flows.ingest --project 1 --window chat_history:2026-02-08..2026-02-15"
    assert f"`{command}`" in report
    (line,) = [line for line in report.splitlines() if line.startswith("- project 1")]
    assert "no \\| pipe line" in line


def test_neither_a_person_nor_a_key_stands_in_it(reported, api):
    api.projects[1].contacts = [contact(profileName="Ana Secreta")]
    report = reported()
    assert not {"Ana", "Secreta", "573000000001", KEYS[1]} & set(re.split(r"[\s|`]+", report))
    assert "Secreta" not in report


def test_a_run_without_messages_knows_no_lag(ingest, api):
    reports = []
    ingest(groups=["contacts"], on_report=reports.append)
    assert "Newest message: none is known." in reports[0]


def test_a_run_that_breaks_still_reports_what_it_did(ingest, raw, api):
    class KilledError(BaseException):
        pass

    def kill(_request):
        raise KilledError

    api.faults = [on(HISTORY, kill)]
    reports = []
    with pytest.raises(KilledError):
        ingest(on_report=reports.append)
    assert cells(reports[0], "contacts")[:2] == ["1", "1"]


def test_all_projects_and_a_run_that_never_began_have_a_report():
    report = projects_report({"1": 1234, "2": 0}, {3: "project 3, contacts: no answer"})
    assert "| 1 | 1,234 | ok |\n| 2 | 0 | ok |\n| 3 | | **failed** |" in report
    assert report.endswith("- project 3, contacts: no answer")
    assert "**Nothing was read.** no key" in not_started(1, "no\nkey")
