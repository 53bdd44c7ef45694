"""The query benchmarks on a warehouse small enough to see that every way gives the same rows."""

import pytest

from flows.transform import transform
from infra.bench.backend import cpu_ms, recorded
from infra.bench.other_ways import ON_FACTS, WITHOUT_POLICY, make_views, pointed_at
from infra.bench.queries import measure_queries, plans_text
from infra.bench.question_sets import question_sets
from lib.db.engines import admin_engine, engine_for_role
from lib.db.onboarding import create_project_roles
from lib.db.tenant import TenantPools, tenant_connection
from tests.support.raw_source import Message, RawSource, at

A, B = 101, 202


@pytest.fixture(scope="module")
def published(module_database):
    """Two projects with two contacts each; the second one's rows must never be counted."""
    admin, owner = admin_engine(), engine_for_role("indigo_owner")
    for project_id in (A, B):
        with admin.begin() as connection:
            create_project_roles(connection, project_id)
        RawSource(owner, project_id).create().load(
            [
                Message(message_id="m1", sent_at=at("2026-02-15 09:00"), intent="saldo"),
                Message(message_id="m2", sent_at=at("2026-02-15 09:01"), send_type="dialogflow"),
                Message(message_id="m3", sent_at=at("2026-02-16 10:00"), contact="c2"),
            ]
        )
    transform()
    yield admin
    admin.dispose()
    owner.dispose()


def test_every_set_is_measured_and_the_schemas_of_views_are_gone_again(published):
    results, slow = measure_queries(A, 3)
    names = {row.name for row in results}
    for page in ("Conversaciones", "Ejecutivo"):
        for period in ("30 days", "12 months"):
            for what in ("CPU", "wall", "CPU on facts", "with row policy", "blocks hit"):
                assert f"{page}, {period}: {what}" in names
    assert "messages by time, 30 days: CPU on staging" in names
    assert all(row.value >= 0 for row in results)
    goals = {row.name: row.goal for row in results if row.goal}
    assert goals["Conversaciones, 30 days: CPU"] == 170
    assert goals["Ejecutivo, 12 months: with row policy"] == 1.1
    assert "Aggregate" in plans_text(slow, 3)
    with published.connect() as connection:
        left = connection.exec_driver_sql(
            "select count(*) from pg_namespace where nspname like 'bench%%'"
        )
        assert left.scalar_one() == 0


@pytest.mark.parametrize("schema", [WITHOUT_POLICY, ON_FACTS])
def test_the_other_ways_give_the_rows_that_the_tenant_gets(published, schema):
    pools = TenantPools()
    questions = question_sets(at("2026-02-16 12:00").date())[0]
    with published.connect() as admin, tenant_connection(pools, A) as tenant:
        make_views(admin, A)
        with recorded(tenant) as statements:
            for ask in questions.asks.values():
                ask(tenant)
        assert len(statements) >= len(questions.asks)
        for ran, other in zip(statements, pointed_at(schema, statements), strict=True):
            theirs = tenant.exec_driver_sql(ran.sql, ran.values).all()
            ours = admin.exec_driver_sql(other.sql, other.values).all()
            assert sorted(map(repr, ours)) == sorted(map(repr, theirs))
        admin.rollback()
    pools.close()


def test_the_cpu_of_a_backend_grows_with_its_work(published):
    with published.connect() as connection:
        before = cpu_ms(connection)
        connection.exec_driver_sql("select count(*) from generate_series(1, 500000)").all()
        assert cpu_ms(connection) > before
