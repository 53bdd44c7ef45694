"""A browser at the door of an installation with an issuer, its cookie, and local accounts."""

import asyncio
import secrets
from datetime import timedelta

import httpx
import jwt
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lib.auth.accounts import Account, save_account
from lib.auth.permissions import Role
from lib.auth.sessions import find_session
from lib.config import Settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.web.app import build_door, outer_layers
from lib.web.auth_routes import auth_routes
from lib.web.cookies import SessionCookie
from tests.support.visitors import LIMITS, NOW
from tests.support.web import SECRET

HOST = "analytics.example.com"
HTTPS_COOKIE = SessionCookie(is_https=True)
ISSUERS = """
issuers:
  - iss: crm
    audiences: [analytics]
    algorithm: HS256
    cookie: crm_token
    allowed_origins: [https://crm.example.com]
    keys:
      - {secret_file: crm.secret}
  - iss: portal
    audiences: [analytics]
    algorithm: HS256
    allowed_origins: [https://portal.example.net]
    projects: [900202]
    keys:
      - {secret_file: portal.secret}
"""
PASSWORD = "tarde-de-octubre-5"


def write_issuers(folder, keys):
    """The file of both issuers, beside their secrets."""
    for name, secret in keys.items():
        (folder / f"{name}.secret").write_text(secret)
        (folder / f"{name}.secret").chmod(0o600)
    (folder / "issuers.yaml").write_text(ISSUERS)
    return folder / "issuers.yaml"


@pytest.fixture(scope="module")
def crm_secret():
    return secrets.token_hex(32)


@pytest.fixture(scope="module")
def accounts(projects):
    save_account(Account(700700, "rosa", "Rosa Inventada", Role.OPERATOR), PASSWORD, NOW)
    save_account(Account(900202, "luz", "Luz Inventada", Role.ADMIN), PASSWORD, NOW)


async def page(_request):
    return PlainTextResponse("la página")


@pytest.fixture
def door(tmp_path, crm_secret, accounts, monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    path = write_issuers(tmp_path, {"crm": crm_secret, "portal": secrets.token_hex(32)})
    settings = Settings.model_validate(
        {
            "INDIGITALL_MASTER_SECRET": SECRET,
            "INDIGITALL_PII_KEY": SECRET[::-1],
            "BASE_URL": f"https://{HOST}",
            "AUTH_MODE": "token,cookie,local",
            "AUTH_ISSUERS_FILE": str(path),
        }
    )
    return settings, build_door(settings, lambda _slug: None)


@pytest.fixture
def ask(door):
    """One request of a browser that follows no redirect and keeps no cookie."""
    settings, our_door = door
    pages = [Route("/", page), Route("/conversaciones", page)]
    app = Starlette(
        routes=[*auth_routes(our_door), *pages], middleware=outer_layers(settings, our_door)
    )

    async def answer(method, path, **options):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as browser:
            return await browser.request(method, path, **options)

    return lambda method, path, **options: asyncio.run(answer(method, path, **options))


@pytest.fixture
def token_of(crm_secret):
    def make(project_id=700700, **changes):
        claims = {
            "iss": "crm",
            "aud": "analytics",
            "sub": "maria",
            "jti": secrets.token_hex(8),
            "iat": int(NOW.timestamp()),
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
            "project_id": project_id,
            "role": "operations",
            **changes,
        }
        return jwt.encode(claims, crm_secret, algorithm="HS256")

    return make


def session_in(answer, now=NOW):
    value = answer.headers["set-cookie"].removeprefix(f"{HTTPS_COOKIE.name}=").split(";")[0]
    return find_session(value, now, LIMITS)


def cookie_in(answer):
    return answer.headers["set-cookie"].split(";")[0]


def last_refusal():
    engine = engine_for_role(OWNER)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "select project_id, detail ->> 'reason' as reason, incident, detail ->> 'issuer'"
                " from app.audit_queue where action = 'refusal' order by event_id desc limit 1"
            )
        ).one()
    engine.dispose()
    return tuple(row)
