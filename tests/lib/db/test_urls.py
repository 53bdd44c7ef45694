"""Where each role goes in, and with which password."""

import hashlib
import hmac

import pytest

from lib.config import get_settings
from lib.db import urls
from lib.db.embedded import EmbeddedServer
from lib.db.urls import NoDatabaseError, admin_url, role_password, role_url

MASTER = "b7d4a1f093ce5826b7d4a1f093ce5826aa"
PII = "10f2e3d4c5b6a79888796a5b4c3d2e1f"


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """Sets variables and reads the settings again; restores them at the end."""

    def given(**variables):
        for name in ("DATABASE_URL", "ADMIN_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        known = {"INDIGITALL_MASTER_SECRET": MASTER, "INDIGITALL_PII_KEY": PII}
        for name, value in {**known, "INDIGITALL_HOME": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    yield given
    get_settings.cache_clear()


def test_the_password_of_a_role_is_the_hmac_of_its_name(settings):
    settings()
    expected = hmac.new(MASTER.encode(), b"project_900101", hashlib.sha256).hexdigest()
    assert role_password("project_900101") == expected
    assert role_password("project_900202") != expected


def test_another_master_secret_changes_every_password(settings):
    settings()
    before = role_password("indigo_app")
    settings(INDIGITALL_MASTER_SECRET="c8e5b2a104df6937c8e5b2a104df6937bb")
    assert role_password("indigo_app") != before


def test_a_role_takes_server_and_options_of_database_url_and_its_own_login(settings):
    settings(DATABASE_URL="postgres://admin:p%40ss@db.test:6000/analytics?sslmode=require")
    url = role_url("indigo_app")
    assert (url.drivername, url.host, url.port) == ("postgresql+psycopg", "db.test", 6000)
    assert (url.database, url.query) == ("analytics", {"sslmode": "require"})
    assert (url.username, url.password) == ("indigo_app", role_password("indigo_app"))


def test_the_admin_is_the_user_of_database_url_unless_one_is_named(settings):
    settings(DATABASE_URL="postgresql://admin:p%40ss@db.test/analytics")
    assert (admin_url().username, admin_url().password) == ("admin", "p@ss")
    settings(
        DATABASE_URL="postgresql://owner:x@db.test/analytics",
        ADMIN_DATABASE_URL="postgresql://root:y@db.test/analytics",
    )
    assert admin_url().username == "root"
    assert admin_url().drivername == "postgresql+psycopg"


def test_database_url_wins_over_a_running_local_server(settings, monkeypatch, tmp_path):
    local = EmbeddedServer("127.0.0.1", 5999, tmp_path, "postgresql://a:b@127.0.0.1:5999/x")
    monkeypatch.setattr(urls, "find_running", lambda _home: local)
    settings()
    assert role_url("indigo_app").port == 5999
    settings(DATABASE_URL="postgresql://admin:p@db.test:6000/analytics")
    assert role_url("indigo_app").port == 6000


def test_without_any_database_the_message_says_what_to_do(settings):
    settings()
    with pytest.raises(NoDatabaseError, match=r"DATABASE_URL no está definida.*`make run`"):
        role_url("indigo_app")


def test_a_url_shown_in_a_log_hides_its_password(settings):
    settings(DATABASE_URL="postgresql://admin:p@db.test/analytics")
    assert role_password("indigo_app") not in str(role_url("indigo_app"))
