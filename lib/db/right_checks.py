"""What a tenant's roles may do to the server, as queries on the catalogue: one row per open right.

Every query names the role and the thing; `lib.db.verify` puts the verb between them.
"""

from lib.db.revokes import CLOSED_FUNCTIONS
from lib.db.roles import AUTHENTICATOR, PLATFORM, REST_READER

__all__ = ["RIGHT_CHECKS"]

TENANT_ROLES = "^(project|rest)_[0-9]+(_reveal)?$"

RIGHT_CHECKS = {
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
    "owns or was granted by name": f"""
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
            and r.rolname ~ '{TENANT_ROLES}'
    """,
    "will be granted on new objects": f"""
        select
            case when a.grantee = 0 then 'PUBLIC' else a.grantee::regrole::text end as role,
            'objects of ' || d.defaclrole::regrole::text as what
        from pg_catalog.pg_default_acl as d, aclexplode(d.defaclacl) as a
        left join pg_catalog.pg_roles as r on r.oid = a.grantee
        where
            a.grantee = 0
            or r.rolname = any(:groups)
            or r.rolname ~ '{TENANT_ROLES}'
    """,
    "may enter": """
        select 'PUBLIC' as role, d.datname::text as what
        from pg_catalog.pg_database as d,
            aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        where d.datname = current_database() and a.grantee = 0
    """,
    # the descriptions of roles cover what tenants join; this is who joins them
    "is a stranger in the group": f"""
        select m.member::regrole::text as role, g.rolname::text as what
        from pg_catalog.pg_auth_members as m
        inner join pg_catalog.pg_roles as g on g.oid = m.roleid
        inner join pg_catalog.pg_roles as r on r.oid = m.member
        where
            (g.rolname = any(:groups) or g.rolname ~ '{TENANT_ROLES}')
            and not (g.rolname = any(:groups) and r.rolname ~ '{TENANT_ROLES}')
            and not (g.rolname ~ '^rest_[0-9]+$' and r.rolname = '{AUTHENTICATOR}')
            -- from 16 on whoever creates a role without being superuser may manage it, not be it
            and (
                coalesce(to_jsonb(m) ->> 'inherit_option', 'true') = 'true'
                or coalesce(to_jsonb(m) ->> 'set_option', 'true') = 'true'
            )
    """,
    "is in the platform's group and in": f"""
        select p.rolname::text as role, g.role as what
        from pg_catalog.pg_roles as p, unnest(cast(:groups as text[])) as g (role)
        where
            pg_has_role(p.rolname, '{PLATFORM}', 'member')
            and pg_has_role(p.rolname, g.role, 'member')
            and not p.rolsuper
    """,
}
