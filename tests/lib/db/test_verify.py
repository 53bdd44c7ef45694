"""The proof finds each right that somebody could plant. Everything planted is rolled back."""

import pytest

from lib.db.engines import admin_engine
from lib.db.onboarding import create_project_roles
from lib.db.verify import ProtectionError, assert_protected, find_faults
from tests.support.sample_mart import create_sample_mart

PLANTED = {
    "grant execute on function pg_sleep(double precision) to tenant_reader": (
        "tenant_reader may execute pg_sleep(double precision)"
    ),
    "grant execute on function set_config(text, text, boolean) to public": (
        "reveal_reader may execute set_config(text,text,boolean)"
    ),
    "grant execute on function pg_read_file(text) to tenant_reader": (
        "tenant_reader may execute pg_read_file(text)"
    ),
    "grant select (tablename) on pg_stats to public": (
        "tenant_reader may read the catalogue pg_stats"
    ),
    "grant usage on language plpgsql to tenant_reader": (
        "tenant_reader may run the language plpgsql"
    ),
    "grant usage on schema raw to tenant_reader": "tenant_reader may use the schema raw",
    "grant usage on schema build to public": "tenant_reader may use the schema build",
    "grant create on schema marts to tenant_reader": "tenant_reader may create in marts",
    "grant temporary on database {database} to public": (
        "tenant_reader may on the database temporary"
    ),
    "grant connect on database {database} to public": "PUBLIC may enter {database}",
    "grant select on raw.messages to tenant_reader": (
        "tenant_reader may read without the row policy raw.messages"
    ),
    "grant insert (project_id) on marts.fct_sample to tenant_reader": (
        "tenant_reader may change marts.fct_sample"
    ),
    "alter table marts.fct_sample no force row level security": (
        "tenant_reader may read without the row policy marts.fct_sample"
    ),
    "alter table marts.fct_sample disable row level security": (
        "reveal_reader may read without the row policy marts.fct_sample"
    ),
    "create policy all_rows on marts.fct_sample for select to tenant_reader using (true)": (
        "tenant_reader may read without the row policy marts.fct_sample"
    ),
    "create policy all_rows on marts.fct_sample for select to project_101 using (true)": (
        "project_101 owns or was granted by name"
    ),
    "create view marts.v as select * from marts.fct_sample;"
    " grant select on marts.v to tenant_reader": (
        "tenant_reader may read without the row policy marts.v"
    ),
    "create materialized view marts.m as select * from marts.fct_sample;"
    " grant select on marts.m to tenant_reader": (
        "tenant_reader may read without the row policy marts.m"
    ),
    "create function marts.f() returns integer language sql security definer as 'select 1';"
    " grant execute on function marts.f() to public": (
        "tenant_reader may execute as its owner marts.f()"
    ),
    "grant select (message_count) on marts.fct_sample to project_101": (
        "project_101 owns or was granted by name"
    ),
    "grant execute on function pg_sleep(double precision) to project_101": (
        "project_101 owns or was granted by name function pg_sleep(double precision)"
    ),
    "create table marts.own (id integer); alter table marts.own owner to project_202": (
        "project_202 owns or was granted by name table marts.own"
    ),
    "alter default privileges for role indigo_owner in schema marts"
    " grant select on tables to tenant_reader": (
        "tenant_reader will be granted on new objects objects of indigo_owner"
    ),
    "alter role project_101 superuser": "role project_101 lacks: alter role project_101 login",
    "alter role project_101 bypassrls": "role project_101 lacks: alter role project_101 login",
    "alter role project_101 connection limit 100": "role project_101 lacks: alter role",
    "alter role project_101 set statement_timeout = 0": (
        "role project_101 lacks: alter role project_101 set statement_timeout = '30s'"
    ),
    "grant indigo_owner to project_101": "role project_101 lacks: revoke",
    "grant project_202 to project_101": "role project_101 lacks: revoke",
    "grant project_101_reveal to tenant_reader": "role tenant_reader lacks: revoke",
}


@pytest.fixture(scope="module")
def engine(module_database):
    create_sample_mart()
    engine = admin_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def admin(engine):
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def test_a_prepared_database_with_a_published_mart_has_no_fault(admin):
    assert find_faults(admin) == ()
    assert_protected(admin)


@pytest.mark.parametrize("statement", PLANTED)
def test_a_planted_right_is_found(admin, module_database, statement):
    if "project_101_reveal to tenant" in statement:
        # the reveal role is itself a member of the group: take that away, or the loop is refused
        admin.exec_driver_sql("revoke tenant_reader from project_101_reveal")
    admin.exec_driver_sql(statement.format(database=module_database.database))
    expected = PLANTED[statement].format(database=module_database.database)
    assert [fault for fault in find_faults(admin) if fault.startswith(expected)]


def test_the_error_says_how_many_rights_are_open_and_lists_them(admin):
    admin.exec_driver_sql("grant usage on schema raw, staging to tenant_reader")
    with pytest.raises(ProtectionError) as caught:
        assert_protected(admin)
    assert caught.value.faults == (
        "tenant_reader may use the schema raw",
        "tenant_reader may use the schema staging",
    )
    assert str(caught.value).startswith("2 rights are open that isolation needs closed")


def test_a_project_half_onboarded_is_a_fault(admin):
    admin.exec_driver_sql("create role project_4040 login")
    faults = find_faults(admin)
    assert "role project_4040 lacks: grant tenant_reader to project_4040" in faults
    assert "role rest_4040 lacks: create role rest_4040" in faults
    create_project_roles(admin, 4040)
    assert find_faults(admin) == ()
