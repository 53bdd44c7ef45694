"""Administración: the log of one's own project, who is in, and nothing for who may not."""

import pytest
from sqlalchemy import create_engine, text

from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.permissions import Role
from lib.auth.sessions import find_session
from lib.ui.frame.errors import NOT_ALLOWED
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import html_of, open_page, secret_for
from tests.support.visitors import LIMITS, NOW


@pytest.fixture(autouse=True)
def empty_log(world):
    engine = create_engine(world)
    with engine.begin() as connection:
        connection.execute(text("delete from app.audit_queue"))
        connection.execute(text("update app.sessions set ended_at = now(), end_reason = 'logout'"))
    engine.dispose()


def test_an_administrator_reads_the_log_of_the_own_project_alone(enter):
    record(AuditEvent(Action.EXPORT, PROJECT, "carlos", {"what": "agentes", "rows": 12}))
    record(AuditEvent(Action.EXPORT, OTHER, "zoe", {"what": "secreto", "rows": 9}))
    enter("demo")
    html = html_of(open_page("admin"))
    assert "carlos" in html
    assert "qué: agentes; filas: 12" in html
    assert "zoe" not in html
    assert "secreto" not in html


def test_one_kind_of_event_is_chosen_in_the_bar_and_stands_in_the_address(enter):
    record(AuditEvent(Action.EXPORT, PROJECT, "carlos", {"what": "agentes"}))
    enter("demo", subject="ana")
    at = open_page("admin")
    at.selectbox(key="auditoria-accion").select("Descarga").run()
    assert at.query_params["accion"] == "export"
    html = html_of(at)
    assert "carlos" in html
    assert "Página</td>" not in html


def test_older_events_are_one_page_on_and_the_newest_one_click_back(enter):
    for number in range(60):
        record(AuditEvent(Action.LOGOUT, PROJECT, f"persona-{number}", {"mode": "token"}))
    enter("demo", subject="ana")
    at = open_page("admin", accion="logout")
    assert "persona-59<" in html_of(at)
    assert "persona-9<" not in html_of(at)
    at.button(key="auditoria-antes").click().run()
    assert "persona-59<" not in html_of(at)
    assert "persona-9<" in html_of(at)
    at.button(key="auditoria-inicio").click().run()
    assert "persona-59<" in html_of(at)


@pytest.mark.parametrize(
    "address", [{"antes": "x"}, {"accion": "nada"}, {"antes": "9" * 50 + "-1"}]
)
def test_an_address_that_makes_no_sense_shows_the_newest(enter, address):
    enter("demo", subject="ana")
    at = open_page("admin", **address)
    assert not at.exception
    assert "Página</td>" in html_of(at)


def test_the_proof_is_a_click_away(enter):
    enter("demo")
    at = open_page("admin")
    at.button(key="auditoria-verificar").click().run()
    assert "La cadena está completa" in at.success[0].value


def test_a_colleague_is_put_out_after_a_second_question_and_nobody_of_another_project(enter):
    colleague = secret_for("demo", subject="luis", role=Role.OPERATIONS)
    stranger = secret_for("andina", subject="zoe")
    enter("demo", subject="ana")
    at = open_page("admin")
    html = html_of(at)
    assert "luis" in html
    assert "zoe" not in html
    (button,) = [one for one in at.button if one.label == "Cerrar"]
    button.click().run()
    assert find_session(colleague, NOW, LIMITS) is not None
    (sure,) = [one for one in at.button if one.label == "Sí, cerrar"]
    sure.click().run()
    assert at.success[0].value == "Sesiones cerradas: 1"
    assert find_session(colleague, NOW, LIMITS) is None
    assert find_session(stranger, NOW, LIMITS) is not None
    assert "luis" not in html_of(at).split("Sesiones abiertas")[1]


def test_the_question_can_be_answered_with_no(enter):
    colleague = secret_for("demo", subject="luis")
    enter("demo", subject="ana")
    at = open_page("admin")
    next(one for one in at.button if one.label == "Cerrar").click().run()
    next(one for one in at.button if one.label == "Cancelar").click().run()
    assert not [one for one in at.button if one.label == "Sí, cerrar"]
    assert find_session(colleague, NOW, LIMITS) is not None


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.SUPERVISOR, Role.OPERATIONS])
def test_who_may_not_is_told_so_with_a_number_that_the_log_has(world, enter, role):
    record(AuditEvent(Action.EXPORT, PROJECT, "carlos", {"what": "agentes"}))
    enter("demo", subject="ana", role=role)
    at = open_page("admin")
    html = html_of(at)
    assert NOT_ALLOWED.heading in html
    assert "carlos" not in html
    assert not at.button
    engine = create_engine(world)
    with engine.connect() as connection:
        row = connection.execute(
            text("select actor, detail, incident from app.audit_queue where action = 'refusal'")
        ).one()
    engine.dispose()
    assert row.actor == "ana"
    assert row.detail == {"reason": "permission", "permission": "view_audit"}
    assert row.incident in html


def test_a_name_that_is_markup_is_shown_as_it_is_written(enter):
    record(AuditEvent(Action.PAGE, PROJECT, "<img src=x onerror=alert(1)>", {"page": "/"}))
    secret_for("demo", subject="s", name="<b>Luis</b>")
    enter("demo", subject="ana")
    html = html_of(open_page("admin"))
    assert "<img" not in html
    assert "<b>Luis" not in html
    assert "&lt;b&gt;Luis" in html
