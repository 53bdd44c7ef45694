"""What hostile SQL on a project's connection may try. No guard: the database alone must hold."""

import contextlib
import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.db.roles import project_role, reveal_role
from lib.db.tenant import TenantPools, tenant_connection
from lib.db.urls import role_url
from tests.support.sample_mart import create_sample_mart

REFUSED = {
    # becoming somebody else
    "another project": "set role project_202",
    "another project's reveal": "set local role project_202_reveal",
    "the own reveal": "set role project_101_reveal",
    "the owner": "set role indigo_owner",
    "the platform": "set role indigo_platform",
    "a session": "set session authorization project_202",
    "a setting": "select set_config('role', 'project_202', false)",
    "a setting in a CTE": (
        "with s as materialized (select set_config('role', 'project_202', true))"
        " select message_count from s, marts.fct_sample"
    ),
    "a setting in a join": (
        "select message_count from (select set_config('app.project_id', '202', true)) as s,"
        " lateral (select message_count from marts.fct_sample) as t"
    ),
    # SQL hidden in a text
    "query_to_xml": "select query_to_xml('select * from marts.fct_sample', true, false, '')",
    "table_to_xml": "select table_to_xml('marts.fct_sample', true, false, '')",
    "cursor_to_xml": "select cursor_to_xml('c', 1, true, false, '')",
    "ts_stat": "select * from ts_stat('select to_tsvector(contact_id) from marts.fct_sample')",
    "ts_rewrite": "select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')",
    "a block": "do $$ begin execute 'select 1'; end $$",
    "a function": "create function pg_temp.f() returns int language sql as 'select 1'",
    # leaving something behind
    "a temporary table": "create temp table t (id int)",
    "a table": "create table marts.t (id int)",
    "a schema": "create schema mine",
    "a row": "insert into marts.fct_sample values (101, '2026-02-17', 1, null)",
    "a change": "update marts.fct_sample set project_id = 101",
    "a deletion": "delete from marts.fct_sample",
    "a lock": "begin; lock table marts.fct_sample in access exclusive mode",
    "select into": "select 1 as one into marts.t",
    "large object": "select lo_from_bytea(0, 'x')",
    "large object, old": "select lo_create(0)",
    "comment": "comment on table marts.fct_sample is 'x'",
    "switching the policy off": "alter table marts.fct_sample disable row level security",
    "a policy": "create policy p on marts.fct_sample using (true)",
    "a grant": "grant select on marts.fct_sample to public",
    # rooms that are closed
    "personal column": "select contact_id from marts.fct_sample",
    "every column": "select * from marts.fct_sample",
    "whole row": "select fct_sample from marts.fct_sample",
    "raw": "select * from raw.messages",
    "app": "select * from app.projects",
    "build": "select * from build.anything",
    "staging": "select * from staging.anything",
    "file": "select pg_read_file('postgresql.conf')",
    "folder": "select pg_ls_dir('.')",
    "program": "copy marts.fct_sample (project_id) to program 'cat'",
    "file by copy": "copy marts.fct_sample (project_id) to '/tmp/x'",
    # looking around
    "passwords": "select * from pg_authid",
    "roles": "select * from pg_roles",
    "users": "select * from pg_user",
    "activity": "select * from pg_stat_activity",
    "statistics": "select most_common_vals from pg_stats",
    "row counts": "select reltuples from pg_class",
    "policies": "select * from pg_policies",
    "databases": "select * from pg_database",
    "settings": "select * from pg_settings",
    "information_schema": "select * from information_schema.tables",
    "privileges": "select has_table_privilege('raw.messages', 'select')",
    "definitions": "select pg_get_viewdef('pg_stats'::regclass)",
    "sizes": "select pg_total_relation_size('marts.fct_sample')",
    "a setting read": "select current_setting('data_directory')",
    # holding others up
    "sleep": "select pg_sleep(10)",
    "advisory lock": "select pg_advisory_lock(1)",
    "signal": "select pg_cancel_backend(1)",
    "notify": "select pg_notify('channel', 'x')",
    "snapshot": "select pg_export_snapshot()",
    "sequence": "select setval('raw.batches_batch_id_seq', 1)",
    "more disk": "set temp_file_limit = -1",
    "checkpoint": "checkpoint",
    "system": "alter system set log_statement = 'all'",
    "own limits": "alter role project_101 connection limit 100",
}
# refused for want of a right, because nothing may be written, or because it cannot be done at all
SQLSTATES = {"42501", "25006", "25001", "3F000", "42704"}


