"""Finding a project, and what is known of its data."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from lib.db.engines import admin_engine
from lib.db.scoped import close_app_connections
from lib.tenants.freshness import Freshness, load_freshness
from lib.tenants.projects import Project, find_project, load_project

NINE = datetime(2026, 2, 17, 14, 0, tzinfo=UTC)
TEN = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
UNO = Project(101, "uno", "Cooperativa Uno", "America/Bogota", is_demo=True)
DOS = Project(202, "dos", "Cooperativa Dos", "America/Lima", is_demo=False)


@pytest.fixture(scope="module", autouse=True)
def two_projects(module_database):
    engine = admin_engine()
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into app.projects (project_id, slug, name, timezone, is_demo, backfill_from)"
            " values (101, 'uno', 'Cooperativa Uno', 'America/Bogota', true, '2026-01-01'),"
            " (202, 'dos', 'Cooperativa Dos', 'America/Lima', false, '2026-01-01'),"
            " (303, 'cerrado', 'Cerrado', 'America/Bogota', false, '2026-01-01')"
        )
        connection.exec_driver_sql("update app.projects set is_active = project_id <> 303")
        connection.execute(
            text(
                "insert into app.data_versions values"
                " (101, 7, :ten, :nine, :ten, 'abc', null, null),"
                " (202, 3, :nine, null, null, 'abc', :ten, 'fct_messages: 2 rows')"
            ),
            {"nine": NINE, "ten": TEN},
        )
    engine.dispose()
    yield
    close_app_connections()


@pytest.mark.parametrize("project", [UNO, DOS], ids=lambda project: project.slug)
def test_a_project_is_found_by_its_slug_and_by_its_number(project):
    assert find_project(project.slug) == project
    assert load_project(project.project_id) == project


@pytest.mark.parametrize(
    "slug", ["", "tres", "UNO", "uno ", "un_", "%", "uno\x00", "'--", "cerrado"]
)
def test_nothing_but_the_slug_of_an_active_project_finds_one(slug):
    assert find_project(slug) is None


@pytest.mark.parametrize("project_id", [1, 303, 2**31 - 1])
def test_a_number_that_is_no_active_project_s_finds_none(project_id):
    assert load_project(project_id) is None


def test_freshness_tells_what_is_served_and_since_when():
    assert load_freshness(101) == Freshness(7, TEN, NINE, TEN, "abc", None, None)


def test_a_held_back_version_says_since_when_and_why():
    freshness = load_freshness(202)
    assert freshness.held_back_since == TEN
    assert freshness.held_back_reason == "fct_messages: 2 rows"
    assert freshness.published_at.utcoffset().total_seconds() == 0


def test_before_the_first_publication_there_is_no_freshness():
    assert load_freshness(303) is None
