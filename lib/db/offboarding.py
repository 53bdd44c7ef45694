"""Everything the database holds of one project: found in the catalogue, counted, removed.

The tables are those with a `project_id`, so a table added later is included without being named
here. Kept are the evidence of what was removed (`app.offboardings`, `app.purges`) and the audit log
with its heads and queue, which says who saw what and has a retention of its own; none of them names
a contact.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from lib.db.roles import project_roles

__all__ = [
    "count_rows",
    "drop_roles",
    "existing_project_roles",
    "last_slug",
    "record_offboarding",
    "remove_rows",
]

EVIDENCE = (
    "app.offboardings",
    "app.purges",
    "app.audit_log",
    "app.audit_heads",
    "app.audit_queue",
)
TABLES = """
select format('%I.%I', n.nspname, c.relname)
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attname = 'project_id'
where
    n.nspname in ('raw', 'build', 'marts', 'app')
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and not a.attisdropped
order by 1
"""
# a run belongs to every project it built or held back
RUNS = "app.dbt_runs"
ITS_RUNS = ":project_id = any(projects || held_back_projects)"
ONLY_ITS_RUNS = (
    f"{ITS_RUNS} and projects || held_back_projects <@ array[cast(:project_id as integer)]"
)
LEAVE_RUNS = f"""
update app.dbt_runs set
    projects = array_remove(projects, cast(:project_id as integer)),
    held_back_projects = array_remove(held_back_projects, cast(:project_id as integer))
where {ITS_RUNS}
"""
SLUG = """
select slug from app.projects where project_id = :project_id
union all
(
    select slug from app.offboardings where project_id = :project_id
    order by offboarding_id desc limit 1
)
limit 1
"""
RECORD = """
insert into app.offboardings (project_id, run_id, slug, offboarded_at, row_counts)
values (:project_id, :run_id, :slug, :now, cast(:row_counts as jsonb))
"""
END_SESSIONS = "select pg_terminate_backend(pid) from pg_stat_activity where usename = :role"


def count_rows(
    owner_connection: Connection, project_id: int, *, seeds: Collection[str]
) -> dict[str, int]:
    """Rows of the project by table, without tables that have none.

    `seeds` are the tables of `build` that dbt fills from files: they are no data of the project.
    """
    found = {
        table: _number(
            owner_connection,
            f"select count(*) from {table} where project_id = :project_id",
            project_id,
        )
        for table in _tables(owner_connection, seeds)
    }
    found[RUNS] = _number(
        owner_connection, f"select count(*) from {RUNS} where {ONLY_ITS_RUNS}", project_id
    )
    return {table: rows for table, rows in found.items() if rows}


def remove_rows(
    owner_connection: Connection, project_id: int, *, seeds: Collection[str]
) -> dict[str, int]:
    """Delete every row of the project; returns how many by table. The caller commits.

    Runs of dbt that built other projects too stay and no longer name this one.
    """
    gone = {
        table: _execute(
            owner_connection, f"delete from {table} where project_id = :project_id", project_id
        )
        for table in _tables(owner_connection, seeds)
    }
    gone[RUNS] = _execute(owner_connection, f"delete from {RUNS} where {ONLY_ITS_RUNS}", project_id)
    _execute(owner_connection, LEAVE_RUNS, project_id)
    return {table: rows for table, rows in gone.items() if rows}


def last_slug(owner_connection: Connection, project_id: int) -> str | None:
    """The slug the project has, or had when it was removed; None when it was never known."""
    row = owner_connection.execute(text(SLUG), {"project_id": project_id}).first()
    return row[0] if row else None


def record_offboarding(
    owner_connection: Connection,
    project_id: int,
    *,
    slug: str,
    run_id: str,
    rows: Mapping[str, int],
    now: datetime,
) -> None:
    """Enter the evidence, in the transaction that removes the rows."""
    values = {"project_id": project_id, "slug": slug, "run_id": run_id, "now": now}
    owner_connection.execute(text(RECORD), {**values, "row_counts": json.dumps(dict(rows))})


def existing_project_roles(connection: Connection, project_id: int) -> tuple[str, ...]:
    """Which of the project's roles the server has."""
    names = [role.name for role in project_roles(project_id)]
    there = connection.execute(
        text("select rolname from pg_roles where rolname = any(:names)"), {"names": names}
    )
    found: set[str] = set(there.scalars())
    return tuple(name for name in names if name in found)


def drop_roles(admin_connection: Connection, project_id: int) -> tuple[str, ...]:
    """End the sessions of the project's roles and drop them; returns their names.

    The caller commits.
    """
    names = existing_project_roles(admin_connection, project_id)
    for name in names:
        admin_connection.execute(text(END_SESSIONS), {"role": name})
        admin_connection.exec_driver_sql(f"drop owned by {name}")
        admin_connection.exec_driver_sql(f"drop role {name}")
    return names


def _tables(connection: Connection, seeds: Collection[str]) -> list[str]:
    kept = {*EVIDENCE, *(f"build.{seed}" for seed in seeds)}
    tables: list[str] = list(connection.execute(text(TABLES)).scalars())
    return [table for table in tables if table not in kept]


def _number(connection: Connection, statement: str, project_id: int) -> int:
    rows: int = connection.execute(text(statement), {"project_id": project_id}).scalar_one()
    return rows


def _execute(connection: Connection, statement: str, project_id: int) -> int:
    return connection.execute(text(statement), {"project_id": project_id}).rowcount
