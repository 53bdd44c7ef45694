"""The report of a build: projects, days, published or held back, why."""

import pytest
from sqlalchemy import text

from flows.transform import AuditFailedError, BuildFailedError, TransformResult
from flows.transform_report import transform_report
from lib.db.engines import engine_for_role


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    with engine.begin() as connection:
        connection.execute(
            text("create table build.int_work_days (project_id integer, local_date date)")
        )
        connection.execute(
            text(
                "insert into build.int_work_days values"
                " (1, '2026-02-14'), (1, '2026-02-16'), (2, '2026-02-16')"
            )
        )
    yield engine
    engine.dispose()


def test_published_projects_stand_with_their_days(owner):
    report = transform_report(owner, TransformResult("abc", (1, 2, 3)))
    assert "| 1 | 2 | 2026-02-14 | 2026-02-16 | published |" in report
    assert "| 2 | 1 | 2026-02-16 | 2026-02-16 | published |" in report
    assert "| 3 | 0 | | | published |" in report
    assert "Run `abc` of app.dbt_runs." in report


def test_a_project_that_is_held_back_says_why(owner):
    report = transform_report(owner, AuditFailedError("abc", {1: "is_key:\n2 | rows"}, (2,)))
    assert "| 1 | 2 | 2026-02-14 | 2026-02-16 | **held back**: is_key: 2 \\| rows |" in report
    assert "| 2 | 1 | 2026-02-16 | 2026-02-16 | published |" in report


def test_a_failed_build_and_nothing_new_have_a_line_each(owner):
    failed = transform_report(owner, BuildFailedError("abc", "no such\ncolumn"))
    assert failed.endswith("**Failed, nothing was published.** no such column")
    assert transform_report(owner, TransformResult(None)).endswith("Nothing new: no build ran.")
