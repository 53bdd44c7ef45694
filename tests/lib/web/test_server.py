"""The application as a process of its own, freshly started: what a first visit sees."""

import os
import subprocess
import sys

import httpx
import pytest

from infra.children import CHECKOUT
from lib.config import get_settings
from lib.db.scoped import close_app_connections
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.visit.session import SESSION_HEADER
from lib.web.cookies import SessionCookie
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import build_pages_world, kpis_in, secret_for
from tests.support.served_app import START_SECONDS, fresh_server
from tests.support.streamlit_visitor import file_addresses, visit

COOKIE = SessionCookie(is_https=False)
LOGIN = "Inicia sesión para continuar"
# The menu of the entry script; Streamlit's own directory mode would name the files
MENU = ("Inicio", "Conversaciones", "Campañas", "Ejecutivo")
ADMINISTRATORS_MENU = (*MENU, "Datos", "Administración")


@pytest.fixture(scope="module")
def world(module_database):
    build_pages_world(module_database)
    yield module_database
    close_app_connections()
    tenant_pools.cache_clear()


@pytest.fixture(scope="module")
def server(world):
    with fresh_server() as base_url:
        yield base_url


def cookie_of(slug):
    return f"{COOKIE.name}={secret_for(slug)}"


def test_a_strangers_deep_link_as_the_very_first_visit_passes_the_door(world):
    with fresh_server() as base_url:
        first = visit(base_url, "conversaciones", query="tenant=demo")
        assert first.menus == (MENU,)
        assert first.texts[-1] == LOGIN
        assert kpis_in(first.whole) == {}
        # the second visitor has an identity and finds the page, so the door is open to him only
        second = visit(base_url, "conversaciones", cookie=cookie_of("demo"))
        assert second.menus == (ADMINISTRATORS_MENU,)
        assert int(kpis_in(second.whole)["messages"]) > 0


@pytest.mark.parametrize("page", ["conversaciones", ""])
def test_a_stranger_gets_the_notice_on_every_page(server, page):
    drawn = visit(server, page)
    assert drawn.texts[-1] == LOGIN
    assert "plotly" not in drawn.whole


def test_two_visitors_see_their_own_project_each(server):
    demo = visit(server, "conversaciones", cookie=cookie_of("demo"))
    andina = visit(server, "conversaciones", cookie=cookie_of("andina"))
    assert "Visionamos Demo" in demo.whole
    assert "Cooperativa Andina" in andina.whole
    assert kpis_in(demo.whole)["messages"] != kpis_in(andina.whole)["messages"]
    assert "secreto" not in demo.whole
    assert "saldo" not in andina.whole


def test_a_file_is_there_for_the_visitor_who_asked_for_it_and_for_nobody_else(server):
    own, other = cookie_of("demo"), cookie_of("andina")
    path, *_others = file_addresses(server, "conversaciones", cookie=own)

    def get(cookie):
        headers = {"cookie": cookie} if cookie else {}
        return httpx.get(f"{server}{path}", headers=headers, trust_env=False)

    assert path.startswith("/media/")
    assert (get(own).status_code, get(other).status_code, get(None).status_code) == (200, 404, 401)
    assert "Visionamos Demo" in get(own).text
    assert "Visionamos" not in get(other).text


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/favicon.png"])
def test_what_the_script_of_every_page_asks_for_first_is_there(server, path):
    answer = httpx.get(f"{server}{path}", trust_env=False)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_a_forged_session_header_opens_nothing(server):
    answer = httpx.get(f"{server}/", headers={SESSION_HEADER: secret_for("demo")}, trust_env=False)
    assert answer.status_code == 401


def test_the_pages_folder_is_not_served_by_itself(server):
    answer = httpx.get(f"{server}/inicio", headers={"cookie": cookie_of("demo")}, trust_env=False)
    assert answer.status_code == 404


def test_ready_reports_the_published_version_and_the_model_that_built_it(server):
    answer = httpx.get(f"{server}/ready", trust_env=False)
    assert answer.status_code == 503
    assert "another model version" in answer.json()["reasons"][0]


def test_no_answer_names_a_project_to_a_stranger(server):
    for path in ("/", "/conversaciones", "/?tenant=nadie", "/ready", "/nada"):
        text = httpx.get(f"{server}{path}", trust_env=False).text
        assert "Visionamos" not in text
        assert str(PROJECT) not in text
        assert str(OTHER) not in text


def test_a_wrong_configuration_stops_the_start_with_a_line_per_fault():
    environment = {**os.environ, "AUTH_MODE": "nada", "INDIGITALL_PORT": "0"}
    run = subprocess.run(
        [sys.executable, "-m", "lib.web"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert run.returncode == 1
    assert "AUTH_MODE" in run.stderr
    assert "INDIGITALL_PORT" in run.stderr


def test_a_faulty_file_of_issuers_stops_the_start_with_a_line_per_fault(tmp_path):
    entry = "{iss: https://a.example, audiences: [x], algorithm: HS256, keys: [{secret_file: s}]}"
    (tmp_path / "issuers.yaml").write_text(f"issuers:\n  - {entry}\n", encoding="utf-8")
    (tmp_path / "s").write_text("una-palabra-corta", encoding="utf-8")
    named = {"AUTH_MODE": "token", "AUTH_ISSUERS_FILE": str(tmp_path / "issuers.yaml")}
    run = subprocess.run(
        [sys.executable, "-m", "lib.web"],
        cwd=CHECKOUT,
        env={**os.environ, "INDIGITALL_HOME": str(get_settings().home), **named},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert run.returncode == 1
    assert "a secret of at least 32 characters was expected" in run.stderr
    assert "Traceback" not in run.stderr
    assert "una-palabra-corta" not in run.stderr
