"""Coming in and being put out, in a real browser, one server for each way in."""

import secrets
from datetime import timedelta

import jwt
import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from lib.auth.accounts import Account, save_account
from lib.auth.permissions import Role
from lib.auth.sessions import end_sessions
from lib.db.scoped import close_app_connections
from lib.ui.visit.entering import OVER_NOTICE
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import build_pages_world, kpis_in
from tests.support.served_app import fresh_server
from tests.support.streamlit_visitor import visit
from tests.support.visitors import NOW

COOKIE = "indigitall_session"
PASSWORD = "ceiba-de-enero-62"
ISSUERS = """
issuers:
  - iss: crm
    audiences: [analytics]
    algorithm: HS256
    cookie: crm_token
    keys:
      - {secret_file: crm.secret}
"""
SECONDS = 60_000


@pytest.fixture(scope="module")
def world(module_database):
    build_pages_world(module_database)
    save_account(Account(PROJECT, "ana", "Ana Inventada", Role.SUPERVISOR), PASSWORD, NOW)
    yield module_database
    close_app_connections()


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    """An issuer's file and the secret it signs with."""
    folder = tmp_path_factory.mktemp("crm")
    secret = secrets.token_hex(32)
    (folder / "crm.secret").write_text(secret)
    (folder / "crm.secret").chmod(0o600)
    (folder / "issuers.yaml").write_text(ISSUERS)
    return folder / "issuers.yaml", secret


@pytest.fixture(scope="module")
def server(world, crm):
    """A server on which every way in but the demo's is open."""
    modes = {"AUTH_MODE": "token,cookie,local", "AUTH_ISSUERS_FILE": str(crm[0])}
    with fresh_server(**modes) as base_url:
        yield base_url


def token_of(crm, project_id, subject):
    claims = {
        "iss": "crm",
        "aud": "analytics",
        "sub": subject,
        "jti": secrets.token_hex(8),
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=30)).timestamp()),
        "project_id": project_id,
        "role": "supervisor",
    }
    return jwt.encode(claims, crm[1], algorithm="HS256")


def cookies_of(page):
    """Name, and whether scripts are kept from it; Streamlit's own against forged uploads aside."""
    found = page.context.cookies()
    return [(one["name"], one["httpOnly"]) for one in found if one["name"] != "_streamlit_xsrf"]


def fill_in(page, username, password):
    page.get_by_label("Usuario").fill(username)
    page.get_by_label("Contraseña", exact=True).fill(password)
    page.get_by_role("button", name="Entrar").click()


def test_the_form_leads_back_to_the_filtered_page_with_our_cookie_alone(server, page):
    page.goto(f"{server}/conversaciones?entidad=Norte", timeout=SECONDS)
    fill_in(page, "ana", "no-es-esta-clave")
    expect(page.get_by_text("No pudimos abrir tu sesión")).to_be_visible(timeout=SECONDS)
    assert cookies_of(page) == []
    fill_in(page, "ana", PASSWORD)
    expect(page.get_by_text("Visionamos Demo")).to_be_visible(timeout=SECONDS)
    assert page.url.endswith("/conversaciones?entidad=Norte")
    # the form's library would set a cookie by script; ours is the only one, and no script sees it
    assert cookies_of(page) == [(COOKIE, True)]
    assert COOKIE not in page.evaluate("document.cookie")
    assert page.evaluate("Object.keys(localStorage).filter(k => /token|user|auth/i.test(k))") == []


def test_leaving_ends_the_session_and_the_form_is_back(server, page):
    page.goto(f"{server}/", timeout=SECONDS)
    fill_in(page, "ana", PASSWORD)
    page.get_by_role("link", name="Salir").click(timeout=SECONDS)
    page.get_by_role("button", name="Cerrar la sesión").click()
    expect(page.get_by_label("Usuario")).to_be_visible(timeout=SECONDS)
    assert cookies_of(page) == []


def test_a_redirect_token_opens_the_page_and_is_nowhere_afterwards(server, crm, page):
    asked = []

    def note(request):
        asked.append(request)

    page.on("request", note)
    token = token_of(crm, OTHER, "luis")
    page.goto(f"{server}/conversaciones?token={token}&periodo=ayer", timeout=SECONDS)
    expect(page.get_by_text("Cooperativa Andina")).to_be_visible(timeout=SECONDS)
    assert page.url == f"{server}/conversaciones?periodo=ayer"
    assert [one.url for one in asked if "token=" in one.url] == [asked[0].url]
    assert all(token not in one.headers.get("referer", "") for one in asked)
    page.goto(f"{server}/?token={token}", timeout=SECONDS)
    expect(page.get_by_role("heading", name="No pudimos abrir tu sesión")).to_be_visible()
    assert "Incidente" in page.content()


def test_the_parent_domains_cookie_opens_the_page(server, crm, page):
    token = token_of(crm, PROJECT, "maria")
    page.context.add_cookies([{"name": "crm_token", "value": token, "url": server}])
    page.goto(f"{server}/conversaciones", timeout=SECONDS)
    expect(page.get_by_text("Visionamos Demo")).to_be_visible(timeout=SECONDS)


@pytest.mark.parametrize("end", ["revoked", "expired", "idle"])
def test_an_open_page_nobody_touches_clears_itself_when_its_session_is_over(
    server, world, crm, page, end
):
    page.goto(f"{server}/conversaciones?token={token_of(crm, PROJECT, end)}", timeout=SECONDS)
    expect(page.locator(".kpi").first).to_be_visible(timeout=SECONDS)
    if end == "revoked":
        end_sessions(PROJECT, NOW, reason="revoked", subject=end)
    else:
        column = "expires_at" if end == "expired" else "seen_at"
        engine = create_engine(world)
        with engine.begin() as connection:
            connection.execute(
                text(f"update app.sessions set {column} = :then where subject = :subject"),
                {"then": NOW - timedelta(hours=2), "subject": end},
            )
        engine.dispose()
    expect(page.get_by_text(OVER_NOTICE)).to_be_visible(timeout=SECONDS)
    expect(page.locator(".kpi")).to_have_count(0)


@pytest.mark.parametrize("mode", ["dev", "token", "cookie", "local"])
def test_a_strangers_deep_link_as_the_very_first_visit_passes_the_door_in_every_mode(
    world, crm, mode
):
    with fresh_server(AUTH_MODE=mode, AUTH_ISSUERS_FILE=str(crm[0])) as base_url:
        drawn = visit(base_url, "conversaciones", query="tenant=demo")
    assert drawn.menus == (("Inicio", "Conversaciones", "Campañas", "Ejecutivo"),)
    assert kpis_in(drawn.whole) == {}
    assert "Visionamos" not in drawn.whole
    assert ("Inicia sesión para continuar" in drawn.texts) == (mode != "local")
