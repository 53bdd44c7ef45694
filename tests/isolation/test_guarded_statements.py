"""The corpora of statements with the guard on: every hostile one is blocked, every benign one runs.

What is allowed runs in the guard's own text on the connection of a project, beside a project whose
marts hold nothing but canaries.
"""

import pytest

from lib.db.tenant import TenantPools, tenant_connection
from lib.guard.check import check
from lib.guard.exposed import shipped_allow_list
from tests.support.canary_marts import FOREIGN, OWN, canaries_in, create_canary_marts
from tests.support.statements import read_statements, techniques

ALLOWED = [(corpus, name) for corpus in ("benign", "foreign") for name in techniques(corpus)]


@pytest.fixture(scope="module", autouse=True)
def marts(module_database):
    create_canary_marts()


@pytest.fixture(scope="module")
def pools(marts):
    pools = TenantPools()
    yield pools
    pools.close()


@pytest.mark.parametrize("technique", techniques("hostile"))
def test_every_hostile_statement_is_blocked_with_a_reason(technique):
    verdicts = {
        item.id: check(item.sql, shipped_allow_list())
        for item in read_statements("hostile", technique)
    }
    assert [name for name, verdict in verdicts.items() if verdict.allowed] == []
    assert {verdict.sql for verdict in verdicts.values()} == {None}
    assert all(verdict.detail_es and verdict.reason for verdict in verdicts.values())


@pytest.mark.parametrize("technique", techniques("hostile"))
def test_the_reason_tells_nothing_of_the_other_project(technique):
    for item in read_statements("hostile", technique):
        verdict = check(item.sql, shipped_allow_list())
        assert canaries_in((verdict.detail_es, verdict.reason)) == []
        said = verdict.detail_es.replace(item.sql, "")
        assert "project_202" not in said or "project_202" in item.sql


@pytest.mark.parametrize(("corpus", "technique"), ALLOWED)
def test_what_is_harmless_is_allowed_and_runs_as_the_guard_wrote_it(pools, corpus, technique):
    blocked = {}
    for item in read_statements(corpus, technique):
        verdict = check(item.sql, shipped_allow_list())
        if not verdict.allowed:
            if item.guard == "allow":
                blocked[item.id] = (verdict.reason.value, verdict.detail_es)
            continue
        with tenant_connection(pools, OWN) as connection:
            # by the driver itself: SQLAlchemy would take a % for a parameter
            rows = connection.connection.driver_connection.execute(verdict.sql).fetchall()
        assert canaries_in(rows) == [], item.id
        assert all(FOREIGN not in row for row in rows), item.id
    assert blocked == {}
