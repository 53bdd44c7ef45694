"""The CSV of the message history: any order of columns, no row lost without a reason."""

import json

import pytest

from lib.indigitall.endpoints import CHAT_HISTORY, MESSAGE_COLUMNS
from lib.indigitall.errors import TruncatedAnswerError, UnexpectedFormatError
from lib.indigitall.message_csv import parse_message_page
from tests.support.fake_api import HEADER, csv_bytes, message

CONTENT = [column.name for column in MESSAGE_COLUMNS].index("content")
AT = "2026-02-10T14:00:00"


def parse(body):
    return parse_message_page([body], CHAT_HISTORY)


def test_a_body_with_quotes_commas_line_breaks_and_emoji_comes_whole():
    text = 'Él dijo: "sí, claro",\r\nfirmó\ny se fue 😊'

    page = parse(csv_bytes([message(1, AT, content=text)]))

    assert page.rows[0][CONTENT] == text
    assert page.sent_at == (f"{AT}+00:00",)
    assert (page.row_count, page.rejects, page.extras) == (1, (), ())


def test_columns_in_another_order_give_the_same_rows():
    rows = [message(1, AT), message(2, AT, content="otra")]

    assert parse(csv_bytes(rows, HEADER[::-1])).rows == parse(csv_bytes(rows)).rows


def test_an_unknown_column_is_kept_beside_the_known_ones():
    page = parse(csv_bytes([message(1, AT, tono="cálido")], ("tono", *HEADER)))

    assert [json.loads(extra) for extra in page.extras] == [{"tono": "cálido"}]
    assert page.rows == parse(csv_bytes([message(1, AT)])).rows


def test_a_missing_optional_column_is_empty():
    without = tuple(name for name in HEADER if name != "content")

    page = parse(csv_bytes([message(1, AT, content="se pierde")], without))

    assert page.rows[0][CONTENT] == ""


def test_a_column_may_have_its_other_name():
    renamed = tuple({"messageId": "id"}.get(name, name) for name in HEADER)
    row = message(1, AT) | {"id": "99"}

    assert parse(csv_bytes([row], renamed)).rows[0][0] == "99"


@pytest.mark.parametrize("missing", ["messageId", "messageDate", "contactId"])
def test_a_header_without_a_required_column_is_an_error_that_names_it(missing):
    header = tuple(name for name in HEADER if name != missing)
    with pytest.raises(UnexpectedFormatError, match=missing):
        parse(csv_bytes([], header))


def test_a_column_that_stands_twice_is_an_error():
    with pytest.raises(UnexpectedFormatError, match="same column twice"):
        parse(csv_bytes([], (*HEADER, "status")))


def test_a_header_alone_is_an_empty_page():
    assert parse(csv_bytes([])).row_count == 0


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_page_that_was_cut_is_noticed(cut):
    body = csv_bytes([message(1, AT), message(2, AT, content='una "cita" larga\n' * 5)])
    with pytest.raises(TruncatedAnswerError):
        parse(body[:-cut])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"messageDate": "10/02/2026"}, "messageDate is no time"),
        ({"messageDate": ""}, "messageDate is no time"),
        ({"messageId": " "}, "no messageId"),
        ({"messageId": "9" * 201}, "an id longer than 200"),
        ({"agentConversationId": "9" * 3000}, "an id longer than 200"),
        ({"content": "a\0b"}, "a NUL character"),
    ],
)
def test_a_row_that_cannot_be_stored_is_set_aside_with_its_reason(values, reason):
    page = parse(csv_bytes([message(1, AT), message(2, AT) | values]))

    assert [row[0] for row in page.rows] == ["1"]
    assert [reject.reason for reject in page.rejects] == [reason]
    assert json.loads(page.rejects[0].payload) == message(2, AT) | values
    assert page.row_count == 2


def test_a_long_body_is_no_reason_to_refuse_a_row():
    assert len(parse(csv_bytes([message(1, AT, content="x" * 500_000)])).rows) == 1
