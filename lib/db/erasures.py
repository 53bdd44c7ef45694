"""An erasure as the owner of the marts sees it: what is published of a contact, and its end."""

from datetime import datetime

from sqlalchemy import Connection, text

__all__ = ["complete_erasures", "is_known", "is_open", "published_rows"]

# everything dbt builds that tells contacts apart
BUILT = """
select format('%I.%I', n.nspname, c.relname), n.nspname = 'build' as is_step
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as k on k.attrelid = c.oid and k.attname = 'contact_key'
inner join pg_attribute as p on p.attrelid = c.oid and p.attname = 'project_id'
where
    n.nspname in ('build', 'marts')
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and not k.attisdropped
    and not p.attisdropped
order by 1
"""
REMOVE = "delete from {table} where project_id = :project_id and contact_key = :contact_key"
COUNT = "select count(*) from {table} where project_id = :project_id and contact_key = :contact_key"
OPEN = """
select distinct contact_key from app.erasures
where project_id = :project_id and completed_at is null
"""
KNOWN = """
select exists (
    select from app.erasures
    where project_id = :project_id and contact_key = :contact_key
)
"""
COMPLETE = """
update app.erasures set completed_at = :now
where project_id = :project_id and contact_key = :contact_key and completed_at is null
"""


def published_rows(connection: Connection, project_id: int, contact_key: str) -> dict[str, int]:
    """Rows of the contact by mart, without marts that have none."""
    values = {"project_id": project_id, "contact_key": contact_key}
    found: dict[str, int] = {}
    for table, is_step in connection.execute(text(BUILT)).all():
        rows = 0 if is_step else connection.scalar(text(COUNT.format(table=table)), values)
        if rows:
            found[str(table)] = int(rows)
    return found


def is_known(connection: Connection, project_id: int, contact_key: str) -> bool:
    """Whether the contact was erased from this project before."""
    values = {"project_id": project_id, "contact_key": contact_key}
    return bool(connection.scalar(text(KNOWN), values))


def is_open(connection: Connection, project_id: int) -> bool:
    """Whether an erasure of the project waits for the publication without its contact."""
    return bool(connection.scalars(text(OPEN), {"project_id": project_id}).all())


def complete_erasures(connection: Connection, project_id: int, now: datetime) -> dict[str, int]:
    """Enter the instant into the erasures of which nothing is published any more.

    The work list of the build named the contact to take it out: it goes from there too, so no build
    may run meanwhile. Returns the rows that are still published, by mart.
    """
    left: dict[str, int] = {}
    for key in connection.scalars(text(OPEN), {"project_id": project_id}).all():
        values = {"project_id": project_id, "contact_key": key}
        if rows := published_rows(connection, project_id, key):
            left |= rows
            continue
        for table, is_step in connection.execute(text(BUILT)).all():
            if is_step:
                connection.execute(text(REMOVE.format(table=table)), values)
        connection.execute(text(COMPLETE), {**values, "now": now})
    return left
