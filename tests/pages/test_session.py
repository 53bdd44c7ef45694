"""No page without a session, whichever way it is opened."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.auth.identity import Identity, issue_token, signing_key
from lib.config import CHECKOUT, get_settings
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import NOW, open_page

PAGES = sorted((CHECKOUT / "pages").glob("*.py"))
LOGIN = "Inicia sesión para continuar"


def key():
    return signing_key(get_settings().master_secret.get_secret_value())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_opened_without_a_session_shows_only_the_login_notice(page):
    at = AppTest.from_file(str(page), default_timeout=60).run()
    assert [error.value for error in at.error] == [LOGIN]
    assert [kind for kind in at.main.children.values() if kind.type != "html"] == list(at.error)


@pytest.mark.parametrize("page", ["inicio", "conversaciones"])
def test_the_whole_app_opened_without_a_session_shows_only_the_login_notice(page):
    at = open_page(page, tenant="demo")
    assert [error.value for error in at.error] == [LOGIN]
    assert not at.get("plotly_chart")


@pytest.mark.parametrize(
    "identity",
    [
        Identity(PROJECT, "andina", "dev"),
        Identity(OTHER, "demo", "dev"),
        Identity(PROJECT, "no-existe", "dev"),
    ],
)
def test_a_project_and_a_slug_that_do_not_belong_together_open_nothing(
    world, monkeypatch, identity
):
    token = issue_token(identity, NOW, key())
    monkeypatch.setattr("lib.ui.session._header", {"x-indigitall-identity": token}.get)
    assert [error.value for error in open_page("inicio").error] == [LOGIN]


def test_an_identity_past_its_time_opens_nothing(world, monkeypatch):
    token = issue_token(Identity(PROJECT, "demo", "dev"), NOW - timedelta(hours=13), key())
    monkeypatch.setattr("lib.ui.session._header", {"x-indigitall-identity": token}.get)
    assert [error.value for error in open_page("conversaciones").error] == [LOGIN]


def test_an_address_of_another_tenant_than_the_sessions_is_not_served(enter):
    enter("andina")
    at = open_page("inicio", tenant="demo")
    assert "cambió de organización" in at.error[0].value
    assert not at.get("plotly_chart")


def test_the_tenant_stays_in_the_address(enter):
    enter("demo")
    assert open_page("inicio").query_params["tenant"] == "demo"
