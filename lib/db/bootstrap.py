"""What only an administrator can do: roles, schemas, and the rights PUBLIC must not have.

Idempotent: every step computes from the catalogue what differs and touches only that, so a second
run changes nothing. Steps that the connected administrator may not do are reported as missing
protections instead of failing the start; `lib.db.verify` says what is open in the end.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from lib.db.revokes import close_functions, close_language, close_relations
from lib.db.role_sync import existing_roles, read_role_states, sync_roles
from lib.db.roles import APP, AUTHENTICATOR, BACKUP, INGEST, OWNER, PURGE, TENANT_READER
from lib.log import get_logger

__all__ = ["SCHEMAS", "BootstrapResult", "bootstrap", "is_superuser"]

SCHEMAS = ("raw", "staging", "build", "marts", "app")
SCHEMA_USERS = (
    ("raw", INGEST),
    ("app", INGEST),
    ("raw", PURGE),
    ("app", PURGE),
    ("app", APP),
    ("marts", TENANT_READER),
)
DATABASE_RIGHTS = (
    (OWNER, "connect, temporary, create"),
    (INGEST, "connect, temporary"),
    (PURGE, "connect, temporary"),
    (APP, "connect"),
    (TENANT_READER, "connect"),
    (AUTHENTICATOR, "connect"),
    (BACKUP, "connect"),
)
MAINTENANCE_DATABASES = ("postgres", "template1")
DATABASE_IS_OPEN = """
exists (
    select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
    where a.grantee = 0
)
"""

log = get_logger(__name__)

Step = Callable[[Connection], list[str]]


@dataclass(frozen=True, slots=True)
class BootstrapResult:
    """What a run changed, and which protections it could not put in place and why."""

    changes: tuple[str, ...]
    missing: tuple[str, ...]


def bootstrap(admin_engine: Engine) -> BootstrapResult:
    """Make roles, schemas and rights of the connected database what they must be.

    Needs a superuser for all of it. Without one it does what it can, and `missing` names, in one
    line each, the protections that are not in place.
    """
    changes: list[str] = []
    missing: list[str] = []
    with admin_engine.begin() as connection:
        superuser = is_superuser(connection)
        if superuser:
            # roles are shared by all databases of the server: one bootstrap at a time on all of it
            connection.exec_driver_sql(
                "lock table pg_catalog.pg_authid in share row exclusive mode"
            )
        roles = sync_roles(connection, existing_roles(read_role_states(connection)))
        changes += roles.done
        missing += [f"roles and their limits: refused: {statement}" for statement in roles.refused]
        for protection, step, needs_superuser in STEPS:
            if needs_superuser and not superuser:
                missing.append(f"{protection}: needs a superuser")
                continue
            try:
                with connection.begin_nested():
                    changes += step(connection)
            except ProgrammingError as error:
                if superuser:
                    raise
                missing.append(f"{protection}: {_first_line(error)}")
    log.info("database.bootstrap", changes=len(changes), missing=missing)
    return BootstrapResult(tuple(changes), tuple(missing))


def is_superuser(connection: Connection) -> bool:
    """True when the connected role may do everything; revokes on pg_catalog need that."""
    query = "select rolsuper from pg_catalog.pg_roles where rolname = current_user"
    return bool(connection.scalar(text(query)))


def _admin_can_act_for_owner(connection: Connection) -> list[str]:
    """An administrator who is no superuser must be a member of the owner to create its schemas."""
    query = text("select pg_has_role(current_user, :owner, 'usage')")
    if connection.scalar(query, {"owner": OWNER}):
        return []
    return _run(connection, [f"grant {OWNER} to current_user"])


def _schemas(connection: Connection) -> list[str]:
    query = "select nspname, nspowner::regrole::text as owner from pg_catalog.pg_namespace"
    owners = {row.nspname: row.owner for row in connection.execute(text(query))}
    statements = [
        f"create schema {schema} authorization {OWNER}"
        if schema not in owners
        else f"alter schema {schema} owner to {OWNER}"
        for schema in SCHEMAS
        if owners.get(schema) != OWNER
    ]
    changes = _run(connection, statements)
    may_use = text("select has_schema_privilege(:role, :schema, 'usage')")
    return changes + _run(
        connection,
        [
            f"grant usage on schema {schema} to {role}"
            for schema, role in SCHEMA_USERS
            if not connection.scalar(may_use, {"role": role, "schema": schema})
        ],
    )


def _database(connection: Connection) -> list[str]:
    query = f"""
        select quote_ident(d.datname) as name, {DATABASE_IS_OPEN} as is_open
        from pg_catalog.pg_database as d where d.datname = current_database()
    """
    database = connection.execute(text(query)).one()
    statements = [f"revoke all on database {database.name} from public"] * database.is_open
    may = text("select has_database_privilege(:role, current_database(), :right)")
    statements += [
        f"grant {rights} on database {database.name} to {role}"
        for role, rights in DATABASE_RIGHTS
        if database.is_open
        or not all(connection.scalar(may, {"role": role, "right": r}) for r in rights.split(", "))
    ]
    return _run(connection, statements)


def _public_schema(connection: Connection) -> list[str]:
    query = """
        select exists (
            select from pg_catalog.pg_namespace as n, aclexplode(n.nspacl) as a
            where n.nspname = 'public' and a.grantee = 0
        )
    """
    is_open = connection.scalar(text(query))
    return _run(connection, ["revoke all on schema public from public"] * bool(is_open))


def _maintenance_databases(connection: Connection) -> list[str]:
    """A project's role must not find an unprotected database beside ours on the same server."""
    query = f"""
        select d.datname from pg_catalog.pg_database as d
        where d.datname = any(:names) and d.datname <> current_database() and {DATABASE_IS_OPEN}
        order by 1
    """
    names = connection.scalars(text(query), {"names": list(MAINTENANCE_DATABASES)})
    return _run(connection, [f"revoke all on database {name} from public" for name in names])


def _owner_functions(connection: Connection) -> list[str]:
    """A function that the owner creates later is not executable by everybody."""
    query = """
        select exists (
            select from pg_catalog.pg_default_acl as d
            where
                d.defaclrole = cast(:owner as regrole)
                and d.defaclobjtype = 'f'
                and d.defaclnamespace = 0
                and not exists (select from aclexplode(d.defaclacl) as a where a.grantee = 0)
        )
    """
    if connection.scalar(text(query), {"owner": OWNER}):
        return []
    statement = f"alter default privileges for role {OWNER} revoke execute on functions from public"
    return _run(connection, [statement])


STEPS: tuple[tuple[str, Step, bool], ...] = (
    ("the administrator acts for the owner", _admin_can_act_for_owner, False),
    ("schemas with one owner", _schemas, False),
    ("PUBLIC has no right on the database", _database, False),
    ("PUBLIC has no right on the schema public", _public_schema, False),
    ("PUBLIC cannot enter the maintenance databases", _maintenance_databases, True),
    ("functions of the owner are not public", _owner_functions, False),
    ("dangerous functions are closed to PUBLIC", close_functions, True),
    ("system catalogues are closed to PUBLIC", close_relations, True),
    ("plpgsql is closed to PUBLIC", close_language, True),
)


def _run(connection: Connection, statements: Iterable[str]) -> list[str]:
    done = list(statements)
    for statement in done:
        connection.exec_driver_sql(statement)
    return done


def _first_line(error: ProgrammingError) -> str:
    return str(error.orig).partition("\n")[0]
