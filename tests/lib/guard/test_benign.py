"""Honest questions over the real marts: all allowed, and all run on PostgreSQL as rewritten."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from lib.config import get_settings
from lib.db.onboarding import create_project_roles
from lib.guard.check import check
from lib.guard.execute import execute, free_sql_pools
from lib.guard.exposed import shipped_allow_list
from tests.support.metric_world import OTHER, PROJECT, build_world

TEXT = (Path(__file__).parent / "benign.sql").read_text(encoding="utf-8")
QUERIES = dict(re.findall(r"^-- name: (.+)\n((?:(?!^-- name).*\n)+)", TEXT, re.MULTILINE))


@pytest.fixture(scope="module")
def pools(module_database):
    engine = create_engine(module_database)
    with engine.begin() as connection:
        for project in (PROJECT, OTHER):
            create_project_roles(connection, project)
        build_world(connection, get_settings().manifest_dir / "manifest.json")
    engine.dispose()
    found = free_sql_pools()
    yield found
    found.close()


def test_there_are_at_least_forty():
    assert len(QUERIES) >= 40


@pytest.mark.parametrize("name", QUERIES)
def test_an_honest_question_is_allowed_and_runs_for_both_projects(pools, name):
    verdict = check(QUERIES[name], shipped_allow_list())
    assert (verdict.allowed, verdict.reason) == (True, "allowed"), verdict.detail_es
    for project in (PROJECT, OTHER):
        assert execute(verdict, pools, project).columns


def test_each_project_sees_its_own_rows_of_every_mart(pools):
    for mart, relation in shipped_allow_list().relations.items():
        columns = ", ".join(relation.columns)
        verdict = check(f"select {columns} from marts.{mart}", shipped_allow_list())
        place = relation.columns.index("project_id")
        for project in (PROJECT, OTHER):
            rows = execute(verdict, pools, project).rows
            assert {row[place] for row in rows} <= {project}, mart
