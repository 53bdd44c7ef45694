"""Chains of two projects and the platform, made, read again, and broken in every way."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from lib.audit.__main__ import main
from lib.audit.chain import GENESIS, audit_key, chain_waiting
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.audit.verify import verify_chain, verify_chains
from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import app_connection, close_app_connections

COUNT = 5


@pytest.fixture
def key(database):
    yield audit_key(get_settings().master_secret.get_secret_value())
    close_app_connections()


@pytest.fixture
def owner(database):
    engine = engine_for_role(OWNER)
    yield engine
    engine.dispose()


def chain_all(owner, key):
    chained = 0
    while True:
        with owner.begin() as connection:
            done = chain_waiting(connection, key)
        chained += done
        if not done:
            return chained


def rows(engine, query, **values):
    with engine.connect() as connection:
        return connection.execute(text(query), values).all()


@pytest.fixture
def chained(owner, key):
    """Five events each of two projects and the platform, chained in turns."""
    for number in range(COUNT):
        for project_id in (101, 202, None):
            record(AuditEvent(Action.PAGE, project_id, "ana", {"page": f"/{number}"}))
    assert chain_all(owner, key) == 3 * COUNT


def verdicts(owner, key):
    with owner.connect() as connection:
        return {verdict.project_id: verdict for verdict in verify_chains(connection, [key])}


def test_events_stand_in_their_projects_chain_in_order(owner, key, chained):
    found = rows(
        owner,
        "select project_id, position, detail ->> 'page' as page, previous_hash, hash"
        " from app.audit_log order by project_id, position",
    )
    for project_id in (0, 101, 202):
        chain = [row for row in found if row.project_id == project_id]
        assert [(row.position, row.page) for row in chain] == [
            (number + 1, f"/{number}") for number in range(COUNT)
        ]
        assert [row.previous_hash for row in chain] == [GENESIS, *(r.hash for r in chain[:-1])]
    assert rows(owner, "select 1 from app.audit_queue") == []


def test_chains_as_written_are_intact(owner, key, chained):
    assert {
        project_id: (verdict.rows, verdict.is_intact)
        for project_id, verdict in verdicts(owner, key).items()
    } == {0: (5, True), 101: (5, True), 202: (5, True)}


def test_a_chain_goes_on_where_it_was(owner, key, chained):
    record(AuditEvent(Action.LOGOUT, 101, "ana", {"mode": "token"}))
    assert chain_all(owner, key) == 1
    assert verdicts(owner, key)[101].rows == 6


BREAKS = {
    "an actor changed": ("update app.audit_log set actor = 'otra' where {row}", 3, "changed"),
    "a detail changed": (
        """update app.audit_log set detail = '{{"page": "/x"}}' where {row}""", 3, "changed",
    ),
    "an instant moved": (
        "update app.audit_log set happened_at = happened_at - interval '1 microsecond'"
        " where {row}", 3, "changed",
    ),
    "a row taken out": ("delete from app.audit_log where {row}", 3, "missing"),
    "the end taken off": (
        "delete from app.audit_log where project_id = 101 and position >= 4", 4, "missing",
    ),
    "everything taken out": ("delete from app.audit_log where project_id = 101", 1, "missing"),
    "two rows exchanged": (
        "update app.audit_log as a set actor = b.actor, detail = b.detail, event_id = -b.event_id"
        " from app.audit_log as b where a.project_id = 101 and b.project_id = 101"
        " and (a.position, b.position) in ((2, 4), (4, 2))", 2, "changed",
    ),
    "a row put in": (
        "insert into app.audit_log (project_id, position, event_id, happened_at, action, actor,"
        " detail, previous_hash, hash) select project_id, 6, 999, happened_at, action, 'otra',"
        " detail, hash, repeat('a', 64) from app.audit_log where project_id = 101 and position = 5",
        6, "changed",
    ),
    "the head turned back": (
        "delete from app.audit_log where project_id = 101 and position = 5; update app.audit_heads"
        " set position = 4, hash = repeat('b', 64) where project_id = 101", 5, "head",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_whatever_a_superuser_does_to_a_row_is_found_and_other_projects_stay_intact(
    owner, key, chained, name
):
    statement, first_bad, fault = BREAKS[name]
    superuser = admin_engine()
    with superuser.begin() as connection:
        connection.execute(text("alter table app.audit_log disable trigger user"))
        for part in statement.format(row="project_id = 101 and position = 3").split(";"):
            connection.execute(text(part))
        connection.execute(text("alter table app.audit_log enable trigger user"))
    superuser.dispose()
    found = verdicts(owner, key)
    assert (found[101].first_bad, found[101].fault) == (first_bad, fault)
    assert found[202].is_intact
    assert found[0].is_intact


def test_a_project_of_which_nothing_was_chained_has_an_empty_chain(owner, key, chained):
    with owner.connect() as connection:
        verdict = verify_chain(connection, [key], 303)
    assert (verdict.rows, verdict.is_intact) == (0, True)


def test_a_row_made_to_fit_with_another_key_does_not_fit(owner, key, chained):
    with owner.connect() as connection:
        verdict = verify_chain(connection, [audit_key("otro secreto inventado")], 101)
    assert (verdict.first_bad, verdict.fault) == (1, "changed")


def test_rows_of_a_retired_secret_count_until_the_first_row_of_the_next_one(owner, key, chained):
    following = audit_key("el siguiente secreto inventado")
    record(AuditEvent(Action.LOGOUT, 101, "ana", {"mode": "token"}))
    assert chain_all(owner, following) == 1
    with owner.connect() as connection:
        assert verify_chain(connection, [key, following], 101).is_intact
        without = verify_chain(connection, [following], 101)
        assert (without.first_bad, without.fault) == (1, "changed")
    record(AuditEvent(Action.LOGOUT, 101, "ana", {"mode": "token"}))
    assert chain_all(owner, key) == 1
    with owner.connect() as connection:
        stolen = verify_chain(connection, [key, following], 101)
    assert (stolen.first_bad, stolen.fault) == (7, "changed")


def test_the_app_verifies_its_own_project_and_sees_no_other(key, chained):
    with app_connection(project_id=202) as app:
        assert verify_chain(app, [key], 202).is_intact
        assert verify_chain(app, [key], 101).rows == 0


def test_several_writers_never_fork_a_chain(owner, key):
    def write(number):
        for turn in range(10):
            record(AuditEvent(Action.PAGE, 101 if turn % 2 else 202, f"p{number}", {"page": "/"}))
            with owner.begin() as connection:
                chain_waiting(connection, key)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    chain_all(owner, key)
    found = verdicts(owner, key)
    assert {p: (v.rows, v.is_intact) for p, v in found.items()} == {
        101: (20, True),
        202: (20, True),
    }


def test_the_command_proves_and_ends_with_one_when_a_chain_is_broken(owner, key, capsys):
    record(AuditEvent(Action.PAGE, 101, "ana", {"page": "/"}))
    assert main(["chain"]) == 0
    assert json.loads(capsys.readouterr().out) == {"chained": 1}
    assert main(["verify"]) == 0
    good = json.loads(capsys.readouterr().out)
    assert (good["project"], good["rows"], good["ok"]) == (101, 1, True)
    superuser = admin_engine()
    with superuser.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("update app.audit_log set actor = 'otra'"))
    superuser.dispose()
    assert main(["verify", "--project", "101"]) == 1
    bad = json.loads(capsys.readouterr().out)
    assert (bad["ok"], bad["first_bad"], bad["fault"]) == (False, 1, "changed")
