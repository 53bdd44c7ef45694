"""Engines against a real server: the right login, UTC, no personal data in errors."""

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DataError

from lib.config import get_settings
from lib.db.embedded import embedded_server
from lib.db.engines import admin_engine, engine_for_role, engine_for_url
from lib.db.urls import role_password
from tests.support.local_server import reachable_folder


@pytest.fixture(scope="module")
def home():
    with reachable_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDIGITALL_HOME", str(folder))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("ADMIN_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        with embedded_server(folder):
            yield folder
        # the settings of this folder must not reach the next module
    get_settings.cache_clear()


@pytest.fixture
def admin(home):
    engine = admin_engine(pool_size=1)
    yield engine
    engine.dispose()


def test_the_admin_enters_the_local_server_as_superuser_in_utc(admin):
    with admin.connect() as connection:
        row = connection.execute(
            text(
                "select current_user::text, current_database()::text, current_setting('timezone'),"
                " current_setting('application_name')"
            )
        ).one()
    assert tuple(row) == ("indigo_admin", "indigitall", "UTC", "indigitall:admin")


def test_a_role_enters_with_its_derived_password(admin):
    with admin.begin() as connection:
        password = role_password("indigo_visitor")
        connection.execute(text(f"create role indigo_visitor login password '{password}'"))
    engine = engine_for_role("indigo_visitor", pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        row = connection.execute(text("select current_user::text, session_user::text")).one()
    engine.dispose()
    assert tuple(row) == ("indigo_visitor", "indigo_visitor")


def test_an_error_does_not_repeat_the_parameters(admin):
    with admin.connect() as connection, pytest.raises(DataError) as failure:
        connection.execute(
            text("select :secret / (:zero)::int"), {"secret": 573001112233, "zero": 0}
        )
    assert "573001112233" not in str(failure.value)


def test_a_connection_that_died_is_replaced_before_use(admin):
    with admin.connect() as connection:
        pid = connection.execute(text("select pg_backend_pid()")).scalar_one()
    other = engine_for_url(make_url(admin.url), "indigitall:test")
    with other.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()
    with admin.connect() as connection:
        assert connection.execute(text("select pg_backend_pid()")).scalar_one() != pid
