"""Events are appended by the app and changed by nobody."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from lib.audit.events import Action, AuditDetailError, AuditEvent
from lib.audit.record import record
from lib.db.engines import admin_engine, engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import app_connection, close_app_connections

LOG_ROW = """
insert into app.audit_log
(project_id, position, event_id, happened_at, action, actor, detail, previous_hash, hash)
values (:project_id, 1, :event_id, now(), 'page', 'ana', '{}', repeat('0', 64), repeat('1', 64))
"""


@pytest.fixture(autouse=True)
def closed_connections(database):
    yield
    close_app_connections()


def run(engine, statement, **values):
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return result.all() if result.returns_rows else result.rowcount


@pytest.fixture
def owner(database):
    engine = engine_for_role(OWNER)
    yield engine
    engine.dispose()


def test_an_event_is_committed_when_the_call_returns(owner):
    record(AuditEvent(Action.PAGE, 101, "ana", {"page": "/"}, "r1"))
    record(AuditEvent(Action.REFUSAL, None, "unknown", {"reason": "expired"}, incident="AB12-CD34"))
    rows = run(
        owner,
        "select project_id, action, actor, detail, request_id, incident from app.audit_queue"
        " order by event_id",
    )
    assert [tuple(row) for row in rows] == [
        (101, "page", "ana", {"page": "/"}, "r1", None),
        (0, "refusal", "unknown", {"reason": "expired"}, None, "AB12-CD34"),
    ]


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        (Action.PAGE, {"phone": "573000000001"}),
        (Action.LOGIN, {"token": "x"}),
        (Action.PAGE, {"page": "x" * 2_001}),
    ],
)
def test_a_detail_the_action_does_not_have_is_refused(action, detail):
    with pytest.raises(AuditDetailError):
        AuditEvent(action, 101, "ana", detail)


def test_an_event_without_an_actor_is_refused():
    with pytest.raises(AuditDetailError, match="an actor of 1 to 200"):
        AuditEvent(Action.PAGE, 101, "", {"page": "/"})


@pytest.mark.parametrize(
    "statement",
    [
        "update app.audit_queue set actor = 'otra'",
        "delete from app.audit_queue",
        "truncate app.audit_queue",
        "update app.audit_log set actor = 'otra'",
        "delete from app.audit_log",
        "insert into app.audit_log (project_id) values (101)",
        "update app.audit_heads set position = 0",
    ],
)
def test_the_app_can_only_append_and_read(statement):
    with pytest.raises(ProgrammingError, match="permission denied"), app_connection(101) as app:
        app.execute(text(statement))


def test_an_event_of_another_project_than_the_transaction_names_is_refused():
    query = text(
        "insert into app.audit_queue (project_id, happened_at, action, actor, detail)"
        " values (202, now(), 'page', 'ana', '{}')"
    )
    with pytest.raises(ProgrammingError, match="row-level security"), app_connection(101) as app:
        app.execute(query)


def test_a_project_reads_its_own_waiting_events_and_nobody_reads_the_platforms():
    for project_id in (101, 202, None):
        record(AuditEvent(Action.PAGE, project_id, "ana", {"page": "/"}))
    query = text("select project_id from app.audit_queue")
    for project_id in (101, 202):
        with app_connection(project_id) as app:
            assert set(app.scalars(query)) == {project_id}
    with app_connection() as app:
        assert app.scalars(query).all() == []


def test_a_project_reads_its_own_log_and_nobody_reads_the_platforms(owner):
    for event_id, project_id in enumerate((101, 202, 0), start=1):
        run(owner, LOG_ROW, project_id=project_id, event_id=event_id)
    query = text("select project_id from app.audit_log")
    for project_id in (101, 202):
        with app_connection(project_id) as app:
            assert app.scalars(query).all() == [project_id]
    with app_connection() as app:
        assert app.scalars(query).all() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update app.audit_log set actor = 'otra'",
        "delete from app.audit_log",
        "truncate app.audit_log",
    ],
)
def test_not_even_the_owner_changes_the_log_by_accident(owner, statement):
    run(owner, LOG_ROW, project_id=101, event_id=1)
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner, statement)


def test_a_superuser_too_is_stopped_by_the_trigger(owner):
    run(owner, LOG_ROW, project_id=101, event_id=1)
    superuser = admin_engine()
    with pytest.raises(DBAPIError, match="append-only"):
        run(superuser, "delete from app.audit_log")
    superuser.dispose()
