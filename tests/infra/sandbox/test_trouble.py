"""What a client sees of each fault, and how the faults are switched."""

import asyncio
import csv
import io
import json

import httpx
import pytest

from infra.sandbox.app import create_app
from infra.sandbox.faults import Fault, FaultPlan
from infra.sandbox.spoiled import Answer, spoiled
from infra.sandbox.trouble import ConnectionCutError, Troubled
from tests.support.sandbox_api import ask

HISTORY, CONTACTS = "/v1/chat/history/csv", "/v1/chat/contacts"
WINDOW = {
    "applicationId": 900101,
    "limit": 500,
    "page": 0,
    "dateFrom": "2026-02-10",
    "dateTo": "2026-02-14",
}
LIST = {"applicationId": 900101, "limit": 100, "page": 0}


@pytest.fixture
def troubled(small_world, now):
    return Troubled(create_app(small_world, clock=lambda: now), lambda: now)


def history_with(troubled, kind):
    troubled.plan.add([Fault(kind=kind)])
    return ask(troubled, HISTORY, **WINDOW)


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


@pytest.mark.parametrize(
    ("kind", "http", "said"),
    [
        ("status_400_in_200", 200, 400),
        ("status_404_in_200", 200, 404),
        ("status_500_in_200", 200, 500),
        ("json_error_on_csv", 200, 503),
        ("429", 429, 429),
        ("500", 500, 500),
        ("route_404", 404, 404),
    ],
)
def test_an_error_is_told_by_http_or_only_in_the_body(troubled, kind, http, said):
    answer = history_with(troubled, kind)
    assert (answer.status_code, answer.json()["statusCode"]) == (http, said)


def test_retry_after_is_given_with_one_of_two_refusals(troubled):
    assert history_with(troubled, "429_retry_after").headers["retry-after"] == "1"
    troubled.plan.clear()
    assert "retry-after" not in history_with(troubled, "429").headers


@pytest.mark.parametrize(("kind", "status"), [("html", 200), ("502", 502), ("503", 503)])
def test_a_page_for_people_can_stand_where_data_were_asked_for(troubled, kind, status):
    answer = history_with(troubled, kind)
    assert answer.status_code == status
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_a_connection_can_end_in_the_middle(troubled, kind):
    with pytest.raises(ConnectionCutError):
        history_with(troubled, kind)


def test_half_a_csv_never_ends_with_a_whole_line(troubled):
    assert not history_with(troubled, "half_csv").text.endswith("\n")


def test_damaged_compression_cannot_be_unpacked(troubled):
    with pytest.raises(httpx.DecodingError):
        history_with(troubled, "corrupt_gzip").read()


def test_bytes_that_are_no_utf8_stand_at_the_end(troubled):
    assert history_with(troubled, "not_utf8").content.endswith(b"\xff\xfe\n")


def test_invalid_json_is_no_json(troubled):
    troubled.plan.add([Fault(kind="invalid_json")])
    with pytest.raises(json.JSONDecodeError):
        ask(troubled, CONTACTS, **LIST).json()


def test_odd_messages_are_the_same_messages(troubled):
    plain = rows_of(ask(troubled, HISTORY, **WINDOW))
    odd = {}
    for kind in ("extra_column", "missing_column", "reordered_columns", "doubled_rows", "nul"):
        odd[kind] = rows_of(history_with(troubled, kind))
        troubled.plan.clear()
    assert [row[:-1] for row in odd["extra_column"]] == plain
    assert odd["missing_column"] == [row[:-1] for row in plain]
    assert [row[::-1] for row in odd["reordered_columns"]] == plain
    assert odd["doubled_rows"] == plain + plain[1:]
    assert {row[8][-1] for row in odd["nul"][1:]} == {"\0"}


def test_headers_and_senders_nobody_described(troubled):
    header = rows_of(history_with(troubled, "wrong_header"))[0]
    assert {"eins", "zwei"} <= set(header)
    troubled.plan.clear()
    rows = rows_of(history_with(troubled, "unknown_send_type"))
    assert {row[2] for row in rows[1:]} == {"hologram"}


def test_faults_of_csv_leave_json_alone(troubled):
    plain = ask(troubled, CONTACTS, **LIST).content
    troubled.plan.add([Fault(kind="doubled_rows")])
    assert ask(troubled, CONTACTS, **LIST).content == plain


def test_a_redirect_leads_to_another_port(troubled):
    answer = history_with(troubled, "redirect")
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1:9/elsewhere")


def test_a_slow_answer_is_whole(monkeypatch):
    monkeypatch.setattr("infra.sandbox.spoiled.SLOW_SECONDS", 0.01)
    answer = Answer(200, {"content-type": "text/csv"}, b"a\n1\n")
    assert asyncio.run(spoiled("slow", answer)) == answer


def test_faults_are_switched_and_requests_counted_over_http(troubled):
    faults = [{"kind": "500", "path": CONTACTS}]
    assert ask(troubled, "/sandbox/faults", method="POST", json=faults).json() == {"waiting": 1}
    assert ask(troubled, HISTORY, **WINDOW).status_code == 200
    assert ask(troubled, CONTACTS, **LIST).status_code == 500
    assert ask(troubled, CONTACTS, **LIST).status_code == 200
    counted = ask(troubled, "/sandbox/requests").json()
    assert counted == {CONTACTS: {"2026-02-17T15:00Z": 2}, HISTORY: {"2026-02-17T15:00Z": 1}}
    refused = ask(troubled, "/sandbox/faults", method="POST", json=[{"kind": "gremlin"}])
    assert refused.status_code == 400
    ask(troubled, "/sandbox/faults", method="POST", json=faults)
    assert ask(troubled, "/sandbox/faults", method="DELETE").json() == {"waiting": 0}
    assert ask(troubled, CONTACTS, **LIST).status_code == 200


def test_a_share_of_all_requests_goes_wrong_by_chance(small_world, now):
    plan = FaultPlan(0.5, kinds=("500",), seed=3)
    app = Troubled(create_app(small_world, clock=lambda: now), lambda: now, plan)
    statuses = [ask(app, "/v1/status").status_code for _ in range(40)]
    assert 10 < statuses.count(500) < 30
