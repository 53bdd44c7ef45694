"""No table that could name a contact is forgotten by an erasure."""

import psycopg
import pytest

from lib.db.urls import role_url
from lib.raw.erasure_places import (
    ERASED,
    KEPT,
    PlaceNotRegisteredError,
    check_places,
    places_in_question,
)

NEW_TABLES = (
    "app.saved_answers (project_id integer, contact_key text)",
    "app.chats (project_id integer, body text)",
    "app.exports (project_id integer, file text)",
    "app.other_answers (project_id integer, said jsonb)",
    "raw.calls (project_id integer, caller_phone text)",
)


@pytest.fixture
def connection(database):
    url = role_url("indigo_owner").set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as found:
        yield found
        found.rollback()


def test_every_table_in_question_is_erased_or_kept_for_a_reason(connection):
    check_places(connection)
    places = set(places_in_question(connection))
    assert {"raw.messages", "raw.rejects", "app.audit_log", "app.huellas"} <= places
    # what is registered exists, and is registered once
    assert set(ERASED) | set(KEPT) == places
    assert not set(ERASED) & set(KEPT)


@pytest.mark.parametrize("table", NEW_TABLES)
def test_a_new_table_stops_every_erasure_until_somebody_says_what_becomes_of_it(connection, table):
    connection.execute(f"create table {table}")
    with pytest.raises(PlaceNotRegisteredError, match=table.partition(" ")[0]):
        check_places(connection)
