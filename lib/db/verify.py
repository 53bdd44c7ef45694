"""Proof of the isolation, read from the catalogue: everything a tenant could reach and must not.

The list is computed from what the server would allow, not from what we granted, so a right planted
by hand, by a restore or by a careless migration shows up here.
"""

from sqlalchemy import Connection, text

from lib.db.revokes import CLOSED_FUNCTIONS
from lib.db.role_sync import existing_roles, read_role_states, role_statements
from lib.db.roles import AUTHENTICATOR, REST_READER, TENANT_GROUPS

__all__ = ["TENANT_POLICY", "ProtectionError", "assert_protected", "find_faults"]

# the text of the row policy on every mart, and how the server prints it back
TENANT_POLICY = (
    "project_id = substring(current_user::text"
    " from '^(?:project|rest)_(\\d+)(?:_reveal)?$')::integer"
)
TENANT_POLICY_PRINTED = (
    '(project_id = ("substring"((CURRENT_USER)::text,'
    " '^(?:project|rest)_(\\d+)(?:_reveal)?$'::text))::integer)"
)

# one row per fault: what is open, to whom
CHECKS = {
    "may execute": f"""
        select g.role, p.oid::regprocedure::text as what
        from pg_catalog.pg_proc as p, unnest(cast(:groups as text[])) as g (role)
        where
            {CLOSED_FUNCTIONS}
            and has_function_privilege(g.role, p.oid, 'execute')
            and not (g.role = '{REST_READER}' and p.proname = 'current_setting')
    """,
    "may run the language": """
        select g.role, 'plpgsql' as what
        from unnest(cast(:groups as text[])) as g (role)
        where has_language_privilege(g.role, 'plpgsql', 'usage')
    """,
    "may execute as its owner": """
        select g.role, p.oid::regprocedure::text as what
        from pg_catalog.pg_proc as p, unnest(cast(:groups as text[])) as g (role)
        where
            p.prosecdef
            and p.pronamespace <> 'pg_catalog'::regnamespace
            and has_schema_privilege(g.role, p.pronamespace, 'usage')
            and has_function_privilege(g.role, p.oid, 'execute')
    """,
    "may read the catalogue": """
        select g.role, c.oid::regclass::text as what
        from pg_catalog.pg_class as c, unnest(cast(:groups as text[])) as g (role)
        where
            c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            and c.relkind in ('r', 'v')
            and has_any_column_privilege(g.role, c.oid, 'select')
    """,
    "may use the schema": """
        select g.role, n.nspname as what
        from pg_catalog.pg_namespace as n, unnest(cast(:groups as text[])) as g (role)
        where
            n.nspname not in ('pg_catalog', 'information_schema')
            and has_schema_privilege(g.role, n.oid, 'usage')
            and not (n.nspname = 'marts' and g.role = 'tenant_reader')
    """,
    "may create in": """
        select g.role, n.nspname as what
        from pg_catalog.pg_namespace as n, unnest(cast(:groups as text[])) as g (role)
        where has_schema_privilege(g.role, n.oid, 'create')
    """,
    "may on the database": """
        select g.role, r.name as what
        from
            unnest(cast(:groups as text[])) as g (role),
            unnest(array['create', 'temporary']) as r (name)
        where has_database_privilege(g.role, current_database(), r.name)
    """,
    "may change": """
        select g.role, c.oid::regclass::text as what
        from pg_catalog.pg_class as c, unnest(cast(:groups as text[])) as g (role)
        where
            c.relkind in ('r', 'p', 'v', 'm', 'f')
            and c.relnamespace <> 'pg_toast'::regnamespace
            and (
                has_table_privilege(
                    g.role, c.oid, 'insert, update, delete, truncate, references, trigger'
                )
                or has_any_column_privilege(g.role, c.oid, 'insert, update, references')
            )
    """,
    "may read without the row policy": """
        select g.role, c.oid::regclass::text as what
        from pg_catalog.pg_class as c, unnest(cast(:groups as text[])) as g (role)
        where
            c.relkind in ('r', 'p', 'v', 'm', 'f')
            and c.relnamespace not in (
                'pg_catalog'::regnamespace,
                'information_schema'::regnamespace,
                'pg_toast'::regnamespace
            )
            and has_any_column_privilege(g.role, c.oid, 'select')
            and not (
                c.relnamespace = to_regnamespace('marts')
                and c.relkind = 'r'
                and c.relrowsecurity
                and c.relforcerowsecurity
                and array(
                    select pg_get_expr(q.polqual, q.polrelid)
                    from pg_catalog.pg_policy as q
                    where q.polrelid = c.oid and q.polroles <> array[c.relowner]
                ) = array[cast(:policy as text)]
            )
    """,
    "owns or was granted by name": """
        select
            d.refobjid::regrole::text as role,
            pg_describe_object(d.classid, d.objid, d.objsubid) as what
        from pg_catalog.pg_shdepend as d
        inner join pg_catalog.pg_roles as r on r.oid = d.refobjid
        where
            d.refclassid = 'pg_catalog.pg_authid'::regclass
            and (
                d.dbid = 0
                or d.dbid = (
                    select b.oid from pg_catalog.pg_database as b
                    where b.datname = current_database()
                )
            )
            and d.classid <> 'pg_catalog.pg_auth_members'::regclass
            and r.rolname ~ '^(project|rest)_[0-9]+(_reveal)?$'
    """,
    "will be granted on new objects": """
        select
            case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end as role,
            'objects of ' || d.defaclrole::regrole::text as what
        from pg_catalog.pg_default_acl as d, aclexplode(d.defaclacl) as a
        left join pg_catalog.pg_roles as r on r.oid = a.grantee
        where
            a.grantee = 0
            or r.rolname = any(:groups)
            or r.rolname ~ '^(project|rest)_[0-9]+(_reveal)?$'
    """,
    "may enter": """
        select 'PUBLIC' as role, d.datname::text as what
        from pg_catalog.pg_database as d,
            aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        where d.datname = current_database() and a.grantee = 0
    """,
}


class ProtectionError(Exception):
    """The database would let a tenant do what it must not; `faults` has one line for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        shown = "\n".join(f"  {fault}" for fault in faults[:50])
        super().__init__(
            f"{len(faults)} rights are open that isolation needs closed; run the bootstrap as a "
            f"superuser and take back by hand what was granted by hand:\n{shown}"
        )


def assert_protected(connection: Connection) -> None:
    """Raise ProtectionError unless every protection holds; the administrator asks."""
    faults = find_faults(connection)
    if faults:
        raise ProtectionError(faults)


def find_faults(connection: Connection) -> tuple[str, ...]:
    """Every open right and every role that differs from its description, one line each."""
    parameters = {"groups": list(TENANT_GROUPS), "policy": TENANT_POLICY_PRINTED}
    faults = [
        f"{row.role} {verb} {row.what}"
        for verb, query in CHECKS.items()
        for row in connection.execute(text(query), parameters)
    ]
    return tuple(sorted(set(faults)) + _roles_that_differ(connection))


def _roles_that_differ(connection: Connection) -> list[str]:
    states = read_role_states(connection)
    authenticator = states.get(AUTHENTICATOR)
    return [
        f"role {role.name} lacks: {statement}"
        for role in existing_roles(states)
        for statement in role_statements(role, states.get(role.name), authenticator)
    ]
