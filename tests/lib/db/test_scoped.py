"""The app role: one project per transaction, chosen by its number or its slug, and nothing else."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from lib.db.engines import admin_engine
from lib.db.errors import AppBusyError
from lib.db.scoped import app_connection, close_app_connections
from lib.db.tenant import CONNECTION_BUDGET

SETUP = """
insert into app.projects (project_id, slug, name, backfill_from)
values (101, 'uno', 'Uno', '2026-01-01'), (202, 'dos', 'Dos', '2026-01-01');
insert into app.entity_rules values (101, 1, 'agent', 'ana', 'A'), (202, 1, 'agent', 'eva', 'B');
insert into app.agent_names values (101, 'ana', 'Ana'), (202, 'eva', 'Eva');
insert into app.data_versions (project_id, data_version, published_at, model_hash)
values (101, 1, now(), 'x'), (202, 1, now(), 'x');
insert into app.sync_state (project_id, endpoint) values (101, 'contacts'), (202, 'contacts');
"""
TABLES = ("projects", "entity_rules", "agent_names", "data_versions", "sync_state")


@pytest.fixture(scope="module", autouse=True)
def two_projects(module_database):
    engine = admin_engine()
    with engine.begin() as connection:
        connection.exec_driver_sql(SETUP)
    engine.dispose()
    yield
    close_app_connections()


def visible(connection, table):
    return connection.scalars(text(f"select project_id from app.{table} order by 1")).all()


@pytest.mark.parametrize("table", TABLES)
def test_a_transaction_about_a_project_sees_only_its_rows(table):
    for project_id in (101, 202):
        with app_connection(project_id=project_id) as connection:
            assert visible(connection, table) == [project_id]


@pytest.mark.parametrize("table", TABLES)
def test_a_transaction_about_nothing_sees_nothing(table):
    with app_connection() as connection:
        assert visible(connection, table) == []


def test_a_slug_shows_the_row_of_its_project_and_nothing_more():
    with app_connection(slug="dos") as connection:
        assert {table: visible(connection, table) for table in TABLES} == {
            "projects": [202],
            "entity_rules": [],
            "agent_names": [],
            "data_versions": [],
            "sync_state": [],
        }


@pytest.mark.parametrize("slug", ["", "do", "dos%", "DOS", "' or true --", "dos' or slug = 'uno"])
def test_a_slug_that_is_nobody_s_shows_nothing(slug):
    with app_connection(slug=slug) as connection:
        assert visible(connection, "projects") == []


def test_the_project_of_a_transaction_is_forgotten_at_its_end():
    with app_connection(project_id=101) as connection:
        first = connection.scalar(text("select pg_backend_pid()"))
    with app_connection() as connection:
        assert connection.scalar(text("select pg_backend_pid()")) == first
        assert visible(connection, "entity_rules") == []


def test_the_project_is_forgotten_after_an_error_too():
    with pytest.raises(ProgrammingError), app_connection(project_id=101) as connection:
        connection.exec_driver_sql("select * from raw.messages")
    with app_connection() as connection:
        assert visible(connection, "entity_rules") == []


def test_threads_about_different_projects_never_meet():
    mixed = []

    def read(project_id):
        for _ in range(40):
            with app_connection(project_id=project_id) as connection:
                if visible(connection, "agent_names") != [project_id]:
                    mixed.append(project_id)

    threads = [threading.Thread(target=read, args=(p,)) for p in (101, 202, 101, 202)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_when_all_connections_are_in_use_the_caller_is_told_after_the_wait(monkeypatch):
    close_app_connections()
    monkeypatch.setattr("lib.db.scoped.WAIT_SECONDS", 0.2)
    monkeypatch.setitem(CONNECTION_BUDGET, "app role", 1)
    with app_connection(), pytest.raises(AppBusyError, match="indigo_app"), app_connection():
        pytest.fail("the block must not be entered")
    close_app_connections()
