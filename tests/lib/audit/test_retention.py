"""Chains of two projects lose their oldest rows and verify; what was taken otherwise is found.

Of each project six events: three of January 2021, three of February 2026, when it is purged.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from lib.audit.chain import audit_key, chain_waiting
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.audit.retention import kept_from, purge_log
from lib.audit.verify import verify_chain
from lib.db.engines import admin_engine, engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections

KEY = audit_key("un secreto inventado")
OLD = datetime(2021, 1, 31, 23, 59, tzinfo=UTC)
NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)


@pytest.fixture
def owner(database, monkeypatch):
    for at in (OLD, NOW):
        monkeypatch.setattr("lib.clock.now", lambda at=at: at)
        for number in range(3):
            for project_id in (101, 202):
                event = AuditEvent(Action.PAGE, project_id, f"p{number}", {"page": "/"})
                record(event)
    engine = engine_for_role(OWNER)
    with engine.begin() as connection:
        assert chain_waiting(connection, KEY) == 12
    yield engine
    engine.dispose()
    close_app_connections()


def purged(owner, now=NOW):
    with owner.begin() as connection:
        return purge_log(connection, KEY, now)


def verdict(owner, project_id):
    with owner.connect() as connection:
        found = verify_chain(connection, [KEY], project_id)
    return found.rows, found.first_bad, found.fault


def by_force(*statements):
    """What a superuser does with the trigger switched off."""
    engine = admin_engine()
    with engine.begin() as connection:
        connection.execute(text("alter table app.audit_log disable trigger user"))
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("alter table app.audit_log enable trigger user"))
    engine.dispose()


def test_what_is_kept_begins_with_a_month_five_years_before():
    assert kept_from(NOW) == datetime(2021, 2, 1, tzinfo=UTC)
    assert kept_from(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2021, 1, 1, tzinfo=UTC)
    assert kept_from(datetime(2025, 12, 31, 23, tzinfo=UTC)) == datetime(2020, 12, 1, tzinfo=UTC)


def test_old_rows_go_and_what_is_left_verifies_with_the_event_that_tells(owner):
    assert purged(owner) == {101: 3, 202: 3}
    for project_id in (101, 202):
        assert verdict(owner, project_id) == (4, None, None)
    with owner.connect() as connection:
        last = connection.execute(
            text("select actor, detail from app.audit_log where project_id = 101 and position = 7")
        ).one()
    assert last.actor == "system"
    assert (last.detail["what"], last.detail["rows"]) == ("audit purge", 3)
    assert last.detail["before"] == "2021-02-01"


def test_a_second_purge_finds_nothing_and_the_chain_goes_on(owner):
    purged(owner)
    assert purged(owner) == {}
    record(AuditEvent(Action.PAGE, 101, "ana", {"page": "/"}))
    with owner.begin() as connection:
        assert chain_waiting(connection, KEY) == 1
    assert verdict(owner, 101) == (5, None, None)


def test_a_log_that_is_all_old_goes_whole_but_for_what_tells_of_it(owner):
    assert purged(owner, datetime(2033, 1, 1, tzinfo=UTC)) == {101: 6, 202: 6}
    assert verdict(owner, 101) == (1, None, None)


def test_a_writer_at_work_is_waited_for_until_the_next_purge(owner):
    with owner.begin() as writer, owner.begin() as other:
        chain_waiting(writer, KEY)
        assert purge_log(other, KEY, NOW) == {}
    assert verdict(owner, 101) == (6, None, None)


@pytest.mark.parametrize(
    ("name", "statements", "expected"),
    [
        (
            "the beginning taken off without an event",
            [
                "update app.audit_heads as h set purged_position = 2, purged_hash = l.hash"
                " from app.audit_log as l where l.project_id = 101 and l.position = 2"
                " and h.project_id = 101",
                "delete from app.audit_log where project_id = 101 and position <= 2",
            ],
            (4, 2, "purged"),
        ),
        (
            "the beginning taken off without a word",
            ["delete from app.audit_log where project_id = 101 and position <= 2"],
            (0, 1, "missing"),
        ),
    ],
)
def test_what_was_taken_without_an_event_is_found(owner, name, statements, expected):
    by_force(*statements)
    assert verdict(owner, 101) == expected
    assert verdict(owner, 202) == (6, None, None)


def test_rows_that_were_not_old_enough_are_missed_though_an_event_tells_of_them(owner):
    # whoever writes the queue can have an event chained, but not on another day
    with owner.begin() as connection:
        connection.execute(
            text(
                "insert into app.audit_queue (project_id, happened_at, action, actor, detail)"
                " select project_id, now(), 'admin_change', 'system', jsonb_build_object('what',"
                " 'audit purge', 'before', '2099-01-01', 'after', position || ':' || hash)"
                " from app.audit_log where project_id = 202 and position = 5"
            )
        )
        chain_waiting(connection, KEY)
    by_force(
        "update app.audit_heads as h set purged_position = l.position, purged_hash = l.hash"
        " from app.audit_log as l where l.project_id = 202 and l.position = 5"
        " and h.project_id = 202",
        "delete from app.audit_log where project_id = 202 and position <= 5",
    )
    assert verdict(owner, 202) == (2, 5, "purged")
    assert verdict(owner, 101) == (6, None, None)


def test_an_edited_row_behind_a_purge_is_found(owner):
    purged(owner)
    by_force("update app.audit_log set actor = 'otra' where project_id = 101 and position = 5")
    assert verdict(owner, 101) == (1, 5, "changed")
