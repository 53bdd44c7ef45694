"""Every mart of the models with rows of two projects, one of which only canaries fill.

Whatever belongs to the foreign project is recognisable wherever it turns up: in rows, in sums, in
notices and in the text of errors.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text

from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.mart_checks import TENANT_POLICY
from lib.db.onboarding import create_project_roles
from lib.db.roles import OWNER
from tests.support.metric_world import mart_columns
from tests.support.raw_source import Message, RawSource, at

OWN, FOREIGN = 101, 202
ROWS = {OWN: 3, FOREIGN: 5}
# numbers of the foreign project have nine digits and begin with 77, its five rows add up to 385...,
# its days lie in March 2031
CANARY = re.compile(r"canario|(?<!\d)(?:77\d{7}|38500\d{5})(?!\d)|2031[-, ]+0?3", re.IGNORECASE)
BASE = 770_000_000


def create_canary_marts() -> None:
    """Both projects with their roles, raw rows and marts, protected as publication does it."""
    admin = admin_engine()
    with admin.begin() as connection:
        for project_id in (OWN, FOREIGN):
            create_project_roles(connection, project_id)
    admin.dispose()
    owner = engine_for_role(OWNER)
    for project_id, word in ((OWN, "propio"), (FOREIGN, "canario")):
        source = RawSource(owner, project_id).create(
            rules=[("agent_domain", f"{word}.example", word)]
        )
        source.load([Message(message_id=f"{word}-1", sent_at=at("2026-02-10 09:00"), content=word)])
    with owner.begin() as connection:
        for mart, columns in mart_columns(get_settings().manifest_dir / "manifest.json").items():
            _create(connection, mart, columns)
            for project_id, count in ROWS.items():
                for number in range(1, count + 1):
                    _insert(connection, mart, columns, project_id, number)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    owner.dispose()


def empty_foreign_marts() -> None:
    """Take the foreign project's rows out of every mart, as if it had never had any."""
    owner = engine_for_role(OWNER)
    with owner.begin() as connection:
        for mart in mart_columns(get_settings().manifest_dir / "manifest.json"):
            connection.execute(
                text(f"delete from marts.{mart} where project_id = :foreign"), {"foreign": FOREIGN}
            )
    owner.dispose()


def canaries_in(value: object) -> list[str]:
    """What of the foreign project shows in a value of any kind, a row or a message."""
    return CANARY.findall(repr(value))


def state_of_database(engine: Engine) -> dict[str, str]:
    """A fingerprint of everything a statement could leave behind, by what it is."""
    found = {}
    with engine.connect() as connection:
        for name, query in FINGERPRINTS.items():
            rows = connection.execute(text(query)).all()
            found[name] = json.dumps([tuple(map(str, row)) for row in rows])
        for (mart,) in connection.execute(text(TABLES)).all():
            rows = connection.execute(text(f"select t::text from {mart} as t order by 1")).all()
            found[mart] = json.dumps([row[0] for row in rows])
    return found


# what sessions of their own change by themselves (temporary schemas and their toast) is left out
FINGERPRINTS = {
    "relations": (
        "select c.oid, c.relname, c.relnamespace, c.relowner, c.relacl, c.reloptions,"
        " c.relrowsecurity, c.relforcerowsecurity from pg_class as c"
        " inner join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname !~ '^pg_(temp|toast_temp)' order by 1"
    ),
    "columns": "select attrelid, attname, attacl from pg_attribute where attacl is not null"
    " order by 1, 2",
    "schemas": "select nspname, nspowner, nspacl from pg_namespace"
    " where nspname !~ '^pg_(temp|toast_temp)' order by 1",
    "functions": "select oid, proname, proowner, proacl, provolatile from pg_proc order by 1",
    "types": "select oid, typname from pg_type where typnamespace not in"
    " (select oid from pg_namespace where nspname ~ '^pg_(temp|toast_temp)') order by 1",
    "policies": "select oid, polname, polrelid, pg_get_expr(polqual, polrelid) from pg_policy"
    " order by 1",
    "roles": "select rolname, rolsuper, rolbypassrls, rolconnlimit,"
    f" case when rolname <> 'project_{OWN}' then rolpassword end from pg_authid order by 1",
    "members": "select roleid, member from pg_auth_members order by 1, 2",
    "settings of roles": "select * from pg_db_role_setting order by 1, 2",
    "default rights": "select * from pg_default_acl order by 1",
    "large objects": "select oid from pg_largeobject_metadata order by 1",
    "databases": "select datname, datacl from pg_database order by 1",
    "extensions": "select extname from pg_extension order by 1",
    "comments": "select objoid, description from pg_description where objoid >= 16384 order by 1",
    "prepared transactions": "select gid from pg_prepared_xacts order by 1",
    "sequences": "select schemaname, sequencename, last_value from pg_sequences order by 1, 2",
}
TABLES = """
select c.oid::regclass::text from pg_class as c
where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('marts', 'raw', 'app') order by 1
"""


def _create(connection: Connection, mart: str, columns: Mapping[str, tuple[str, bool]]) -> None:
    types = ", ".join(f"{column} {kind}" for column, (kind, _pii) in columns.items())
    shown = ", ".join(column for column, (_kind, pii) in columns.items() if not pii)
    personal = ", ".join(column for column, (_kind, pii) in columns.items() if pii)
    for statement in (
        f"create table marts.{mart} ({types})",
        f"alter table marts.{mart} enable row level security",
        f"alter table marts.{mart} force row level security",
        f"create policy owner_rows on marts.{mart} for all to indigo_owner"
        " using (true) with check (true)",
        f"create policy tenant_rows on marts.{mart} for select to tenant_reader"
        f" using ({TENANT_POLICY})",
        f"create index on marts.{mart} (project_id)",
        f"grant select ({shown}) on marts.{mart} to tenant_reader",
        *([f"grant select ({personal}) on marts.{mart} to reveal_reader"] if personal else ()),
    ):
        connection.exec_driver_sql(statement)


def _insert(
    connection: Connection,
    mart: str,
    columns: Mapping[str, tuple[str, bool]],
    project_id: int,
    number: int,
) -> None:
    row = {
        column: project_id
        if column == "project_id"
        else _value(kind, f"{mart}-{column}-{number}", number, is_foreign=project_id == FOREIGN)
        for column, (kind, _pii) in columns.items()
    }
    fields, binds = ", ".join(row), ", ".join(f":{field}" for field in row)
    connection.execute(text(f"insert into marts.{mart} ({fields}) values ({binds})"), row)


def _value(kind: str, label: str, number: int, *, is_foreign: bool) -> object:
    """A value of the column's type; the foreign project's are canaries."""
    day = date(2031, 3, number) if is_foreign else date(2026, 2, number)
    many = BASE + number if is_foreign else number
    values: dict[str, object] = {
        "integer": many,
        "bigint": many,
        "numeric": many,
        "text": f"canario {label}" if is_foreign else f"propio {label}",
        "boolean": number % 2 == 0,
        "date": day,
        "timestamptz": datetime(day.year, day.month, day.day, 15).astimezone(),
        "integer[]": [many, many],
    }
    return values[kind]
