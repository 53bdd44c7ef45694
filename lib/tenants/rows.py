"""Rows of `app` made equal to what is wanted of them, touching only what differs."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

__all__ = ["RULE_KEY", "replace_rows", "upsert_rows"]

RULE_KEY = ("rule_kind", "match_value")


def replace_rows(
    connection: Connection,
    table: str,
    keys: tuple[str, ...],
    project_id: int,
    rows: Sequence[dict[str, object]],
) -> int:
    """Upsert the rows and delete what the project has beside them; returns the rows touched."""
    kept = {f"kept_{key}": [row[key] for row in rows] for key in keys}
    arrays = ", ".join(f"cast(:kept_{key} as text[])" for key in keys)
    gone = connection.execute(
        text(
            f"delete from app.{table} where project_id = :project_id"
            f" and ({', '.join(keys)}) not in (select * from unnest({arrays}))"
        ),
        {"project_id": project_id, **kept},
    )
    return gone.rowcount + upsert_rows(connection, table, ("project_id", *keys), rows)


def upsert_rows(
    connection: Connection, table: str, keys: tuple[str, ...], rows: Sequence[dict[str, object]]
) -> int:
    """Insert or update the rows of app.`table` by their keys; returns how many were touched."""
    changed = 0
    for row in rows:
        values = [name for name in row if name not in keys]
        old = ", ".join(f"t.{name}" for name in values)
        new = ", ".join(f"excluded.{name}" for name in values)
        statement = (
            f"insert into app.{table} as t ({', '.join(row)})"
            f" values ({', '.join(f':{name}' for name in row)})"
            f" on conflict ({', '.join(keys)}) do update set ({', '.join(values)}) = row({new})"
            f" where ({old}) is distinct from ({new})"
        )
        changed += connection.execute(text(statement), row).rowcount
    return changed
