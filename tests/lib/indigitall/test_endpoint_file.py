"""The file of endpoints: what an entry becomes, and how a fault is named."""

from pathlib import Path

import pytest

from lib.indigitall.endpoint_file import ENDPOINT_FILE, load_endpoints
from lib.indigitall.endpoint_types import Column, Endpoint, Paging, WindowRule
from lib.indigitall.errors import EndpointFileError

LIST = """endpoints:
  contacts:
    path: /v1/chat/contacts
    paging: {style: page, page_size: 100, max_pages: 5}
    key: [contactId]
"""
STATISTICS = """endpoints:
  push_daily:
    path: "/v1/application/{project_id}/dateStats"
    group: statistics
    enabled: false
    required: false
    project_param: {in: path}
    parameters: {periodicity: daily}
    window: {from: desde, to: hasta, format: "%d/%m/%Y", max_days: 90, overlap_days: 2}
    response: {records: data.rows, record: stat}
    key: [statsDate, platformGroup]
    optional_key: [platformGroup]
    day_field: statsDate
"""
HISTORY = """endpoints:
  chat_history:
    path: /v1/history
    window: {max_days: 7}
    paging: {style: page, page_param: p, limit_param: n, first_page: 1, page_size: 9, max_pages: 3}
    response: {format: csv}
    key: [messageId]
    fields:
      message_id: {from: [messageId, id], required: true}
      content: {from: [content]}
"""
FAULTS = {
    "a misspelt key": (
        LIST.replace("max_pages", "most_pages"),
        4,
        "endpoints.contacts.paging.most_pages",
        "not permitted",
    ),
    "a word for a number": (
        LIST.replace("100", "many"),
        4,
        "endpoints.contacts.paging.page_size",
        "valid integer",
    ),
    "a field that is expected and accepted": (
        LIST + "    expects: [name]\n    accepts: [name]\n",
        2,
        "endpoints.contacts",
        "every field was expected once",
    ),
    "an unknown paging style": (
        LIST.replace("style: page", "style: scroll"),
        4,
        "endpoints.contacts.paging.style",
        "'page', 'offset', 'cursor', 'limit' or 'none'",
    ),
    "pages without a size": (
        LIST.replace(" page_size: 100,", ""),
        4,
        "endpoints.contacts.paging",
        "page_size was expected",
    ),
    "a missing key": (
        LIST.replace("    key: [contactId]\n", ""),
        2,
        "endpoints.contacts.key",
        "Field required",
    ),
    "an empty natural key": (
        LIST.replace("[contactId]", "[]"),
        5,
        "endpoints.contacts.key",
        "at least 1",
    ),
    "a relative path": (
        LIST.replace("/v1/chat", "v1/chat"),
        3,
        "endpoints.contacts.path",
        "pattern",
    ),
    "a key that stands there twice": (
        LIST + "    key: [id]\n",
        6,
        "endpoints.contacts.key",
        "twice",
    ),
    "a name that no table can have": (
        LIST.replace("contacts:", "Contacts-1:"),
        2,
        "endpoints.Contacts-1",
        "pattern",
    ),
    "a project that no place in the path takes": (
        STATISTICS.replace("{project_id}", "1"),
        2,
        "endpoints.push_daily",
        "{project_id} was expected in path",
    ),
    "another placeholder in a path": (
        STATISTICS.replace("dateStats", "{day}"),
        2,
        "endpoints.push_daily",
        "no placeholder but",
    ),
    "windows that never move on": (
        STATISTICS.replace("max_days: 90", "max_days: 1"),
        9,
        "endpoints.push_daily.window",
        "at most max_days",
    ),
    "one name for both dates": (
        STATISTICS.replace("to: hasta", "to: desde"),
        9,
        "endpoints.push_daily.window",
        "two different names",
    ),
    "a date without its year": (
        STATISTICS.replace("/%Y", ""),
        9,
        "endpoints.push_daily.window",
        "%Y, %m and %d",
    ),
    "a day that is no part of the key": (
        STATISTICS.replace("day_field: statsDate", "day_field: day"),
        2,
        "endpoints.push_daily",
        "part of key",
    ),
    "an optional part that is no part of the key": (
        STATISTICS.replace("[platformGroup]", "[statsDate]"),
        2,
        "endpoints.push_daily",
        "parts of key, without the day",
    ),
    "statistics without a day": (
        STATISTICS.replace("    day_field: statsDate\n", ""),
        2,
        "endpoints.push_daily",
        "come with a day_field",
    ),
    "CSV without fields": (
        HISTORY.split("    fields:", maxsplit=1)[0],
        2,
        "endpoints.chat_history",
        "fields and a window were expected for csv",
    ),
    "CSV without a window": (
        HISTORY.replace("    window: {max_days: 7}\n", ""),
        2,
        "endpoints.chat_history",
        "fields and a window were expected for csv",
    ),
    "a field without a name at the source": (
        HISTORY.replace("[content]", "[]"),
        10,
        "endpoints.chat_history.fields.content.from",
        "at least 1",
    ),
}


