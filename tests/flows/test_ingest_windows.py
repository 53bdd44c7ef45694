"""A window that fails is one failed step: the others are read, the next run comes back to it."""

from datetime import date

import httpx
import psycopg
import pytest

from flows.ingest_run import IngestionFailedError
from tests.support.fake_api import CHANNELS, CONTACTS, HISTORY, SESSIONS, envelope, message, on

SMS = "/v2/sms/stats/application"
REFUSED = lambda _request: envelope(None, 400, "dates are invalid")  # noqa: E731


def down(_request):
    raise httpx.ReadTimeout("too slow")


def window(first, respond, path=HISTORY):
    """A fault for the window that begins on a day."""
    fault = on(path, respond)
    return lambda request: fault(request) if request.url.params.get("dateFrom") == first else None


def asked(api, path=HISTORY):
    return [(query["dateFrom"], query["dateTo"]) for query in api.asked(path)]


@pytest.fixture
def four_windows(raw, api):
    """A history of four windows, with a message in each."""
    raw.run("update app.projects set backfill_from = '2026-01-26'")
    days = ("2026-01-28", "2026-02-04", "2026-02-11", "2026-02-16")
    api.projects[1].messages = [message(n, f"{day}T14:00:00") for n, day in enumerate(days)]
    return ["2026-01-25", "2026-02-01", "2026-02-08", "2026-02-15"]


def test_the_windows_after_a_failed_one_are_read_and_so_are_the_other_endpoints(
    ingest, raw, api, four_windows
):
    api.faults = [window("2026-02-01", REFUSED)]

    with pytest.raises(IngestionFailedError) as failed:
        ingest()

    expected = "project 1, chat_history 2026-02-01..2026-02-08: chat_history: a status below"
    assert str(failed.value).startswith(expected)
    assert str(failed.value).count("project 1") == 1
    assert raw.messages() == ["0", "2", "3"]
    assert api.asked(SESSIONS)
    assert api.asked(SMS)
    status, error, complete_until = raw.state()
    assert (status, complete_until) == ("failed", date(2026, 1, 30))
    assert "chat_history 2026-02-01..2026-02-08" in error


def test_the_next_run_comes_back_to_the_hole_and_to_the_last_days_only(
    ingest, raw, api, four_windows
):
    api.faults = [window("2026-02-01", REFUSED)]
    with pytest.raises(IngestionFailedError):
        ingest()
    api.faults, api.requests = [], []

    ingest()

    assert asked(api) == [("2026-01-30", "2026-02-06"), ("2026-02-06", "2026-02-09"),
                          ("2026-02-13", "2026-02-19")]  # fmt: skip
    assert raw.messages() == ["0", "1", "2", "3"]
    assert raw.state() == ("ok", None, date(2026, 2, 16))


def test_every_failed_window_is_named_once(ingest, raw, api, four_windows):
    api.faults = [window("2026-01-25", REFUSED), window("2026-02-08", REFUSED)]

    with pytest.raises(IngestionFailedError) as failed:
        ingest()

    assert str(failed.value).count("chat_history 2026-01-25..2026-02-01: ") == 1
    assert str(failed.value).count("chat_history 2026-02-08..2026-02-15: ") == 1
    assert raw.state()[2] is None


def test_while_nobody_answers_the_windows_in_between_wait_and_the_newest_is_tried(
    ingest, raw, api, four_windows
):
    raw.run("update app.projects set backfill_from = '2026-01-05'")
    older = [window(f"2026-01-{day}", down) for day in ("04", "11", "18", "25")]
    api.faults = [*older, window("2026-02-01", down)]

    with pytest.raises(IngestionFailedError, match="chat_history 2026-01-18"):
        ingest()

    begun = list(dict.fromkeys(first for first, _ in asked(api)))
    assert begun == ["2026-01-04", "2026-01-11", "2026-01-18", "2026-02-15"]
    assert raw.messages() == ["3"]
    assert api.asked(SESSIONS)


def test_an_api_that_is_down_ends_the_run_after_four_steps(ingest, raw, api, four_windows):
    api.faults = [down]

    with pytest.raises(IngestionFailedError, match=r"chat_history 2026-02-15\.\."):
        ingest(groups=["conversations"])

    steps = dict.fromkeys((r.url.path, r.url.params.get("dateFrom")) for r in api.requests)
    assert list(steps) == [("/v1/application", None), (CHANNELS, None),
                           (HISTORY, "2026-01-25"), (HISTORY, "2026-02-15")]  # fmt: skip


def test_a_key_that_is_revoked_in_mid_run_ends_it_at_once(ingest, raw, api, four_windows):
    api.faults = [window("2026-02-01", lambda _request: envelope(None, 401, "no"))]

    with pytest.raises(IngestionFailedError, match=r"2026-02-01.*check the project's server key"):
        ingest()

    assert raw.messages() == ["0"]
    assert asked(api)[-1][0] == "2026-02-01"
    assert not api.asked(SESSIONS)


def test_a_list_that_fails_keeps_no_message_waiting(ingest, raw, api, four_windows):
    api.faults = [on(CONTACTS, REFUSED)]

    with pytest.raises(IngestionFailedError, match="project 1, contacts: "):
        ingest()

    assert len(raw.messages()) == 4
    assert raw.state()[0] == "ok"
    assert raw.state(endpoint="contacts")[0] == "failed"


def test_a_hole_in_statistics_is_come_back_to(ingest, raw, api):
    raw.run("update app.projects set backfill_from = '2025-06-01'")
    api.projects[1].campaigns[SMS] = [
        {"statsDate": day, "numContactsSent": 5} for day in ("2025-06-10", "2025-10-01")
    ]
    api.faults = [window("2025-06-01", REFUSED, SMS)]
    with pytest.raises(IngestionFailedError, match=r"sms_daily 2025-06-01\.\.2025-09-08"):
        ingest(groups=["statistics"])
    assert raw.rows("select stat_id from raw.sms_daily") == [("2025-10-01",)]
    assert raw.state(endpoint="sms_daily")[::2] == ("failed", None)
    api.faults, api.requests = [], []

    ingest(groups=["statistics"])

    assert asked(api, SMS) == [("2025-06-01", "2025-09-08"), ("2026-02-10", "2026-02-18")]
    assert len(raw.rows("select stat_id from raw.sms_daily")) == 2
    assert raw.state(endpoint="sms_daily") == ("ok", None, date(2026, 2, 17))


def test_the_error_of_a_step_never_quotes_a_row(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-10T14:00:00", content="Ana Secreta")]
    seen = []

    def step(_name, work):
        try:
            return work()
        except Exception as error:
            seen.append(error)
            raise

    raw.run("alter table raw.messages add constraint no_secret check (content !~ 'Secreta')")
    try:
        with pytest.raises(IngestionFailedError, match="CheckViolation 23514"):
            ingest(step=step)
    finally:
        raw.run("alter table raw.messages drop constraint no_secret")

    assert not isinstance(seen[0], psycopg.Error)
    assert seen[0].__suppress_context__
    assert "Secreta" not in str(seen[0])
