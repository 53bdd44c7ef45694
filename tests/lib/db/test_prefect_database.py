"""Prefect's database: of its own, entered by its own role alone, made once."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from lib.db.engines import admin_engine
from lib.db.prefect_database import prefect_url, prepare_prefect_database
from lib.db.roles import APP, INGEST, OWNER, PREFECT
from lib.db.urls import role_url


@pytest.fixture
def prefect(database):
    """Prefect's database beside a prepared one of ours; gone after the test."""
    changes = prepare_prefect_database()
    yield changes
    admin = admin_engine(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"drop database {prefect_url().database} with (force)"))
    admin.dispose()


def enter(role, database):
    """Log in as a role; the driver's error when that is refused."""
    url = role_url(role).set(drivername="postgresql", database=database)
    psycopg.connect(url.render_as_string(hide_password=False)).close()


def test_it_is_made_once_and_a_second_call_changes_nothing(prefect):
    assert len(prefect) == 2
    assert prepare_prefect_database() == ()


def test_a_right_given_to_everybody_is_taken_back(prefect):
    admin = admin_engine(isolation_level="AUTOCOMMIT")
    name = prefect_url().database
    with admin.connect() as connection:
        connection.exec_driver_sql(f"grant connect on database {name} to public")
    admin.dispose()
    assert prepare_prefect_database() == (f"revoke all on database {name} from public",)


def test_its_role_owns_it_and_can_create_the_extension_that_prefect_needs(prefect):
    engine = create_engine(prefect_url().set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("create extension if not exists pg_trgm")
        connection.exec_driver_sql("create table public.run (id int)")
    engine.dispose()


@pytest.mark.parametrize("role", [OWNER, INGEST, APP])
def test_our_roles_cannot_enter_it(prefect, role):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        enter(role, prefect_url().database)


def test_its_role_cannot_enter_ours(prefect):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        enter(PREFECT, role_url(OWNER).database)
