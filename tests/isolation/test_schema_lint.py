"""The lint of the schema finds each of twelve mistakes, and nothing once it is taken back."""

import pytest

from lib.db.engines import admin_engine
from lib.db.mart_checks import TENANT_POLICY
from lib.db.verify import find_faults
from tests.support.sample_mart import create_sample_mart

PROTECTED = (
    "alter table {0} enable row level security; alter table {0} force row level security;"
    f" create policy tenant_rows on {{0}} for select to tenant_reader using ({TENANT_POLICY});"
)
# what somebody did by mistake, and what the lint says
MISTAKES = {
    "policy missing": (
        "drop policy tenant_rows on marts.fct_sample",
        "marts.fct_sample lacks the row policy",
    ),
    "FORCE missing": (
        "alter table marts.fct_sample no force row level security",
        "marts.fct_sample lacks FORCE row level security",
    ),
    "view without security_invoker": (
        "create view marts.totals with (security_invoker = false) as"
        " select project_id, message_count from marts.fct_sample;"
        " grant select (message_count) on marts.totals to tenant_reader",
        "tenant_reader may read with its owner's rights marts.totals",
    ),
    "materialized view granted": (
        "create materialized view marts.totals as select project_id from marts.fct_sample;"
        " grant select on marts.totals to tenant_reader",
        "tenant_reader may read with its owner's rights marts.totals",
    ),
    "SECURITY DEFINER executable": (
        "create function marts.total() returns bigint language sql security definer"
        " as 'select sum(message_count)::bigint from marts.fct_sample';"
        " grant execute on function marts.total() to tenant_reader",
        "tenant_reader may execute as its owner marts.total()",
    ),
    "partition granted": (
        "create table marts.fct_parts (project_id integer) partition by list (project_id);"
        " create table marts.fct_parts_1 partition of marts.fct_parts default;"
        f" {PROTECTED.format('marts.fct_parts')} {PROTECTED.format('marts.fct_parts_1')}"
        " grant select (project_id) on marts.fct_parts_1 to tenant_reader",
        "tenant_reader may read the partition marts.fct_parts_1",
    ),
    "default privileges": (
        "alter default privileges for role indigo_owner in schema marts"
        " grant select on tables to public",
        "PUBLIC will be granted on new objects objects of indigo_owner",
    ),
    "raw granted": (
        "grant usage on schema raw to tenant_reader;"
        " grant select (message_id) on raw.messages to tenant_reader",
        "tenant_reader may read without the row policy raw.messages",
    ),
    "policy always true": (
        "create policy everything on marts.fct_sample for select to public using (true)",
        "marts.fct_sample has besides the row policy the policy everything",
    ),
    "personal column granted": (
        "grant select (contact_id) on marts.fct_sample to tenant_reader",
        "tenant_reader may read the personal column marts.fct_sample.contact_id",
    ),
    "role in two groups": (
        "grant reveal_reader to project_101",
        'role project_101 lacks: revoke "reveal_reader" from project_101',
    ),
    "unprotected new mart": (
        "create table marts.fct_new (project_id integer, message_count bigint)",
        "marts.fct_new lacks row level security",
    ),
}
# the same mistakes in another shape
VARIANTS = {
    "policy for the owner and everybody": (
        "alter policy owner_rows on marts.fct_sample to public",
        "marts.fct_sample has besides the row policy the policy owner_rows",
    ),
    "policy that also lets write": (
        "drop policy tenant_rows on marts.fct_sample;"
        f" create policy tenant_rows on marts.fct_sample for all to tenant_reader"
        f" using ({TENANT_POLICY})",
        "marts.fct_sample has besides the row policy the policy tenant_rows",
    ),
    "policy on a setting": (
        "alter policy tenant_rows on marts.fct_sample"
        " using (project_id = current_setting('app.project_id')::integer)",
        "marts.fct_sample lacks the row policy",
    ),
    "personal column taken from the reveal role and given to all": (
        "revoke select (contact_id) on marts.fct_sample from reveal_reader;"
        " grant select (contact_id) on marts.fct_sample to tenant_reader",
        "tenant_reader may read the personal column marts.fct_sample.contact_id",
    ),
    "whole mart granted": (
        "grant select on marts.fct_sample to public",
        "rest_reader may read the personal column marts.fct_sample.contact_id",
    ),
    "platform role among the tenants": (
        "grant tenant_reader to indigo_app",
        "indigo_app is in the platform's group and in tenant_reader",
    ),
    "stranger among the tenants": (
        "create role reporting login; grant project_202 to reporting",
        "reporting is a stranger in the group project_202",
    ),
    "new mart with everything but FORCE": (
        "create table marts.fct_new (project_id integer);"
        " alter table marts.fct_new enable row level security;"
        f" create policy tenant_rows on marts.fct_new for select to tenant_reader"
        f" using ({TENANT_POLICY})",
        "marts.fct_new lacks FORCE row level security",
    ),
}
PERSONAL = {"marts.fct_sample.contact_id"}


@pytest.fixture(scope="module")
def engine(module_database):
    create_sample_mart()
    engine = admin_engine()
    yield engine
    engine.dispose()


def faults_while_planted(engine, statements):
    """What the lint says with the mistake in place, and after it was taken back."""
    with engine.connect() as connection:
        connection.exec_driver_sql(statements)
        planted = find_faults(connection, PERSONAL)
        connection.rollback()
        return planted, find_faults(connection, PERSONAL)


def test_there_are_twelve_mistakes_to_find():
    assert len(MISTAKES) == 12


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_lint_fails_on_the_mistake(engine, mistake):
    statements, fault = MISTAKES[mistake]
    planted, taken_back = faults_while_planted(engine, statements)
    assert fault in planted
    assert taken_back == ()


@pytest.mark.parametrize("mistake", VARIANTS)
def test_the_lint_fails_on_another_shape_of_a_mistake(engine, mistake):
    statements, fault = VARIANTS[mistake]
    planted, taken_back = faults_while_planted(engine, statements)
    assert fault in planted
    assert taken_back == ()


def test_a_column_that_the_reveal_role_reads_is_personal_without_being_named(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("grant select (contact_id) on marts.fct_sample to rest_reader")
        faults = find_faults(connection)
        connection.rollback()
    assert faults == ("rest_reader may read the personal column marts.fct_sample.contact_id",)
