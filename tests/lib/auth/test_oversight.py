"""Administrators of two projects: each reads, proves and puts out in its own, others in none."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lib.audit.chain import audit_key, chain_waiting
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.oversight import audit_trail, people_in, put_out, verify_trail
from lib.auth.permissions import PermissionDeniedError, Role
from lib.auth.sessions import find_session
from lib.config import get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections
from tests.support.visitors import LIMITS, NOW, register, secret_of, visitor
from tests.support.web import PROJECTS

DEMO, ANDINA = (PROJECTS[slug].project_id for slug in ("demo", "andina"))
ADMIN = visitor(DEMO, "demo", subject="ana")
OTHER = visitor(ANDINA, "andina", subject="zoe")


@pytest.fixture
def secrets(database, monkeypatch):
    """Open sessions: Ana twice and Luis in the first project, Zoe in the second."""
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    register(*PROJECTS.values())
    luis = visitor(DEMO, "demo", subject="luis", role=Role.OPERATIONS)
    yield [secret_of(one, NOW) for one in (ADMIN, ADMIN, luis, OTHER)]
    close_app_connections()


def open_of(secrets):
    return [find_session(secret, NOW, LIMITS) is not None for secret in secrets]


def test_each_administrator_sees_the_people_of_the_own_project(secrets):
    assert sorted(one.identity.subject for one in people_in(ADMIN, LIMITS)) == [
        "ana",
        "ana",
        "luis",
    ]
    assert [one.identity.subject for one in people_in(OTHER, LIMITS)] == ["zoe"]


def test_one_session_is_ended_and_written_down(secrets):
    (luis,) = [one for one in people_in(ADMIN, LIMITS) if one.identity.subject == "luis"]
    assert put_out(ADMIN, session_hash=luis.session_hash) == 1
    assert open_of(secrets) == [True, True, False, True]
    newest = audit_trail(ADMIN).entries[0]
    assert (newest.action, newest.actor) == (Action.ADMIN_CHANGE, "ana")
    assert newest.detail == {"what": "one session", "subject": ""}


def test_all_sessions_of_a_person_or_of_the_project_are_ended_and_no_others(secrets):
    assert put_out(ADMIN, subject="ana") == 2
    assert open_of(secrets) == [False, False, True, True]
    assert put_out(ADMIN) == 1
    assert open_of(secrets) == [False, False, False, True]


def test_nobody_is_put_out_when_it_cannot_be_written_down(secrets, monkeypatch):
    def refuse(_event):
        raise SQLAlchemyError("no room")

    monkeypatch.setattr("lib.auth.oversight.record", refuse)
    with pytest.raises(SQLAlchemyError):
        put_out(ADMIN)
    assert open_of(secrets) == [True, True, True, True]


def test_a_session_of_another_project_cannot_be_ended(secrets):
    (zoe,) = people_in(OTHER, LIMITS)
    assert put_out(ADMIN, session_hash=zoe.session_hash) == 0
    assert put_out(ADMIN, subject="zoe") == 0
    assert open_of(secrets) == [True, True, True, True]


def test_each_administrator_reads_and_proves_the_own_log(secrets):
    record(AuditEvent(Action.PAGE, DEMO, "ana", {"page": "/"}))
    record(AuditEvent(Action.PAGE, ANDINA, "zoe", {"page": "/"}))
    owner = engine_for_role(OWNER)
    key = audit_key(get_settings().master_secret.get_secret_value())
    with owner.begin() as connection:
        chain_waiting(connection, key)
    assert [entry.actor for entry in audit_trail(ADMIN).entries] == ["ana"]
    assert [entry.actor for entry in audit_trail(OTHER).entries] == ["zoe"]
    with owner.begin() as connection:
        connection.execute(text("alter table app.audit_log disable trigger user"))
        connection.execute(
            text("update app.audit_log set actor = 'otra' where project_id = :p"), {"p": ANDINA}
        )
        connection.execute(text("alter table app.audit_log enable trigger user"))
    owner.dispose()
    assert verify_trail(ADMIN).is_intact
    assert verify_trail(OTHER).fault == "changed"


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.SUPERVISOR, Role.OPERATIONS])
@pytest.mark.parametrize(
    "act",
    [audit_trail, verify_trail, put_out, lambda identity: people_in(identity, LIMITS)],
    ids=["read", "prove", "put out", "see who is in"],
)
def test_nobody_else_may_whatever_page_asks(secrets, role, act):
    with pytest.raises(PermissionDeniedError):
        act(visitor(DEMO, "demo", role=role))


def test_an_administrator_limited_to_entities_may_not(secrets):
    with pytest.raises(PermissionDeniedError):
        audit_trail(visitor(DEMO, "demo", entities=("Norte",)))
