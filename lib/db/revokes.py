"""What PUBLIC loses: the functions and catalogues through which one tenant could reach another.

PostgreSQL grants nearly all of them to everybody. A function of the families below can change the
session's identity or settings, run SQL hidden in a text, hold locks, sleep, write large objects,
signal other sessions, or tell about other users, their queries and the size of their data.
The platform's roles get back what PUBLIC had; nobody gets what PUBLIC never had.

The lists are computed from the catalogue, never written down: PostgreSQL 15 and 18 differ by 40
functions, and a newer server brings new ones.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from lib.db.roles import AUTHENTICATOR, PLATFORM, REST_READER

__all__ = ["CLOSED_FUNCTIONS", "close_functions", "close_language", "close_relations"]

GATEWAY_FUNCTION = "current_setting"
# type input and output, and the operators of pg_lsn and pg_snapshot, are no way to anything
CLOSED_FUNCTIONS = """
    p.pronamespace = 'pg_catalog'::regnamespace
    and p.proname ~ '^(pg_|lo_|has_|txid_|binary_upgrade_|inet_client_|inet_server_)|_to_xml'
        '|^(set_config|current_setting|current_query|row_security_active|ts_stat|ts_rewrite'
        '|loread|lowrite|nextval|currval|setval|lastval'
        '|obj_description|col_description|shobj_description)$'
    and p.proname !~ '^pg_(lsn|snapshot|typeof)|_(in|out|recv|send)$'
"""

# a default grant to PUBLIC has left no trace in pg_init_privs; a restricted function has
FUNCTIONS_TO_CLOSE = f"""
select
    p.oid::regprocedure::text as name,
    p.proname,
    not exists (
        select from pg_catalog.pg_init_privs as i
        where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = p.oid
    ) as was_public,
    exists (
        select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where a.grantee = 0
    ) as is_public,
    has_function_privilege('{PLATFORM}', p.oid, 'execute') as platform_has,
    has_function_privilege('{AUTHENTICATOR}', p.oid, 'execute') as authenticator_has,
    has_function_privilege('{REST_READER}', p.oid, 'execute') as gateway_has
from pg_catalog.pg_proc as p
where {CLOSED_FUNCTIONS}
order by 1
"""

RELATIONS_TO_CLOSE = f"""
select
    c.oid::regclass::text as name,
    exists (
        select from aclexplode(i.initprivs) as a
        where a.grantee = 0 and a.privilege_type = 'SELECT'
    )
    -- information_schema is filled after pg_init_privs; its own helpers begin with _pg_
    or (c.relnamespace = 'information_schema'::regnamespace and c.relname !~ '^_pg_') as was_public,
    exists (select from aclexplode(c.relacl) as a where a.grantee = 0)
    or exists (
        select from pg_catalog.pg_attribute as t, aclexplode(t.attacl) as a
        where t.attrelid = c.oid and a.grantee = 0
    ) as is_public,
    has_table_privilege('{PLATFORM}', c.oid, 'select') as platform_has,
    has_table_privilege('{AUTHENTICATOR}', c.oid, 'select') as authenticator_has
from pg_catalog.pg_class as c
left join pg_catalog.pg_init_privs as i
    on i.objoid = c.oid and i.classoid = 'pg_catalog.pg_class'::regclass and i.objsubid = 0
where
    c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and c.relkind in ('r', 'v')
order by 1
"""

LANGUAGE = f"""
select
    exists (
        select from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) as a
        where a.grantee = 0
    ) as is_public,
    has_language_privilege('{PLATFORM}', l.oid, 'usage') as platform_has
from pg_catalog.pg_language as l
where l.lanname = 'plpgsql'
"""


def close_functions(connection: Connection) -> list[str]:
    """Take the families from PUBLIC and give the platform back what PUBLIC had."""
    rows = connection.execute(text(FUNCTIONS_TO_CLOSE)).all()
    was_public = [row for row in rows if row.was_public]
    return _run_lists(
        connection,
        (
            ("revoke execute on function", [r.name for r in rows if r.is_public], "from public"),
            (
                "grant execute on function",
                [r.name for r in was_public if r.is_public or not r.platform_has],
                f"to {PLATFORM}",
            ),
            (
                "grant execute on function",
                [r.name for r in was_public if r.is_public or not r.authenticator_has],
                f"to {AUTHENTICATOR}",
            ),
            (
                "grant execute on function",
                [
                    r.name
                    for r in was_public
                    if r.proname == GATEWAY_FUNCTION and (r.is_public or not r.gateway_has)
                ],
                f"to {REST_READER}",
            ),
        ),
    )


def close_relations(connection: Connection) -> list[str]:
    """Take the catalogues and information_schema from PUBLIC; the platform still reads them."""
    rows = connection.execute(text(RELATIONS_TO_CLOSE)).all()
    was_public = [row for row in rows if row.was_public]
    return _run_lists(
        connection,
        (
            ("revoke all on table", [r.name for r in rows if r.is_public], "from public"),
            (
                "grant select on table",
                [r.name for r in was_public if r.is_public or not r.platform_has],
                f"to {PLATFORM}",
            ),
            (
                "grant select on table",
                [r.name for r in was_public if r.is_public or not r.authenticator_has],
                f"to {AUTHENTICATOR}",
            ),
        ),
    )


def close_language(connection: Connection) -> list[str]:
    """Take plpgsql from PUBLIC: DO blocks run any text as SQL."""
    row = connection.execute(text(LANGUAGE)).one_or_none()
    statements: list[str] = []
    if row and row.is_public:
        statements.append("revoke usage on language plpgsql from public")
    if row and (row.is_public or not row.platform_has):
        statements.append(f"grant usage on language plpgsql to {PLATFORM}")
    for statement in statements:
        connection.exec_driver_sql(statement)
    return statements


def _run_lists(connection: Connection, actions: Iterable[tuple[str, list[str], str]]) -> list[str]:
    """One statement per action over all its objects; says how many, not each of them."""
    changes: list[str] = []
    for start, names, end in actions:
        if names:
            connection.exec_driver_sql(f"{start} {', '.join(names)} {end}")
            changes.append(f"{start} ({len(names)}) {end}")
    return changes
