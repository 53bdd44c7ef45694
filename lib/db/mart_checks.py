"""What a tenant's roles may read and how it is protected, as queries on the catalogue.

The list of relations is computed from the rights (any readable column, in whatever way it was
granted); a table of the marts must be protected from the moment it exists, granted or not.
"""

__all__ = ["MART_CHECKS", "READABLE_RELATIONS", "TENANT_POLICY", "TENANT_POLICY_PRINTED"]

# the text of the row policy on every mart, and how the server prints it back
TENANT_POLICY = (
    "project_id = substring(current_user::text"
    " from '^(?:project|rest)_(\\d+)(?:_reveal)?$')::integer"
)
TENANT_POLICY_PRINTED = (
    '(project_id = ("substring"((CURRENT_USER)::text,'
    " '^(?:project|rest)_(\\d+)(?:_reveal)?$'::text))::integer)"
)

# each relation of ours with a column that one of :groups may read
READABLE_RELATIONS = """
    select g.role, c.oid, n.nspname || '.' || c.relname as name, c.relispartition,
        c.relkind, c.reloptions, c.relowner, c.relrowsecurity, c.relforcerowsecurity, n.nspname
    from pg_catalog.pg_class as c
    inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    cross join unnest(cast(:groups as text[])) as g (role)
    where
        c.relkind in ('r', 'p', 'v', 'm', 'f')
        and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        and has_any_column_privilege(g.role, c.oid, 'select')
"""
# the policies that are not the owner's own, as the server prints their conditions
TENANT_POLICIES = """
    array(
        select pg_get_expr(q.polqual, q.polrelid)
        from pg_catalog.pg_policy as q
        where q.polrelid = {table}.oid and q.polroles <> array[{table}.relowner]
    )
"""

MART_CHECKS = {
    "may read without the row policy": f"""
        select f.role, f.oid::regclass::text as what
        from ({READABLE_RELATIONS}) as f
        where not (
            f.nspname = 'marts'
            and f.relkind = 'r'
            and f.relrowsecurity
            and f.relforcerowsecurity
            and {TENANT_POLICIES.format(table="f")} = array[cast(:policy as text)]
        )
    """,
    "may read with its owner's rights": f"""
        select f.role, f.oid::regclass::text as what
        from ({READABLE_RELATIONS}) as f
        where
            f.relkind = 'm'
            or (
                f.relkind = 'v'
                and not exists (
                    select from pg_options_to_table(f.reloptions) as o
                    where o.option_name = 'security_invoker' and o.option_value::boolean
                )
            )
    """,
    "may read the partition": f"""
        select f.role, f.oid::regclass::text as what
        from ({READABLE_RELATIONS}) as f
        where f.relispartition
    """,
    # a column is personal when its tag says so, or when the reveal role was given it by name
    "may read the personal column": f"""
        select f.role, f.oid::regclass::text || '.' || a.attname as what
        from ({READABLE_RELATIONS}) as f
        inner join pg_catalog.pg_attribute as a on a.attrelid = f.oid
        where
            a.attnum > 0
            and not a.attisdropped
            and f.role <> 'reveal_reader'
            and has_column_privilege(f.role, f.oid, a.attnum, 'select')
            and (
                f.name || '.' || a.attname = any(cast(:personal as text[]))
                or exists (
                    select from aclexplode(a.attacl) as x
                    where x.grantee = to_regrole('reveal_reader')
                )
            )
    """,
    "lacks": f"""
        select c.oid::regclass::text as role, p.what
        from pg_catalog.pg_class as c
        cross join lateral (
            values
            (c.relrowsecurity, 'row level security'),
            (c.relforcerowsecurity, 'FORCE row level security'),
            (cast(:policy as text) = any({TENANT_POLICIES.format(table="c")}), 'the row policy')
        ) as p (is_there, what)
        where
            c.relnamespace = to_regnamespace('marts')
            and c.relkind in ('r', 'p')
            and not p.is_there
    """,
    "has besides the row policy": """
        select c.oid::regclass::text as role, 'the policy ' || q.polname as what
        from pg_catalog.pg_policy as q
        inner join pg_catalog.pg_class as c on c.oid = q.polrelid
        where
            c.relnamespace = to_regnamespace('marts')
            and q.polroles <> array[c.relowner]
            and not (
                q.polpermissive
                and q.polcmd = 'r'
                and pg_get_expr(q.polqual, q.polrelid) = cast(:policy as text)
            )
    """,
}