@pytest.fixture
def file_of(tmp_path):
    def write(text) -> Path:
        path = tmp_path / "endpoints.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_list_becomes_an_endpoint_that_names_its_project_in_the_query(file_of):
    assert load_endpoints(file_of(LIST)) == {
        "contacts": Endpoint(
            name="contacts",
            path="/v1/chat/contacts",
            response="json",
            paging=Paging("page", page_size=100, max_pages=5),
            key_sources=("contactId",),
            is_required=True,
        )
    }


def test_every_option_of_statistics_reaches_the_endpoint(file_of):
    assert load_endpoints(file_of(STATISTICS)) == {
        "push_daily": Endpoint(
            name="push_daily",
            path="/v1/application/{project_id}/dateStats",
            response="json",
            paging=Paging("none"),
            key_sources=("statsDate", "platformGroup"),
            is_required=False,
            group="statistics",
            project_param=None,
            parameters=(("periodicity", "daily"),),
            window=WindowRule(90, 2, "desde", "hasta", "%d/%m/%Y"),
            is_default=False,
            records_path=("data", "rows"),
            record_field="stat",
            day_field="statsDate",
            optional_keys=frozenset({"platformGroup"}),
        )
    }


def test_the_columns_of_a_csv_keep_their_order_and_their_other_names(file_of):
    history = load_endpoints(file_of(HISTORY))["chat_history"]

    assert history.response == "csv"
    assert history.paging == Paging("page", 9, 1, 3, page_param="p", limit_param="n")
    assert history.columns == (
        Column("message_id", ("messageId", "id"), is_required=True),
        Column("content", ("content",)),
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_line_and_key(fault, file_of):
    text, line, key, reason = FAULTS[fault]
    path = file_of(text)

    with pytest.raises(EndpointFileError) as caught:
        load_endpoints(path)

    (told,) = str(caught.value).splitlines()
    assert told.startswith(f"{path}:{line}: {key}")
    assert reason in told


def test_all_faults_are_told_at_once(file_of):
    text = LIST.replace("/v1/chat", "v1/chat").replace("100", "many")

    with pytest.raises(EndpointFileError) as caught:
        load_endpoints(file_of(text))

    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["endpoints: [", "", "- a list", "endpoints: {}"])
def test_a_file_without_endpoints_is_refused_by_its_name(text, file_of):
    path = file_of(text)

    with pytest.raises(EndpointFileError, match=r"endpoints\.yaml"):
        load_endpoints(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EndpointFileError, match=r"nowhere\.yaml: cannot be read"):
        load_endpoints(tmp_path / "nowhere.yaml")


def test_what_nobody_has_confirmed_or_uses_is_read_only_where_a_project_asks_for_it():
    found = load_endpoints(ENDPOINT_FILE)

    assert {name for name, endpoint in found.items() if not endpoint.is_default} == {
        "email_campaigns",
        "email_daily",
        "email_campaign_daily",
        "whatsapp_campaign_daily",
        "inapp_daily",
        "journey_daily",
        "status",
        "agent_status",
        "application_stats",
        "chat_topics",
        "chat_integrations",
        "chat_configuration",
        "push_heatmap",
        "device_stats",
        "dashboard_stats",
        "sms_sendings",
        "sms_contacts",
        "sms_topics",
    }
    assert not any(endpoint.is_required for endpoint in found.values() if not endpoint.is_default)
