"""Pages: where they begin, where they end, and the guards on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime

import httpx
import pytest

from lib.indigitall.access import http_client
from lib.indigitall.client import IndigitallClient
from lib.indigitall.credentials import HeaderCredential
from lib.indigitall.endpoints import (
    AGENT_CONVERSATIONS,
    CHANNELS,
    CHAT_HISTORY,
    CONTACTS,
    MESSAGE_COLUMNS,
    Paging,
)
from lib.indigitall.errors import (
    LimitReachedError,
    RepeatedPageError,
    TooManyPagesError,
    UnexpectedFormatError,
)
from lib.indigitall.paging import read_message_pages, read_record_pages
from lib.indigitall.retries import Retries
from lib.indigitall.windows import Window
from tests.support.fake_api import csv_bytes, message

WINDOW = Window(
    date(2026, 2, 9),
    date(2026, 2, 16),
    datetime(2026, 2, 9, tzinfo=UTC),
    datetime(2026, 2, 16, tzinfo=UTC),
)
CREDENTIAL = HeaderCredential("Authorization", "ServerKey of-a-test")
SMALL = {"style": "page", "page_size": 2, "max_pages": 3}


class Lists:
    """Answers each request with the next list of ids, the last one for ever."""

    def __init__(self, *lists):
        self.lists = list(lists)
        self.asked = []
        http = http_client("http://api.example", httpx.MockTransport(self.handle))
        self.client = IndigitallClient(http, 1, CREDENTIAL, Retries(sleep=lambda _seconds: None))

    def handle(self, request):
        self.asked.append(dict(request.url.params))
        ids = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        if request.url.path == CHAT_HISTORY.path:
            return httpx.Response(
                200, content=csv_bytes([message(one, "2026-02-10T14:00:00") for one in ids])
            )
        key = CONTACTS.key_sources[0]
        return httpx.Response(200, json={"statusCode": 200, "data": [{key: one} for one in ids]})

    def contacts(self, **paging):
        endpoint = replace(CONTACTS, paging=Paging(**{**SMALL, **paging}))
        pages = list(read_record_pages(self.client, endpoint))
        return [record.key for page in pages for record in page.records]


def test_pages_count_from_zero_and_end_with_the_first_short_one():
    lists = Lists(["a", "b"], ["c"])

    assert lists.contacts() == ["a", "b", "c"]
    assert [asked["page"] for asked in lists.asked] == ["0", "1"]
    assert {asked["limit"] for asked in lists.asked} == {"2"}


def test_pages_may_count_from_one():
    lists = Lists(["a"])
    lists.contacts(first_page=1)
    assert lists.asked[0]["page"] == "1"


def test_a_last_page_that_is_full_is_followed_by_an_empty_one():
    lists = Lists(["a", "b"], [])

    assert lists.contacts() == ["a", "b"]
    assert len(lists.asked) == 2


def test_rejected_records_count_when_the_end_is_looked_for():
    assert Lists(["a", None], ["c"]).contacts() == ["a", "c"]


def test_the_same_page_again_is_an_error():
    with pytest.raises(RepeatedPageError, match="contacts: page 1"):
        Lists(["a", "b"]).contacts()


def test_more_pages_than_configured_are_an_error():
    with pytest.raises(TooManyPagesError, match="within 3 pages"):
        Lists(["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]).contacts()


def test_a_list_without_pages_is_asked_for_once_and_must_not_reach_its_limit():
    endpoint = replace(
        AGENT_CONVERSATIONS, paging=Paging("limit", page_size=2), key_sources=("contactId",)
    )
    lists = Lists(["a"])
    assert len(list(read_record_pages(lists.client, endpoint))) == 1
    assert "page" not in lists.asked[0]

    with pytest.raises(LimitReachedError, match="limit of 2"):
        list(read_record_pages(Lists(["a", "b"]).client, endpoint))


def test_a_list_without_limit_is_asked_for_without_one():
    lists = Lists(["a"])
    list(read_record_pages(lists.client, replace(CHANNELS, key_sources=("contactId",))))
    assert lists.asked == [{"applicationId": "1"}]


def test_a_window_of_messages_is_asked_for_by_its_days():
    endpoint = replace(CHAT_HISTORY, paging=Paging(**SMALL))
    lists = Lists([1, 2], [3])

    pages = list(read_message_pages(lists.client, endpoint, WINDOW))

    assert [row[0] for page in pages for row in page.rows] == ["1", "2", "3"]
    assert lists.asked[0] == {
        "dateFrom": "2026-02-09",
        "dateTo": "2026-02-16",
        "limit": "2",
        "page": "0",
        "applicationId": "1",
    }


def test_data_that_is_no_list_is_an_error():
    handler = httpx.MockTransport(lambda _request: httpx.Response(200, json={"data": {"a": 1}}))
    client = IndigitallClient(http_client("http://api.example", handler), 1, CREDENTIAL)
    with pytest.raises(UnexpectedFormatError, match="dict came"):
        list(read_record_pages(client, CONTACTS))


def test_the_history_has_its_24_columns_and_no_source_twice():
    assert len(MESSAGE_COLUMNS) == 24
    sources = [source for column in MESSAGE_COLUMNS for source in column.sources]
    assert len(set(sources)) == len(sources)
