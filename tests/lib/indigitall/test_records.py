"""JSON records: their key, their project, and what PostgreSQL could not store."""

import json

import pytest

from lib.indigitall.endpoints import AGENT_CONVERSATIONS, CONTACTS
from lib.indigitall.errors import ForeignProjectError
from lib.indigitall.records import JsonRecord, Reject, parse_record, payload_text


def test_a_record_keeps_its_payload_whole_under_its_key():
    entry = {"agentSessionId": 600, "contactId": None, "otro": {"a": [1]}}

    record = parse_record(entry, AGENT_CONVERSATIONS, 1)

    assert record == JsonRecord("600", entry)
    assert (record.text("agentSessionId"), record.text("contactId"), record.text("x")) == (
        "600",
        "",
        "",
    )


def test_the_order_of_fields_makes_no_difference():
    assert payload_text({"b": 1, "a": "ñ"}) == payload_text({"a": "ñ", "b": 1}) == '{"a":"ñ","b":1}'


def test_a_record_of_another_project_is_an_error_that_shows_nothing_of_it():
    with pytest.raises(ForeignProjectError) as caught:
        parse_record({"contactId": "573000000001", "applicationId": 2}, CONTACTS, 1)
    assert "57300" not in str(caught.value)


def test_a_record_that_names_its_own_project_is_welcome():
    entry = {"contactId": "573000000001", "applicationId": "1"}
    assert parse_record(entry, CONTACTS, 1) == JsonRecord("573000000001", entry)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("text", "an object was expected"),
        ({"contactId": None}, "no contactId"),
        ({"contactId": " "}, "no contactId"),
        ({"contactId": True}, "no contactId"),
        ({"contactId": {"a": 1}}, "no contactId"),
        ({"contactId": "5" * 201}, "contactId longer than 200"),
        ({"contactId": "1", "name": "a\0b"}, "a character that PostgreSQL cannot store"),
        ({"contactId": "1", "name": "a\ud83d"}, "a character that PostgreSQL cannot store"),
    ],
)
def test_what_cannot_be_a_record_says_why_and_can_be_kept(entry, reason):
    reject = parse_record(entry, CONTACTS, 1)

    assert isinstance(reject, Reject)
    assert reject.reason == reason
    assert json.loads(reject.payload) == entry
    reject.payload.encode()
    assert "\0" not in reject.payload


def test_a_backslash_before_u0000_is_a_text_like_any_other():
    entry = {"contactId": "1", "name": "\\u0000"}
    assert parse_record(entry, CONTACTS, 1) == JsonRecord("1", entry)
