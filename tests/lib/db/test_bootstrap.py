"""What the administrator's step leaves behind, on whichever server the tests run."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from lib.db.bootstrap import SCHEMAS, bootstrap
from lib.db.engines import admin_engine, engine_for_role
from lib.db.migrate import downgrade, upgrade
from lib.db.prepare import prepare_database
from lib.db.revokes import CLOSED_FUNCTIONS
from lib.db.roles import PLATFORM_ROLES
from lib.db.verify import find_faults

LIMITED = "limited_admin"


@pytest.fixture
def admin(database):
    engine = admin_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def limited_admin(database):
    """An administrator as a managed server gives one: makes roles, owns the database, no more."""
    groups = ", ".join(role.name for role in PLATFORM_ROLES)
    engine = admin_engine()
    with engine.begin() as connection:
        before = connection.scalar(text("select current_user"))
        for statement in (
            f"create role {LIMITED} login createrole password 'limited-and-invented'",
            f"alter database {database.database} owner to {LIMITED}",
            f"grant {groups} to {LIMITED} with admin option",
        ):
            connection.exec_driver_sql(statement)
    limited = create_engine(
        make_url(database).set(username=LIMITED, password="limited-and-invented")
    )
    yield limited
    limited.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"reassign owned by {LIMITED} to {before}")
        connection.exec_driver_sql(f"drop owned by {LIMITED} cascade")
        connection.exec_driver_sql(f"drop role {LIMITED}")
    engine.dispose()


def test_a_second_bootstrap_changes_nothing(admin):
    result = bootstrap(admin)
    assert (result.changes, result.missing) == ((), ())


def test_a_prepared_database_is_prepared_again_without_a_change(admin):
    result = prepare_database()
    assert (result.changes, result.missing) == ((), ())


def test_every_schema_belongs_to_the_owner(admin):
    query = "select nspname, nspowner::regrole::text from pg_namespace where nspname = any(:names)"
    with admin.connect() as connection:
        owners = dict(connection.execute(text(query), {"names": list(SCHEMAS)}).all())
    assert owners == dict.fromkeys(SCHEMAS, "indigo_owner")


def test_what_public_gets_back_by_hand_is_taken_again(admin):
    planted = (
        "grant execute on function pg_sleep(double precision) to public",
        "grant select on pg_stats to public",
        "grant select (rolname) on pg_roles to public",
        "grant usage on language plpgsql to public",
        "grant usage on schema public to public",
    )
    with admin.begin() as connection:
        for statement in planted:
            connection.exec_driver_sql(statement)
        assert len(find_faults(connection)) > len(planted)
    result = bootstrap(admin)
    assert "revoke execute on function (1) from public" in result.changes
    assert "revoke all on table (2) from public" in result.changes
    with admin.connect() as connection:
        assert find_faults(connection) == ()


def test_the_closed_functions_are_hundreds_and_hold_the_dangerous_ones(admin):
    query = f"select distinct proname from pg_proc as p where {CLOSED_FUNCTIONS}"
    with admin.connect() as connection:
        names = set(connection.scalars(text(query)))
    assert len(names) > 350
    assert names >= {
        "set_config", "current_setting", "query_to_xml", "table_to_xmlschema", "cursor_to_xml",
        "database_to_xml", "schema_to_xml_and_xmlschema", "ts_stat", "ts_rewrite", "lo_from_bytea",
        "lo_put", "loread", "lowrite", "pg_sleep", "pg_sleep_for", "pg_notify", "pg_advisory_lock",
        "pg_try_advisory_xact_lock", "pg_read_file", "pg_read_binary_file", "pg_ls_dir",
        "pg_stat_file", "has_table_privilege", "pg_has_role", "pg_get_viewdef", "pg_get_userbyid",
        "pg_relation_size", "pg_stat_get_activity", "pg_terminate_backend", "pg_cancel_backend",
        "pg_export_snapshot", "pg_current_xact_id", "txid_current", "nextval", "setval",
        "inet_server_addr", "pg_show_all_settings",
    }  # fmt: skip


def test_what_analytics_needs_is_not_among_the_closed_functions(admin):
    """No operator, cast, aggregate, type or window runs a closed function."""
    query = f"""
        with closed as (select p.oid, p.proname from pg_proc as p where {CLOSED_FUNCTIONS})
        select c.proname from closed as c where c.oid in (
            select oprcode::oid from pg_operator
            union all select castfunc from pg_cast
            union all select amproc::oid from pg_amproc
            union all
            select unnest(array[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn]::oid[])
            from pg_aggregate
            union all
            select unnest(array[typinput, typoutput, typreceive, typsend, typmodin]::oid[])
            from pg_type
        )
    """
    with admin.connect() as connection:
        assert connection.scalars(text(query)).all() == []


def test_the_platform_keeps_what_public_had_and_gains_nothing(admin):
    allowed = (
        "select pg_size_pretty(0::bigint), current_setting('server_version'),"
        " pg_advisory_xact_lock(1), has_table_privilege('raw.batches', 'select')",
        "select count(*) from information_schema.columns, pg_roles",
        "do $$ begin perform 1; end $$",
    )
    refused = (
        "select pg_read_file('PG_VERSION')",
        "select pg_ls_dir('.')",
        "select * from pg_authid",
    )
    owner = engine_for_role("indigo_owner")
    with owner.connect() as connection:
        for statement in allowed:
            connection.exec_driver_sql(statement)
        for statement in refused:
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                connection.begin_nested(),
            ):
                connection.exec_driver_sql(statement)
    owner.dispose()


def test_two_starts_at_once_prepare_the_database_once(database):
    owner = engine_for_role("indigo_owner")
    with owner.begin() as connection:
        downgrade(connection, "base")
    owner.dispose()
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: prepare_database(), range(3)))
    assert [result.missing for result in results] == [(), (), ()]


@pytest.mark.parametrize("right", ["temporary", "create"])
def test_only_the_builders_may_make_things_in_the_database(admin, right):
    roles = ("indigo_owner", "indigo_ingest", "indigo_app", "tenant_reader", "authenticator")
    query = text("select has_database_privilege(:role, current_database(), :right)")
    with admin.connect() as connection:
        may = {r for r in roles if connection.scalar(query, {"role": r, "right": right})}
    expected = {"indigo_owner", "indigo_ingest"} if right == "temporary" else {"indigo_owner"}
    assert may == expected


def test_a_function_made_later_is_not_everybody_s(admin):
    with admin.connect() as connection:
        connection.exec_driver_sql("set role indigo_owner")
        connection.exec_driver_sql(
            "create function marts.peek() returns bigint language sql security definer"
            " as 'select count(*) from raw.messages'"
        )
        connection.exec_driver_sql("reset role")
        may = text("select has_function_privilege('tenant_reader', 'marts.peek()', 'execute')")
        assert connection.scalar(may) is False
        connection.rollback()


def test_the_backup_role_can_dump_tables_that_force_row_security(admin):
    backup = engine_for_role("indigo_backup")
    with admin.begin() as connection:
        connection.exec_driver_sql(
            "insert into app.projects (project_id, slug, name, backfill_from)"
            " values (101, 'uno', 'Uno', '2026-01-01'), (202, 'dos', 'Dos', '2026-01-01')"
        )
    with backup.connect() as connection:
        # what pg_dump says first: an error instead of a silently filtered dump
        connection.exec_driver_sql("set row_security = off")
        assert connection.scalar(text("select count(*) from app.projects")) == 2
        connection.exec_driver_sql("select count(*) from raw.messages, pg_class")
    backup.dispose()


def test_without_a_superuser_the_missing_protections_are_named_and_the_rest_works(
    database, limited_admin
):
    result = bootstrap(limited_admin)
    needs_superuser = [line for line in result.missing if line.endswith("needs a superuser")]
    assert needs_superuser == [
        "PUBLIC cannot enter the maintenance databases: needs a superuser",
        "dangerous functions are closed to PUBLIC: needs a superuser",
        "system catalogues are closed to PUBLIC: needs a superuser",
        "plpgsql is closed to PUBLIC: needs a superuser",
    ]
    owner = engine_for_role("indigo_owner")
    with owner.begin() as connection:
        upgrade(connection)
        assert connection.scalar(text("select count(*) from app.projects")) == 0
    owner.dispose()