def session_of(role, **elsewhere):
    url = role_url(role).set(drivername="postgresql", **elsewhere)
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def wait_until_nobody_is_left(role):
    """Sessions end a moment after their client has closed them."""
    query = "select count(*) from pg_stat_activity where usename = %s"
    deadline = time.monotonic() + 10
    with session_of("indigo_backup") as session:
        while session.execute(query, [role]).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture(scope="module", autouse=True)
def marts(module_database):
    create_sample_mart()


@pytest.fixture
def tenant():
    """A session of project 101 as an attacker would like it: writable, and outside any pool."""
    with session_of(project_role(101)) as session:
        session.execute("set default_transaction_read_only = off")
        yield session


@pytest.mark.parametrize("attack", REFUSED)
def test_refused_even_in_a_session_without_the_pool_s_care(tenant, attack):
    with pytest.raises(psycopg.Error) as caught:
        tenant.execute(REFUSED[attack])
    assert caught.value.sqlstate in SQLSTATES


@pytest.mark.parametrize("attack", REFUSED)
def test_refused_on_the_connection_the_pages_use(attack):
    pools = TenantPools()
    with pytest.raises((DBAPIError, psycopg.Error)), tenant_connection(pools, 101) as connection:
        connection.exec_driver_sql(REFUSED[attack])
    with tenant_connection(pools, 101) as connection:
        seen = connection.scalars(text("select distinct project_id from marts.fct_sample")).all()
    pools.close()
    assert seen == [101]


def test_becoming_the_group_shows_no_row_at_all(tenant):
    tenant.execute("set role tenant_reader")
    assert tenant.execute("select count(*) from marts.fct_sample").fetchone() == (0,)


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from marts.fct_sample where project_id = 202",
        "select count(*) from marts.fct_sample where project_id <> 101",
        "select count(*) from (select project_id from marts.fct_sample offset 0) as t"
        " where t.project_id = 202",
        "select count(*) from marts.fct_sample as a, marts.fct_sample as b"
        " where b.project_id = 202",
        "select count(1 / (project_id - 202)) from marts.fct_sample where project_id = 202",
    ],
)
def test_no_form_of_the_question_reaches_another_project_s_rows(tenant, query):
    assert tenant.execute(query).fetchone() == (0,)


def test_an_error_cannot_carry_another_project_s_value_out(tenant):
    """A condition that fails on the other project's rows never gets to see them."""
    query = "select count(*) from marts.fct_sample where 1 / (message_count - 50) is not null"
    assert tenant.execute(query).fetchone() == (2,)


def test_the_reveal_role_sees_the_personal_column_of_its_project_only():
    with session_of(reveal_role(202)) as session:
        rows = session.execute("select project_id, contact_id from marts.fct_sample").fetchall()
        assert session.execute("show transaction_read_only").fetchone() == ("on",)
    assert rows == [(202, "573000000201")]


def test_the_gateway_becomes_a_rest_role_that_sees_its_project_and_cannot_go_on():
    with session_of("authenticator") as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("select project_id from marts.fct_sample")
        with session.transaction():
            session.execute("select set_config('role', 'rest_101', true)")
            assert session.execute("select current_setting('role')").fetchone() == ("rest_101",)
            rows = session.execute("select project_id, message_count from marts.fct_sample")
            assert sorted(rows.fetchall()) == [(101, 3), (101, 4)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
                session.execute("select set_config('role', 'rest_202', true)")
        for role in ("project_101", "indigo_owner", "indigo_platform", "project_101_reveal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"set role {role}")


def test_a_project_cannot_enter_another_database_of_the_server():
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        session_of(project_role(101), database="postgres")


def test_a_project_has_no_more_sessions_than_its_role_allows():
    wait_until_nobody_is_left(project_role(101))
    with contextlib.ExitStack() as sessions:
        for _ in range(8):
            sessions.enter_context(session_of(project_role(101)))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            session_of(project_role(101))
