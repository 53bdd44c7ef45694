"""What a database of the product holds and who may do what with it, as texts that can be compared.

Two databases with the same rows by table and the same lines of rights are equal in what isolation
depends on. The lines name roles, never numbers, so they are the same on every server.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

__all__ = ["count_rows", "describe_rights", "find_tables"]

TABLES = """
select format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and c.relkind = 'r'
order by 1
"""
# MAINTAIN came with PostgreSQL 17 and is given to owners alone
RELATIONS = """
select c.*, format('%I.%I', n.nspname, c.relname) as name
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
"""
GRANTEE = "case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end"
RIGHTS = f"""
with relations as ({RELATIONS})

select format(
    '%s is owned by %s, row security %s, forced %s, options %s',
    r.name, r.relowner::regrole, r.relrowsecurity, r.relforcerowsecurity, r.reloptions
)
from relations as r
where r.relkind <> 'S'
union
select format(
    '%s has the policy %s for %s (permissive %s) to %s using %s check %s',
    r.name, q.polname, q.polcmd, q.polpermissive,
    (
        select string_agg(case when o = 0 then 'PUBLIC' else o::regrole::text end, ',' order by o)
        from unnest(q.polroles) as o
    ),
    pg_get_expr(q.polqual, q.polrelid), pg_get_expr(q.polwithcheck, q.polrelid)
)
from relations as r
inner join pg_catalog.pg_policy as q on q.polrelid = r.oid
union
select format('%s: %s to %s', r.name, a.privilege_type, {GRANTEE})
from relations as r, aclexplode(r.relacl) as a
where a.privilege_type <> 'MAINTAIN' and a.grantee <> r.relowner
union
select format('%s.%I: %s to %s', r.name, t.attname, a.privilege_type, {GRANTEE})
from relations as r
inner join pg_catalog.pg_attribute as t on t.attrelid = r.oid and not t.attisdropped
cross join aclexplode(t.attacl) as a
union
select format('%s has the trigger %s', r.name, t.tgname)
from relations as r
inner join pg_catalog.pg_trigger as t on t.tgrelid = r.oid and not t.tgisinternal
where t.tgenabled <> 'D'
union
select format('schema %I: %s to %s', n.nspname, a.privilege_type, {GRANTEE})
from pg_catalog.pg_namespace as n, aclexplode(n.nspacl) as a
where n.nspname = any(:schemas)
union
select format('%s: %s to %s', p.oid::regprocedure, a.privilege_type, {GRANTEE})
from pg_catalog.pg_proc as p
inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
where n.nspname = any(:schemas)
order by 1
"""


def find_tables(connection: Connection, schemas: Sequence[str]) -> list[str]:
    """The tables of these schemas, schema first, quoted where they need it."""
    tables: list[str] = list(connection.scalars(text(TABLES), {"schemas": list(schemas)}))
    return tables


def count_rows(connection: Connection, schemas: Sequence[str]) -> dict[str, int]:
    """Rows by table. Asked by a role that passes the row policies, or the counts are its own."""
    return {
        table: int(connection.scalar(text(f"select count(*) from {table}")) or 0)
        for table in find_tables(connection, schemas)
    }


def describe_rights(connection: Connection, schemas: Sequence[str]) -> list[str]:
    """A line per owner, row security, policy, trigger, and right on table, column, schema."""
    lines: list[str] = list(connection.scalars(text(RIGHTS), {"schemas": list(schemas)}))
    return lines
