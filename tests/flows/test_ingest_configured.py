"""What the API has otherwise is configured: no line of code changes, and raw gets the same rows."""

import json
from datetime import date

import httpx
import pytest

from lib.indigitall.errors import EndpointFileError
from tests.support.fake_api import CONTACTS, HEADER, contact, csv_bytes, envelope, message, on

FEB_10 = date(2026, 2, 10)
LABELS = "/v1/chat/label"


@pytest.fixture
def configure(raw):
    """Give one project endpoints of its own."""

    def apply(overrides, project_id=1):
        raw.run(
            "update app.projects set endpoint_overrides = %s where project_id = %s",
            json.dumps(overrides),
            project_id,
        )

    return apply


def read_day(ingest, project_id=1):
    return ingest(project_id, since=FEB_10, until=FEB_10)


def keys(raw, table, column, project_id=1):
    query = f"select {column} from raw.{table} where project_id = %s and deleted_at is null"
    return sorted(row[0] for row in raw.rows(query, project_id))


def test_a_new_endpoint_is_kept_in_the_table_of_lists_and_follows_its_source(
    ingest, raw, api, configure
):
    configure({"labels": {"path": LABELS, "key": ["id"]}})
    rows = [{"id": 1, "name": "uno"}, {"id": 2, "name": "dos"}]
    api.faults = [on(LABELS, lambda _request: envelope(rows))]
    read_day(ingest)
    assert keys(raw, "other_lists", "record_key") == ["labels:1", "labels:2"]

    rows.pop()
    assert read_day(ingest).by_endpoint["labels"].deleted == 1
    assert keys(raw, "other_lists", "record_key") == ["labels:1"]
    assert keys(raw, "other_lists", "record_key", 2) == []


def test_two_new_endpoints_with_the_same_keys_do_not_mix(ingest, raw, api, configure):
    configure(
        {
            "labels": {"path": LABELS, "key": ["id"]},
            "labels_of_bot": {"path": "/v1/bot/label", "key": ["id"]},
        }
    )
    api.faults = [
        on(LABELS, lambda _request: envelope([{"id": 1}])),
        on("/v1/bot/label", lambda _request: envelope([{"id": 1}, {"id": 2}])),
    ]
    read_day(ingest)
    assert not read_day(ingest).by_endpoint["labels"].changed
    assert keys(raw, "other_lists", "record_key") == [
        "labels:1",
        "labels_of_bot:1",
        "labels_of_bot:2",
    ]


def test_new_statistics_are_kept_by_day_and_marked_when_a_day_is_gone(ingest, raw, api, configure):
    configure(
        {
            "calls_daily": {
                "path": "/v1/call/stats",
                "group": "statistics",
                "window": {"max_days": 30},
                "key": ["statsDate", "line"],
                "day_field": "statsDate",
            }
        }
    )
    rows = [{"statsDate": "2026-02-10", "line": 1, "calls": 7}]
    api.faults = [on("/v1/call/stats", lambda _request: envelope(rows))]
    read_day(ingest)
    assert keys(raw, "other_statistics", "stat_id") == ["calls_daily:2026-02-10:1"]

    rows.clear()
    read_day(ingest)
    assert keys(raw, "other_statistics", "stat_id") == []


def test_an_answer_that_is_one_object_is_one_row(ingest, raw, api, configure):
    configure({"agent_status": {"enabled": True}})
    path = "/v1/chat/agent/status"
    api.faults = [on(path, lambda _request: envelope({"activeAgents": 4}))]
    read_day(ingest)

    found = raw.rows("select record_key, payload from raw.other_lists where project_id = 1")
    assert found == [("agent_status:agent_status", {"activeAgents": 4})]


def test_a_renamed_path_is_asked_for_one_project_only(ingest, api, raw, configure):
    configure({"contacts": {"path": "/v3/people"}})
    api.faults = [on("/v3/people", lambda _request: envelope([contact("573000000007")]))]
    read_day(ingest)
    assert keys(raw, "contacts", "contact_id") == ["573000000007"]
    assert api.asked(CONTACTS) == []

    read_day(ingest, 2)
    assert keys(raw, "contacts", "contact_id", 2) == ["573000000001"]


def test_a_list_cut_by_a_cursor_is_read_to_its_end(ingest, api, raw, configure):
    configure({"contacts": {"paging": {"style": "cursor", "cursor_path": "next"}}})
    pages = {"": (["573000000001"], "b"), "b": (["573000000002"], None)}

    def answer(request):
        ids, following = pages[request.url.params.get("cursor", "")]
        body = {"statusCode": 200, "data": [contact(each) for each in ids], "next": following}
        return httpx.Response(200, json=body)

    api.faults = [on(CONTACTS, answer)]
    read_day(ingest)
    assert keys(raw, "contacts", "contact_id") == ["573000000001", "573000000002"]


def test_a_list_cut_by_offset_is_read_to_its_end(ingest, api, raw, configure):
    configure({"contacts": {"paging": {"style": "offset", "page_size": 2}}})
    ids = [f"57300000000{number}" for number in range(5)]

    def answer(request):
        start = int(request.url.params["offset"])
        return envelope([contact(each) for each in ids[start : start + 2]])

    api.faults = [on(CONTACTS, answer)]
    read_day(ingest)
    assert keys(raw, "contacts", "contact_id") == ids


def test_renamed_columns_and_other_words_of_the_history_give_the_same_row(
    ingest, api, raw, configure
):
    usual = message(1, "2026-02-10T14:00:00", isFallback="Yes")
    api.projects[1].messages = api.projects[2].messages = [usual]
    read_day(ingest, 2)
    configure(
        {
            "chat_history": {
                "fields": {
                    "content": {"from": ["texto"]},
                    "send_type": {"from": ["sendType"], "values": {"incoming": "input"}},
                    "is_fallback": {"from": ["isFallback"], "values": {"true": "Yes"}},
                    "mood": {"from": ["tono"]},
                },
                "response": {"separator": ";"},
            }
        }
    )
    other = usual | {"sendType": "incoming", "isFallback": "true"}
    header = tuple("texto" if name == "content" else name for name in HEADER)
    body = csv_bytes([other | {"texto": other["content"], "tono": "alegre"}], (*header, "tono"))
    body = body.replace(b",", b";")
    api.faults = [on("/v1/chat/history/csv", lambda _request: httpx.Response(200, content=body))]
    read_day(ingest)

    columns = "message_id, content, send_type, is_fallback, contact_id, message_date"
    (mine, theirs) = raw.rows(f"select {columns} from raw.messages order by project_id")
    assert mine == theirs
    (extra,) = raw.rows("select extra from raw.messages where project_id = 1")
    assert extra == ({"mood": "alegre"},)


def test_a_field_that_the_source_calls_otherwise_stands_under_our_name_too(
    ingest, api, raw, configure
):
    configure({"contacts": {"fields": {"profileName": {"from": ["profileName", "fullName"]}}}})
    api.projects[1].contacts = [{"contactId": "573000000001", "fullName": "Contacto Uno"}]
    read_day(ingest)

    (payload,) = raw.rows("select payload from raw.contacts where project_id = 1")
    assert payload[0]["profileName"] == payload[0]["fullName"] == "Contacto Uno"


def test_overrides_that_cannot_be_used_stop_the_project_before_anything_is_asked(
    ingest, api, raw, configure
):
    configure({"contacts": {"pagging": {"page_size": 5}}})
    with pytest.raises(EndpointFileError, match=r"contacts\.pagging"):
        read_day(ingest)
    assert api.requests == []
    assert read_day(ingest, 2).has_changed
