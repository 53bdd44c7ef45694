"""The tables of raw and app, up and down, and who may do what with them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from lib.db.engines import admin_engine, engine_for_role
from lib.db.migrate import current_revision, downgrade, head_revision, upgrade

CAMPAIGNS = {
    "push_campaigns", "push_daily", "push_campaign_daily", "sms_campaigns", "sms_daily",
    "sms_campaign_daily", "email_campaigns", "email_daily", "email_campaign_daily",
    "whatsapp_campaign_daily", "inapp_daily",
}  # fmt: skip
LATER = CAMPAIGNS | {"api_calls", "other_lists", "other_statistics", "reconciliation"}
RAW = LATER | {
    "agent_sessions", "applications", "batches", "channels", "checkpoints", "contacts",
    "messages", "rejects",
}  # fmt: skip
APP = {
    "audit_heads", "erasures", "audit_log", "audit_queue", "login_tickets", "sessions", "users",
    "alerts", "agent_names", "brands", "data_versions", "dbt_runs", "entity_rules", "huellas",
    "offboardings", "projects", "purges", "schedules", "sync_state", "used_tokens",
}  # fmt: skip
TABLES = (
    "select relname from pg_class where relkind = 'r' and relnamespace = cast(:s as regnamespace)"
)
PROJECT = (
    "insert into app.projects (project_id, slug, name, backfill_from)"
    " values ({0}, 'p-{0}', 'Proyecto {0}', '2026-01-01')"
)


def session_of(role):
    engine = engine_for_role(role)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture
def owner(database):
    yield from session_of("indigo_owner")


@pytest.fixture
def ingest(database):
    yield from session_of("indigo_ingest")


@pytest.fixture
def purge(database):
    yield from session_of("indigo_purge")


@pytest.fixture
def app(database):
    yield from session_of("indigo_app")


def tables(connection, schema):
    return set(connection.scalars(text(TABLES), {"s": schema})) - {"alembic_version"}


def test_up_down_and_up_again(owner):
    assert (tables(owner, "raw"), tables(owner, "app")) == (RAW, APP)
    downgrade(owner, "0001")
    assert (tables(owner, "raw"), tables(owner, "app")) == (RAW - LATER, set())
    downgrade(owner, "base")
    assert (tables(owner, "raw"), tables(owner, "app")) == (set(), set())
    assert current_revision(owner) is None
    upgrade(owner)
    assert (tables(owner, "raw"), tables(owner, "app")) == (RAW, APP)
    assert current_revision(owner) == head_revision()


def test_the_tables_after_down_and_up_are_the_same(owner):
    describe = text("""
        select c.oid::regclass::text, c.relacl::text, c.relforcerowsecurity,
            array(select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull
                from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 order by a.attnum),
            array(select p.polname || pg_get_expr(p.polqual, p.polrelid)
                from pg_policy as p where p.polrelid = c.oid order by 1)
        from pg_class as c
        where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('raw', 'app') order by 1
    """)
    before = owner.execute(describe).all()
    downgrade(owner, "base")
    upgrade(owner)
    assert owner.execute(describe).all() == before


def test_upgrading_what_is_current_leaves_the_data_alone(owner):
    owner.exec_driver_sql(PROJECT.format(101))
    upgrade(owner)
    assert owner.scalar(text("select count(*) from app.projects")) == 1


def test_every_key_and_index_of_a_table_with_projects_begins_with_the_project(owner):
    """Numbered rows (batches, rejects, runs) have their own number as key."""
    query = text("""
        select i.indexrelid::regclass::text
        from pg_index as i
        inner join pg_class as c on c.oid = i.indrelid
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where c.relnamespace::regnamespace::text in ('raw', 'app') and a.attname <> 'project_id'
    """)
    assert set(owner.scalars(query)) == {
        "raw.batches_pkey",
        "raw.rejects_pkey",
        "app.dbt_runs_pkey",
        "app.projects_slug_key",
        "app.sessions_session_hash_key",
        "app.users_username_key",
        "app.login_tickets_ticket_hash_key",
        "app.alembic_version_pkc",
    }


def test_every_app_table_with_a_project_forces_row_security(owner):
    query = text("""
        select c.relname::text, c.relrowsecurity and c.relforcerowsecurity
        from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attname = 'project_id'
        where c.relkind = 'r' and c.relnamespace = 'app'::regnamespace
    """)
    assert dict(owner.execute(query).all()) == dict.fromkeys(APP - {"dbt_runs"}, True)


def test_the_ingestion_writes_raw_and_its_state_but_deletes_nothing(ingest):
    ingest.exec_driver_sql(
        "insert into raw.batches (project_id, endpoint, status, started_at)"
        " values (101, 'chat_history', 'loading', now()), (202, 'chat_history', 'loading', now())"
    )
    ingest.exec_driver_sql("update raw.batches set status = 'committed'")
    ingest.exec_driver_sql(
        "insert into app.sync_state (project_id, endpoint) values (101, 'contacts')"
    )
    ingest.exec_driver_sql("update app.sync_state set last_status = 'ok'")
    ingest.exec_driver_sql("create temporary table incoming (like raw.messages)")
    assert ingest.scalar(text("select count(*) from raw.batches")) == 2
    for forbidden in (
        "delete from raw.batches",
        "truncate raw.messages",
        "update app.projects set name = 'x'",
        "select * from app.data_versions",
        "create table marts.mine (id integer)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), ingest.begin_nested():
            ingest.exec_driver_sql(forbidden)


def test_the_purge_deletes_from_raw_and_can_change_neither_rows_nor_its_evidence(purge):
    purge.exec_driver_sql("delete from raw.messages")
    purge.exec_driver_sql("update app.projects set kept_from = '2026-01-01'")
    purge.exec_driver_sql(
        "insert into app.purges (run_id, project_id, kept_from, table_name, row_count,"
        " keys_checksum, purged_at) values ('r', 101, '2026-01-01', 'raw.messages', 1, 'x', now())"
    )
    assert purge.scalar(text("select purged_by from app.purges")) == "indigo_purge"
    for forbidden in (
        "update raw.messages set content = 'x'",
        "insert into raw.contacts (project_id) values (1)",
        "truncate raw.messages",
        "update app.projects set retention_months = 1",
        "update app.purges set row_count = 2",
        "delete from app.purges",
        "delete from app.data_versions",
        "create table marts.mine (id integer)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), purge.begin_nested():
            purge.exec_driver_sql(forbidden)


def test_the_ingestion_sees_every_project(ingest):
    admin = admin_engine()
    with admin.begin() as connection:
        connection.exec_driver_sql(PROJECT.format(101))
        connection.exec_driver_sql(PROJECT.format(202))
    admin.dispose()
    assert set(ingest.scalars(text("select project_id from app.projects"))) == {101, 202}


@pytest.mark.parametrize(
    "statement",
    [
        "select * from raw.messages",
        "select * from app.dbt_runs",
        "insert into app.entity_rules values (101, 1, 'agent', 'x', 'E')",
        "update app.projects set is_demo = true",
        "delete from app.agent_names",
        "alter table app.projects no force row level security",
        "create table staging.mine (id integer)",
        "create temporary table mine (id integer)",
    ],
)
def test_the_app_role_has_no_right_beyond_reading_its_tables(app, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        app.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (PROJECT.format(0), "projects_project_id_check"),
        (
            "insert into app.projects (project_id, slug, name, backfill_from)"
            " values (1, 'Con Espacio', 'x', '2026-01-01')",
            "projects_slug_check",
        ),
        (
            "insert into app.entity_rules values (101, 1, 'agent', 'ANA', 'E')",
            "entity_rules_match_value_check",
        ),
        (
            "insert into app.entity_rules values (101, 1, 'guess', 'ana', 'E')",
            "entity_rules_rule_kind_check",
        ),
        (
            "insert into app.entity_rules values (101, 1, 'agent', 'ana', 'E'),"
            " (101, 1, 'agent', 'eva', 'E'); set constraints all immediate",
            "entity_rules_priority",
        ),
    ],
)
def test_rows_that_would_make_no_sense_are_refused(owner, statement, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        owner.exec_driver_sql(statement)
