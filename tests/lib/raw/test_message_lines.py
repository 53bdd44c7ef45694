"""Rows as COPY lines: what PostgreSQL reads back is what the source wrote."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.indigitall.endpoints import CHAT_HISTORY, MESSAGE_COLUMNS
from lib.indigitall.message_csv import parse_message_page
from lib.indigitall.records import MessagePage
from lib.raw import message_sql
from lib.raw.message_lines import contact_keys, message_lines
from tests.support.fake_api import HEADER, csv_bytes, message

AT = "2026-02-10T14:00:00"
NAMES = [column.name for column in MESSAGE_COLUMNS]
KEY_OF = contact_keys("a key that only this test knows, 32", 1)
# everything PostgreSQL can store: no NUL, no half surrogates
STORABLE = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))
TRICKY = st.text("\\\x1f\n\r\tN.,\"'é😊", max_size=12)


@pytest.fixture(scope="module")
def staging(module_database):
    url = module_database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(message_sql.CREATE)
        yield connection


def lines(*rows, header=HEADER):
    page = parse_message_page([csv_bytes(rows, header)], CHAT_HISTORY)
    return message_lines(page, KEY_OF)


def stored(connection, body):
    connection.execute(message_sql.CLEAR)
    with connection.cursor() as cursor, cursor.copy(message_sql.COPY) as copy:
        copy.write(body)
    return connection.execute("select * from incoming_messages").fetchall()


def digest(body):
    return body.rsplit(b"\\\\x", 1)[1]


@given(content=st.one_of(STORABLE, TRICKY), name=TRICKY)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_comes_back_as_it_was_and_an_empty_one_as_null(staging, content, name):
    source = tuple(message(1, AT, content=content, profileName=name).values())
    page = MessagePage((source,), (), (f"{AT}+00:00",), (), 1, b"")

    (row,) = stored(staging, message_lines(page, KEY_OF))

    assert row[NAMES.index("content")] == (content or None)
    assert row[NAMES.index("profile_name")] == (name or None)
    assert row[NAMES.index("sending_id")] is None


def test_the_hash_follows_the_content_and_not_the_order_of_columns():
    rows = [message(1, AT, content="a"), message(1, AT, content="b")]

    assert digest(lines(rows[0])) == digest(lines(rows[0], header=HEADER[::-1]))
    assert digest(lines(rows[0])) != digest(lines(rows[1]))


def test_a_value_that_moves_to_the_next_column_changes_the_hash():
    one = message(1, AT, dfIntentId="a\x1f", dfIntentName="b")
    other = message(1, AT, dfIntentId="a", dfIntentName="\x1fb")
    assert digest(lines(one)) != digest(lines(other))


def test_a_new_unknown_column_changes_the_hash():
    header = (*HEADER, "tono")
    assert digest(lines(message(1, AT))) != digest(lines(message(1, AT, tono="x"), header=header))


def test_a_contact_has_another_key_in_another_project_and_none_without_an_id():
    other = contact_keys("a key that only this test knows, 32", 2)
    assert KEY_OF("573000000001") == KEY_OF("573000000001")
    assert KEY_OF("573000000001") != other("573000000001")
    assert KEY_OF("") == ""
