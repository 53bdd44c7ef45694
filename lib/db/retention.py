"""A purge as the owner of the marts sees it: the published rows it concerns, and their end."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

__all__ = ["complete_purges", "published_before"]

# facts with days, and the columns of their key; all of them stand in schema marts
FACTS = """
select
    c.relname,
    (
        select string_agg(format('published.%I::text', a.attname), ', ' order by k.place)
        from unnest(i.indkey) with ordinality as k (attnum, place)
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.attnum
        where a.attname <> 'project_id'
    ) as key_columns
from pg_class as c
inner join pg_index as i on i.indrelid = c.oid and i.indisunique
inner join pg_attribute as day on day.attrelid = c.oid and day.attname = 'local_date'
where c.relnamespace = to_regnamespace('marts') and c.relkind = 'r' and c.relname like 'fct_%'
order by 1
"""
EVIDENCE = """
select
    sum(row_count)::bigint, min(day), max(day),
    encode(sha256(string_agg(digest, ''::bytea order by day)), 'hex')
from (
    select
        published.local_date as day,
        count(*) as row_count,
        sha256(convert_to(
            string_agg(concat_ws(':', {key}), e'\\n' order by concat_ws(':', {key}) collate "C"),
            'UTF8'
        )) as digest
    from marts.{mart} as published
    where published.project_id = :project_id and published.local_date < :kept_from
    group by 1
) as days
having count(*) > 0
"""
OPEN = """
select distinct project_id, kept_from, table_name from app.purges where completed_at is null
"""
LEFT = """
select exists (
    select from {table} where project_id = :project_id and local_date < :kept_from
)
"""
COMPLETE = """
update app.purges set completed_at = :now
where
    completed_at is null
    and project_id = :project_id
    and kept_from = :kept_from
    and table_name = :table
"""


def published_before(
    connection: Connection, project_id: int, kept_from: date
) -> list[tuple[Any, ...]]:
    """Table, rows, first and last day and checksum of keys of every mart with earlier days."""
    found = []
    for mart in connection.execute(text(FACTS)).all():
        query = EVIDENCE.format(mart=mart.relname, key=mart.key_columns)
        row = connection.execute(
            text(query), {"project_id": project_id, "kept_from": kept_from}
        ).one_or_none()
        if row is not None:
            found.append((f"marts.{mart.relname}", *row))
    return found


def complete_purges(connection: Connection, now: datetime) -> int:
    """Enter the instant into the evidence of marts that hold no purged day any more.

    Returns how many entries are still open: their next publication is yet to come.
    """
    still_open = 0
    for entry in connection.execute(text(OPEN)).all():
        values = {"project_id": entry.project_id, "kept_from": entry.kept_from}
        if connection.execute(text(LEFT.format(table=entry.table_name)), values).scalar_one():
            still_open += 1
        else:
            connection.execute(text(COMPLETE), {**values, "table": entry.table_name, "now": now})
    return still_open
