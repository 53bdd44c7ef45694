"""The restore drill: what one server kept stands on another one, and isolates as well as before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from infra.backup import TargetError, dump, load_rows, restore
from infra.backup_check import RestoreFaultsError, assert_restored, find_differences
from infra.backup_folder import read_backup
from lib.audit.chain import audit_key, chain_waiting
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.audit.verify import verify_chains
from lib.config import get_settings
from lib.db.embedded import embedded_server
from lib.db.engines import admin_engine, engine_for_role
from lib.db.migrate import head_revision
from lib.db.role_sync import read_role_states
from lib.db.roles import OWNER, PLATFORM_ROLES, TENANT_READER, project_role, project_roles
from lib.db.scoped import close_app_connections
from lib.db.server.client_programs import ProgramFailedError
from lib.db.tenant import TenantPools, tenant_connection
from lib.db.verify import find_faults
from tests.conftest import empty_database
from tests.support.canary_marts import FOREIGN, OWN, ROWS, canaries_in, create_canary_marts
from tests.support.local_server import reachable_folder
from tests.support.marts import personal_columns
from tests.support.metric_world import mart_columns

REFUSED = {
    "a setting": "select set_config('role', 'project_202', false)",
    "another project": "set role project_202",
    "hidden SQL": "select query_to_xml('select 1', true, false, '')",
    "a block": "do $$ begin perform 1; end $$",
    "sleep": "select pg_sleep(1)",
    "statistics": "select most_common_vals from pg_stats",
    "raw": "select content from raw.messages",
    "app": "select slug from app.projects",
    "a table": "create temp table t (id int)",
}
# a mistake in the restored database, and a line of what the comparison and the lint say of it
MISTAKES = {
    "row security switched off": (
        "alter table marts.fct_conversations disable row level security",
        "missing: marts.fct_conversations is owned by indigo_owner, row security t",
        "marts.fct_conversations lacks row level security",
    ),
    "policy missing": (
        "drop policy tenant_rows on marts.fct_conversations",
        "missing: marts.fct_conversations has the policy tenant_rows",
        "marts.fct_conversations lacks the row policy",
    ),
    "column granted to all": (
        "grant select on app.sessions to tenant_reader",
        "not kept: app.sessions: SELECT to tenant_reader",
        "tenant_reader may read without the row policy app.sessions",
    ),
    "a function given back": (
        "grant execute on function pg_sleep(double precision) to public",
        None,
        "tenant_reader may execute pg_sleep(double precision)",
    ),
    "append-only trigger gone": (
        "drop trigger append_only on app.audit_log",
        "missing: app.audit_log has the trigger append_only",
        None,
    ),
    "a row lost": (
        "delete from raw.messages where project_id = 101",
        "raw.messages: 2 rows were kept, 1 are there",
        None,
    ),
}


@dataclass(frozen=True)
class Kept:
    """A written backup and what its source looked like."""

    folder: Path
    source: URL


@contextmanager
def pointed_at(address: URL) -> Iterator[None]:
    """DATABASE_URL is this address within the block."""
    with pytest.MonkeyPatch.context() as patch:
        close_app_connections()
        patch.setenv("DATABASE_URL", address.render_as_string(hide_password=False))
        get_settings.cache_clear()
        yield
        close_app_connections()
    get_settings.cache_clear()


@contextmanager
def administrator() -> Iterator:
    engine = admin_engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def kept(module_database, tmp_path_factory):
    create_canary_marts()
    for number in range(3):
        record(AuditEvent(Action.PAGE, OWN, "ana", {"page": f"/{number}"}))
    record(AuditEvent(Action.REFUSAL, None, "unknown", {"reason": "expired"}))
    owner = engine_for_role(OWNER)
    with owner.begin() as connection:
        connection.exec_driver_sql(
            "create view staging.stg_sample with (security_invoker) as select 1 as one"
        )
        assert chain_waiting(connection, key()) == 4
    owner.dispose()
    # one more that still waits for its place in the chain
    record(AuditEvent(Action.PAGE, FOREIGN, "eva", {"page": "/"}))
    folder = tmp_path_factory.mktemp("backups") / "2026-02-17"
    dump(folder)
    return Kept(folder, module_database)


@pytest.fixture(scope="module")
def second_server(kept):
    with reachable_folder() as home, embedded_server(home) as running:
        yield make_url(running.admin_url).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="module")
def restored(kept, second_server):
    with pointed_at(second_server):
        restore(kept.folder)
        yield kept


def marts() -> set[str]:
    return set(mart_columns(get_settings().manifest_dir / "manifest.json"))


def key() -> bytes:
    return audit_key(get_settings().master_secret.get_secret_value())


def test_the_backup_is_open_to_its_owner_alone_and_says_what_is_in_it(kept):
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in kept.folder.iterdir()}
    assert modes == {"database.dump": "0o600", "backup.json": "0o600"}
    assert oct(kept.folder.stat().st_mode & 0o777) == "0o700"
    backup = read_backup(kept.folder)
    assert backup.projects == (OWN, FOREIGN)
    assert backup.revision == head_revision()
    assert (backup.rows["raw.messages"], backup.rows["app.audit_log"]) == (2, 4)
    assert not canaries_in((kept.folder / "backup.json").read_text())


def test_every_role_is_back_with_its_limits_and_each_project_is_in_one_group(restored):
    with administrator() as admin, admin.connect() as connection:
        states = read_role_states(connection)
    wanted = [*PLATFORM_ROLES, *project_roles(OWN), *project_roles(FOREIGN)]
    assert set(states) == {role.name for role in wanted}
    for project in (OWN, FOREIGN):
        state = states[project_role(project)]
        assert state.member_of == {TENANT_READER}
        assert (state.connection_limit, state.has_power) == (8, False)
        assert state.settings["default_transaction_read_only"] == "on"


def test_the_lint_finds_nothing_in_the_restored_database(restored):
    with administrator() as admin, admin.connect() as connection:
        assert find_faults(connection, personal_columns()) == ()


def test_rows_rights_and_policies_are_the_same_one_by_one(restored):
    backup = read_backup(restored.folder)
    with administrator() as admin, admin.connect() as connection:
        assert find_differences(connection, backup) == []
    policies = [line for line in backup.rights if " has the policy tenant_rows" in line]
    assert len(policies) == len(marts())
    assert "marts.dim_contacts.contact_name: SELECT to reveal_reader" in backup.rights
    assert "marts.dim_contacts.contact_name: SELECT to tenant_reader" not in backup.rights


@pytest.mark.parametrize(("project", "other"), [(OWN, FOREIGN), (FOREIGN, OWN)])
def test_a_project_sees_its_rows_of_every_mart_and_none_of_the_other(restored, project, other):
    pools = TenantPools()
    seen = {}
    try:
        for mart in marts():
            with tenant_connection(pools, project) as connection:
                query = text(f"select project_id, count(*) from marts.{mart} group by 1")
                seen[mart] = [tuple(row) for row in connection.execute(query)]
    finally:
        pools.close()
    # the foreign marts hold five rows each, so none is read through an empty table
    assert seen == {mart: [(project, ROWS[project])] for mart in marts()}
    with administrator() as admin, admin.connect() as connection:
        there = text("select count(*) from marts.fct_conversations where project_id = :other")
        assert connection.scalar(there, {"other": other}) == ROWS[other]


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_restored_server_refuses_a_project(restored, attempt):
    pools = TenantPools()
    try:
        with (
            pytest.raises(DBAPIError) as refusal,
            tenant_connection(pools, OWN) as connection,
        ):
            connection.exec_driver_sql(REFUSED[attempt])
    finally:
        pools.close()
    assert refusal.value.orig.sqlstate in ("42501", "25006", "3F000")


def test_the_audit_chains_verify_and_go_on(restored):
    owner = engine_for_role(OWNER)
    with owner.begin() as connection:
        verdicts = {v.project_id: v for v in verify_chains(connection, [key()])}
        assert {project: v.rows for project, v in verdicts.items()} == {0: 1, OWN: 3}
        assert all(verdict.is_intact for verdict in verdicts.values())
    with owner.connect() as connection:
        # the event that waited is chained in the restored database, and new ones follow it
        assert chain_waiting(connection, key()) == 1
        verdicts = {v.project_id: v for v in verify_chains(connection, [key()])}
        assert (verdicts[FOREIGN].rows, verdicts[FOREIGN].is_intact) == (1, True)
        connection.rollback()
    owner.dispose()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_restored_database_is_found(restored, mistake):
    statement, difference, fault = MISTAKES[mistake]
    backup = read_backup(restored.folder)
    with administrator() as admin, admin.connect() as connection:
        connection.exec_driver_sql(statement)
        differences, faults = find_differences(connection, backup), find_faults(connection)
        connection.rollback()
    assert difference is None or [line for line in differences if line.startswith(difference)]
    assert fault is None or fault in faults
    assert differences or faults


def test_an_audit_row_changed_after_the_restore_is_found(restored):
    change = "update app.audit_log set actor = :actor where project_id = 101 and position = 2"
    with administrator() as admin:
        for actor, is_found in (("eva", True), ("ana", False)):
            with admin.begin() as connection:
                connection.exec_driver_sql("alter table app.audit_log disable trigger append_only")
                connection.execute(text(change), {"actor": actor})
                connection.exec_driver_sql("alter table app.audit_log enable trigger append_only")
            if is_found:
                with pytest.raises(RestoreFaultsError, match="project 101: changed at 2"):
                    assert_restored(admin)
            else:
                assert_restored(admin)


def test_rows_brought_without_roles_and_revokes_are_found(restored, second_server):
    with empty_database(second_server) as address, pointed_at(address):
        admin = create_engine(address)
        with admin.begin() as connection:
            for schema in ("raw", "staging", "build", "marts", "app"):
                connection.exec_driver_sql(f"create schema {schema} authorization indigo_owner")
        load_rows(restored.folder, read_backup(restored.folder))
        with admin.connect() as connection:
            faults = find_faults(connection)
        admin.dispose()
    assert {
        "tenant_reader may execute query_to_xml(text,boolean,boolean,text)",
        "tenant_reader may execute set_config(text,text,boolean)",
        "tenant_reader may read the catalogue pg_stats",
        "PUBLIC may enter " + address.database,
    } <= set(faults)


def test_a_server_without_the_roles_takes_no_row(kept):
    with reachable_folder() as home, embedded_server(home) as running:
        address = make_url(running.admin_url).set(drivername="postgresql+psycopg")
        with pointed_at(address), pytest.raises(ProgramFailedError, match="does not exist"):
            load_rows(kept.folder, read_backup(kept.folder))


def test_another_master_secret_is_noticed_by_the_audit_log(kept, monkeypatch):
    with reachable_folder() as home, embedded_server(home) as running:
        address = make_url(running.admin_url).set(drivername="postgresql+psycopg")
        monkeypatch.setenv("INDIGITALL_MASTER_SECRET", token_hex(32))
        with pointed_at(address), pytest.raises(RestoreFaultsError, match="project 101: changed"):
            restore(kept.folder)
        monkeypatch.undo()
    get_settings.cache_clear()


def test_a_database_that_holds_something_is_not_restored_into(restored):
    with pytest.raises(TargetError, match="expected to be empty"):
        restore(restored.folder)
