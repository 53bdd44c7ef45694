"""Every way an answer can be wrong: what is loaded, what is not, and how the run says so."""

import gzip

import httpx
import pytest

from flows.ingest_run import IngestionFailedError
from tests.support.fake_api import CONTACTS, HEADER, HISTORY, csv_bytes, message, on, once

AT = "2026-02-10T14:00:00"
ROWS = [message(1, AT), message(2, AT, content="Él firmó 😊")]
BODY = csv_bytes(ROWS)
ZIPPED = gzip.compress(BODY)


@pytest.fixture
def two_messages(api):
    """Both projects have the same two messages; only project 1 meets the faults."""
    api.projects[1].messages, api.projects[2].messages = list(ROWS), list(ROWS)


class Broken(httpx.SyncByteStream):
    """A body whose connection is reset after its first half."""

    def __iter__(self):
        yield BODY[: len(BODY) // 2]
        raise httpx.ReadError("reset by peer")


def answer(content=b"", status=200, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    # as a stream, so that nothing is decoded before the client does it
    return lambda _request: httpx.Response(status, headers=named, stream=httpx.ByteStream(content))


HEALS = {
    "a reset in the middle of the body": lambda _request: httpx.Response(200, stream=Broken()),
    "a truncated gzip": answer(ZIPPED[:-12], Content_Encoding="gzip"),
    "a corrupt gzip": answer(ZIPPED[:-8] + bytes(8), Content_Encoding="gzip"),
    "an empty body": answer(b""),
    "429 without Retry-After": answer(status=429),
    "a gateway's 502": answer(b"<html>Bad Gateway</html>", 502),
    "a failure of the server within 200": lambda _request: httpx.Response(
        200, json={"statusCode": 503, "message": "down"}
    ),
}


@pytest.mark.parametrize("fault", HEALS.values(), ids=HEALS)
def test_a_moment_of_trouble_is_over_within_the_run(ingest, raw, api, two_messages, fault):
    api.faults = [once(on(HISTORY, fault))]
    ingest()

    assert raw.messages() == ["1", "2"]
    assert len(api.waits) == 1
    assert raw.rows("select count(*) from raw.rejects") == [(0,)]


WRONG = {
    "HTML with 200": (answer(b"<!doctype html><html></html>"), "HTML came"),
    "a redirect": (answer(status=302, Location="https://elsewhere.example"), "a redirect .302."),
    "another compression": (answer(BODY, Content_Encoding="br"), "gzip or no compression"),
    "a header that names a column twice": (
        answer(csv_bytes([], (*HEADER, "content"))),
        "the same column twice",
    ),
    "more rows than asked for": (
        answer(csv_bytes([message(n, AT) for n in range(501)])),
        "at most 500 rows were expected",
    ),
    "bytes that are no UTF-8": (answer(BODY.replace("É".encode(), b"\xc9")), r"\(c9\) is none"),
}


def of_project_1(fault):
    """The same fault, and none for project 2."""
    return lambda request: (
        fault(request) if request.url.params.get("applicationId") == "1" else None
    )


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_is_named_loads_nothing_and_the_next_run_heals(
    ingest, raw, api, two_messages, kind
):
    fault, expected = WRONG[kind]
    api.faults = [on(HISTORY, of_project_1(fault))]
    with pytest.raises(IngestionFailedError, match=f"project 1, chat_history .*{expected}"):
        ingest()
    assert raw.messages() == []
    assert raw.state()[0] == "failed"
    assert ingest(2).has_changed

    api.faults = []
    ingest()
    assert raw.messages() == raw.messages(2) == ["1", "2"]


def test_a_json_list_that_is_html_or_cut_is_an_error_of_its_endpoint(ingest, raw, api):
    api.faults = [on(CONTACTS, answer(b"<html>maintenance</html>"))]
    with pytest.raises(IngestionFailedError, match="contacts: "):
        ingest()
    assert raw.state(endpoint="contacts")[0] == "failed"

    api.faults = [once(on(CONTACTS, answer(b'{"statusCode": 200, "data": [{"contactId"')))]
    ingest()
    assert raw.state(endpoint="contacts")[0] == "ok"


def test_a_row_with_a_nul_is_set_aside_and_its_neighbours_are_loaded(ingest, raw, api):
    body = csv_bytes([*ROWS, message(3, AT, content="antes~después")]).replace(b"~", b"\x00")
    api.faults = [on(HISTORY, answer(body))]
    assert ingest().counts.rejected >= 1

    assert raw.messages() == ["1", "2"]
    assert set(raw.rows("select reason from raw.rejects")) == {("a NUL character",)}


def test_a_body_of_many_megabytes_in_one_field_arrives_whole(ingest, raw, api):
    text = "línea larga 😊\n" * 300_000
    api.projects[1].messages = [message(1, AT, content=text)]
    ingest()

    (found,) = raw.rows("select length(content), octet_length(content) from raw.messages")
    assert found == (len(text), len(text.encode()))


def test_rows_that_come_twice_within_a_page_and_across_pages_are_stored_once(ingest, raw, api):
    many = [message(n, AT) for n in range(499)]
    api.projects[1].messages = [*many, many[0], many[1]]
    ingest()

    assert len(raw.messages()) == 499


def test_a_wait_longer_than_configured_is_left_to_the_schedule(ingest, raw, api, two_messages):
    api.faults = [on(HISTORY, answer(status=429, Retry_After="3600"))]
    with pytest.raises(IngestionFailedError, match="429"):
        ingest()
    assert api.waits == []
