"""Files of two projects: handed out on record, and not to whoever is out or may not."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lib.auth.permissions import PermissionDeniedError, Role
from lib.auth.rate_limits import RATES, Kind, TooManyError, allow, rate_limits
from lib.auth.sessions import end_sessions
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections
from lib.tenants.projects import load_project
from lib.ui.files.exports import ExportRefusedError, MadeFile, exported
from lib.ui.filters.address import preset_view
from lib.ui.visit.session import Session
from tests.support.visitors import NOW, register, secret_of, visitor
from tests.support.web import PROJECTS

FILE = MadeFile(b"a;b\r\n1;2\r\n", 1)


@pytest.fixture
def sessions(database, monkeypatch):
    """The session of Ana in each of two projects."""
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    register(*PROJECTS.values())
    yield {slug: session_of(slug) for slug in ("demo", "andina")}
    close_app_connections()


def session_of(slug, **changes):
    identity = visitor(PROJECTS[slug].project_id, slug, **changes)
    return Session(load_project(identity.project_id), identity, secret_of(identity, NOW))


def view():
    return preset_view("ayer", NOW.date())


def noted():
    engine = engine_for_role(OWNER)
    with engine.connect() as connection:
        rows = connection.execute(
            text("select project_id, actor, action, detail from app.audit_queue order by event_id")
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows if row.action == "export"]


def test_a_file_is_handed_out_after_its_row_is_written(sessions):
    seen_while_made = []

    def make():
        seen_while_made.extend(noted())
        return FILE

    assert exported(sessions["demo"], "agentes", view(), make) == FILE.content
    identity = sessions["demo"].identity
    detail = {"what": "agentes", "format": "csv", "rows": 1, "filters": "periodo=ayer"}
    assert seen_while_made == []
    assert noted() == [(identity.project_id, identity.subject, "export", detail)]


def test_whoever_was_put_out_since_the_page_was_drawn_gets_nothing(sessions):
    demo, andina = sessions["demo"], sessions["andina"]
    end_sessions(demo.project_id, NOW, reason="logout")
    with pytest.raises(ExportRefusedError):
        exported(demo, "agentes", view(), lambda: FILE)
    assert exported(andina, "agentes", view(), lambda: FILE) == FILE.content
    assert [row[0] for row in noted()] == [andina.project_id]


def test_a_page_of_one_project_with_the_session_of_another_gets_nothing(sessions):
    demo = sessions["demo"]
    mixed = Session(demo.project, demo.identity, sessions["andina"].secret)
    with pytest.raises(ExportRefusedError):
        exported(mixed, "agentes", view(), lambda: FILE)
    assert noted() == []


def test_a_role_that_may_not_export_gets_nothing(sessions):
    operator = session_of("demo", role=Role.OPERATOR)
    with pytest.raises(PermissionDeniedError):
        exported(operator, "agentes", view(), lambda: FILE)
    assert noted() == []


def test_what_cannot_be_written_down_is_not_handed_out(sessions, monkeypatch):
    def refuse(_event):
        raise SQLAlchemyError("no room")

    monkeypatch.setattr("lib.ui.files.exports.record", refuse)
    with pytest.raises(SQLAlchemyError):
        exported(sessions["demo"], "agentes", view(), lambda: FILE)


def test_whoever_takes_too_many_files_waits_and_another_project_does_not(sessions):
    rate_limits.cache_clear()
    demo, andina = sessions["demo"], sessions["andina"]
    for _ in range(RATES[Kind.EXPORT].burst):
        allow(Kind.EXPORT, demo.identity)
    with pytest.raises(TooManyError):
        exported(demo, "agentes", view(), lambda: FILE)
    assert exported(andina, "agentes", view(), lambda: FILE) == FILE.content
    assert [row[0] for row in noted()] == [andina.project_id]
    rate_limits.cache_clear()
