"""One endpoint's fields against those we read: renamed, gone, new, and never a value."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from lib.indigitall.access import http_client
from lib.indigitall.client import IndigitallClient
from lib.indigitall.credentials import HeaderCredential
from lib.indigitall.endpoints import (
    AGENT_CONVERSATIONS,
    APPLICATIONS,
    CAMPAIGN_LISTS,
    CAMPAIGN_STATISTICS,
    CHANNELS,
    CHAT_HISTORY,
    CONTACTS,
    ENDPOINTS,
    Column,
)
from lib.indigitall.probe import probe_endpoint
from tests.support.fake_api import (
    ADDRESS,
    HEADER,
    HISTORY,
    KEYS,
    FakeApi,
    contact,
    envelope,
    message,
    on,
)
from tests.support.fake_api import CHANNELS as CHANNEL_PATH
from tests.support.fake_api import CONTACTS as CONTACT_PATH

ROOT = Path(__file__).resolve().parents[3]
STAGING = ROOT / "warehouse" / "models" / "staging" / "indigitall"
READ_IN_SQL = re.compile(r"payload ->> '(\w+)'|json_\w+\('payload', '(\w+)'\)")
READ_IN_CODE = re.compile(r"\b(?:session|contact)\.text\(\"(\w+)\"\)")
TODAY = date(2026, 2, 17)
CORE = (APPLICATIONS, CHANNELS, CONTACTS, AGENT_CONVERSATIONS, CHAT_HISTORY)
# those the warehouse reads; every other one is kept as it comes
ALL = (*CORE, *(ENDPOINTS[name] for name in (*CAMPAIGN_LISTS, *CAMPAIGN_STATISTICS)))
BY_NAME = {endpoint.name: endpoint for endpoint in ALL}
SMS = BY_NAME["sms_campaign_daily"]
WHATSAPP = BY_NAME["whatsapp_campaign_daily"]
CHANNEL = {"id": 41, "name": "Línea", "type": "cloudapi", "status": "active"}


@pytest.fixture
def api():
    return FakeApi()


@pytest.fixture
def probe(api):
    """Probe one endpoint of project 1."""
    with http_client(ADDRESS, api.transport) as http:
        client = IndigitallClient(
            http, 1, HeaderCredential("Authorization", f"ServerKey {KEYS[1]}"), api.retries
        )
        yield lambda endpoint: probe_endpoint(client, endpoint, TODAY)


def read_by_us():
    """What staging, and raw on its way, read of each JSON resource: table -> names of fields."""
    found = {}
    for path in STAGING.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        table = re.search(r"source\('indigitall', '(\w+)'\)", text)[1]
        names = {a or b for a, b in READ_IN_SQL.findall(text)}
        if names and table != "messages":
            found.setdefault(table, set()).update(names)
    return found


def test_the_fields_that_staging_reads_are_those_the_endpoint_file_expects():
    tables = {"agent_conversations": "agent_sessions"}
    read = read_by_us()
    described = {
        tables.get(name, name): {*e.key_sources, *e.expected_fields, *e.accepted_fields}
        for name, e in BY_NAME.items()
        if e.response == "json"
    }
    assert set(read) == set(described)
    assert [table for table, names in read.items() if not names <= described[table]] == []


def test_no_field_is_expected_that_neither_staging_nor_raw_reads():
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "lib" / "raw").glob("*.py")]
    migrations = (ROOT / "infra" / "postgres" / "migrations" / "versions").glob("*.py")
    code += [path.read_text(encoding="utf-8") for path in migrations]
    elsewhere = {name for text in code for name in READ_IN_CODE.findall(text)}
    elsewhere |= {a or b for text in code for a, b in READ_IN_SQL.findall(text)}
    read = read_by_us()
    for endpoint in ALL:
        table = "agent_sessions" if endpoint is AGENT_CONVERSATIONS else endpoint.name
        named = {*endpoint.expected_fields, *endpoint.accepted_fields}
        assert named - read.get(table, set()) - elsewhere == set(), endpoint.name


def test_every_json_endpoint_names_fields_and_the_csv_has_its_columns():
    assert [e.name for e in ALL if e.response == "json" and not e.expected_fields] == []
    assert CHAT_HISTORY.expected_fields == ()


def test_a_list_as_expected_has_nothing_missing_and_names_what_is_new(api, probe):
    api.projects[1].channels = [CHANNEL | {"phoneNumber": "573000009999"}]
    found = probe(CHANNELS)
    assert (found.status, found.present) == ("ok", ("id", "name", "type", "status"))
    assert (found.missing, found.new) == ((), ("phoneNumber",))


def test_a_renamed_field_is_missing_under_its_old_name_and_new_under_the_other(api, probe):
    renamed = {k: v for k, v in CHANNEL.items() if k != "status"} | {"state": "active"}
    api.projects[1].channels = [renamed]
    found = probe(CHANNELS)
    assert (found.missing, found.new) == (("status",), ("state",))


def test_a_list_is_asked_for_one_record_of_its_first_page(api, probe):
    api.projects[1].contacts = [contact(), contact("573000000002")]
    probe(CONTACTS)
    assert api.asked(CONTACT_PATH) == [{"applicationId": "1", "limit": "1", "page": "0"}]


def test_the_history_is_judged_by_its_header_even_without_a_row(api, probe):
    found = probe(CHAT_HISTORY)
    assert (found.status, len(found.present), found.missing, found.new) == ("ok", 24, (), ())
    assert api.asked(HISTORY) == [
        {
            "applicationId": "1",
            "dateFrom": "2026-02-16",
            "dateTo": "2026-02-17",
            "limit": "1",
            "page": "0",
        }
    ]


def test_an_alternative_name_of_a_column_counts_as_present(api, probe):
    header = ",".join("id" if name == "messageId" else name for name in HEADER) + "\n"
    api.faults.append(on(HISTORY, lambda _: httpx.Response(200, text=header)))
    found = probe(CHAT_HISTORY)
    assert found.missing == ()
    assert "id" in found.present


def test_rows_without_a_header_fail_and_none_of_their_values_passes_for_a_name(api, probe):
    row = ",".join(message(1, "2026-02-16T14:00:00", content="Ana").values()) + "\n"
    api.faults.append(on(HISTORY, lambda _: httpx.Response(200, text=row)))
    found = probe(CHAT_HISTORY)
    assert (found.status, found.reason) == ("failed", "UnexpectedFormatError")
    assert (found.present, found.new) == ((), ())


def test_a_key_that_looks_like_data_is_counted_and_not_named(api, probe):
    api.projects[1].channels = [CHANNEL | {"573000000001": 1, "ana@uno.example": 2, "Ana P": 3}]
    assert probe(CHANNELS).new == ("(unnamed)",)


def test_statistics_without_a_row_of_the_last_day_are_asked_for_the_widest_window(api, probe):
    row = {"campaignId": 1, "statsDate": "2026-01-02", "numContactsSent": 5}
    api.projects[1].campaigns[SMS.path] = [row | {"totalChunks": 5, "numContactsClicked": 1}]
    found = probe(SMS)
    assert (found.status, found.missing) == ("ok", ())
    assert found.lacking == ("numContactsDelivered", "numContactsRejected", "cost")
    assert [asked["dateFrom"] for asked in api.asked(SMS.path)] == ["2026-02-16", "2025-11-10"]


def test_an_answer_without_records_says_nothing_about_fields(probe):
    found = probe(SMS)
    assert (found.status, found.present, found.missing) == ("empty", (), ())


def test_parts_of_a_key_that_may_be_missing_are_no_fault(api, probe):
    sent = dict.fromkeys(WHATSAPP.expected_fields, 1)
    api.projects[1].campaigns[WHATSAPP.path] = [
        {"campaignId": 1, "statsDate": "2026-02-16", **sent}
    ]
    found = probe(WHATSAPP)
    assert found.missing == ()
    assert found.lacking == ("sendingId", "category", "cost", "currency")


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (lambda _: envelope(None, 404, "route /v1/chat/channel not found"), "not_offered", "404"),
        (lambda _: envelope(None, 401, "access token is not valid"), "refused", "401"),
        (lambda _: envelope(None, 403, "573000000001 forbidden"), "refused", "403"),
        (lambda _: envelope(None, 500, "Ana Pérez"), "failed", "ServerFailureError"),
        (lambda _: httpx.Response(200, text="<html>"), "failed", "UnexpectedFormatError"),
        (lambda _: envelope({"rows": []}), "failed", "UnexpectedFormatError"),
        (lambda _: envelope([CHANNEL | {"applicationId": 2}]), "failed", "ForeignProjectError"),
    ],
)  # fmt: skip
def test_a_refusal_or_failure_is_told_by_its_kind_and_not_in_the_apis_words(
    api, probe, answer, status, reason
):
    api.faults.append(on(CHANNEL_PATH, answer))
    found = probe(CHANNELS)
    assert (found.status, found.reason) == (status, reason)
    assert (found.present, found.missing, found.new) == ((), (), ())


def test_a_single_object_is_probed_like_a_list_of_one(api, probe):
    endpoint = replace(
        CHANNELS, name="totals", is_single=True, key_sources=(), expected_fields=("sent", "read")
    )
    api.faults.append(on(CHANNEL_PATH, lambda _: envelope({"sent": 3, "opened": 1})))
    found = probe(endpoint)
    assert (found.status, found.present) == ("ok", ("sent",))
    assert (found.missing, found.new) == (("read",), ("opened",))


def test_a_json_field_the_source_calls_otherwise_is_present_and_not_new(api, probe):
    renamed = replace(CHANNELS, columns=(Column("status", ("state", "status")),))
    api.projects[1].channels = [
        {key: value for key, value in CHANNEL.items() if key != "status"} | {"state": "active"}
    ]
    found = probe(renamed)
    assert (found.status, found.missing, found.new) == ("ok", (), ())
    assert "state" in found.present


def test_a_header_with_another_separator_is_read_with_it(api, probe):
    endpoint = replace(CHAT_HISTORY, separator=";")
    api.faults.append(on(HISTORY, lambda _: httpx.Response(200, text=";".join(HEADER) + "\n")))
    found = probe(endpoint)
    assert (found.status, found.missing, found.new) == ("ok", (), ())
