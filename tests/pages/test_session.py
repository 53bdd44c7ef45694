"""No page without a session, whichever way it is opened."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest

from lib.auth.sessions import end_sessions
from lib.config import CHECKOUT
from lib.ui.visit.entering import OVER_NOTICE
from lib.ui.visit.session import SESSION_HEADER
from tests.support.metric_world import PROJECT
from tests.support.pages import open_page
from tests.support.visitors import NOW, secret_of, visitor

PAGES = sorted((CHECKOUT / "pages").glob("*.py"))
LOGIN = "Inicia sesión para continuar"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_opened_without_a_session_shows_only_the_login_notice(world, page):
    at = AppTest.from_file(str(page), default_timeout=60).run()
    assert [error.value for error in at.error] == [LOGIN]
    assert [kind for kind in at.main.children.values() if kind.type != "html"] == list(at.error)


@pytest.mark.parametrize("page", ["inicio", "conversaciones"])
def test_the_whole_app_opened_without_a_session_shows_only_the_login_notice(world, page):
    at = open_page(page, tenant="demo")
    assert [error.value for error in at.error] == [LOGIN]
    assert not at.get("plotly_chart")


def test_a_session_past_its_time_opens_nothing(world, monkeypatch):
    secret = secret_of(visitor(PROJECT, "demo"), NOW - timedelta(minutes=61))
    monkeypatch.setattr("lib.ui.visit.session._header", {SESSION_HEADER: secret}.get)
    assert [error.value for error in open_page("conversaciones").error] == [LOGIN]


def test_an_open_page_whose_session_is_ended_elsewhere_clears_the_screen(world, enter):
    enter("demo")
    at = open_page("conversaciones", entidad="Norte")
    assert at.get("plotly_chart")
    end_sessions(PROJECT, NOW, reason="revoked")
    at.run()
    assert [error.value for error in at.error] == [OVER_NOTICE]
    assert not at.get("plotly_chart")
    link = at.get("link_button")[0].proto
    assert link.label == "Volver a entrar"
    assert "entidad=Norte" in link.url


def test_another_projects_visitor_stays_in_when_one_project_is_put_out(world, enter):
    enter("andina")
    end_sessions(PROJECT, NOW, reason="revoked")
    assert not open_page("inicio").error


def noted(world, actor):
    engine = create_engine(world)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select project_id, action, detail ->> 'page', detail ->> 'filters'"
                " from app.audit_queue where actor = :actor order by event_id"
            ),
            {"actor": actor},
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def test_each_page_and_each_view_looked_at_is_written_to_the_audit_log_once(world, enter):
    enter("demo", subject="ana-lectora")
    at = open_page("conversaciones")
    at.run()
    at.multiselect(key="filtro-entities").select("Norte").run()
    at.run()
    queries = [row for row in noted(world, "ana-lectora") if row[1] == "query"]
    pages = [row for row in noted(world, "ana-lectora") if row[1] == "page"]
    assert queries[-2:] == [
        (PROJECT, "query", None, ""),
        (PROJECT, "query", None, "entidad=Norte"),
    ]
    assert len(queries) <= 3
    assert {row[0] for row in pages} == {PROJECT}
    assert len(pages) <= 2


def test_an_address_of_another_tenant_than_the_sessions_is_not_served(enter):
    enter("andina")
    at = open_page("inicio", tenant="demo")
    assert "cambió de organización" in at.error[0].value
    assert not at.get("plotly_chart")


def test_the_tenant_stays_in_the_address(enter):
    enter("demo")
    assert open_page("inicio").query_params["tenant"] == "demo"
