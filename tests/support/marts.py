"""Looks at the published tables as they stand: every row of every mart, to compare two states."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, text

from lib.config import get_settings
from lib.db.tenant import TenantPools, tenant_connection
from tests.support.metric_world import mart_columns

Rows = list[tuple[Any, ...]]


def mart_names(engine: Engine) -> list[str]:
    """The published tables."""
    with engine.connect() as connection:
        return list(
            connection.execute(
                text("select tablename from pg_tables where schemaname = 'marts' order by 1")
            ).scalars()
        )


def read_marts(engine: Engine, projects: Collection[int]) -> dict[str, Rows]:
    """All rows of these projects by mart, in order, columns sorted by name."""
    found = {}
    with engine.connect() as connection:
        for name in mart_names(engine):
            columns = connection.execute(
                text(
                    "select string_agg(quote_ident(attname), ', ' order by attname)"
                    " from pg_attribute where attrelid = cast(:mart as regclass)"
                    " and attnum > 0 and not attisdropped"
                ),
                {"mart": f"marts.{name}"},
            ).scalar_one()
            rows = connection.execute(
                text(f"select {columns} from marts.{name} where project_id = any(:ids)"),
                {"ids": list(projects)},
            )
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def query(engine: Engine, statement: str, **values: object) -> Rows:
    """The rows of one statement."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


def query_as_tenant(project_id: int, statement: str) -> Rows:
    """The rows of one statement as the role of one project sees them."""
    pools = TenantPools()
    try:
        with tenant_connection(pools, project_id) as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
    finally:
        pools.close()


def personal_columns() -> set[str]:
    """The columns that the models tag as personal data, as "marts.table.column"."""
    marts = mart_columns(get_settings().manifest_dir / "manifest.json")
    return {
        f"marts.{mart}.{column}"
        for mart, columns in marts.items()
        for column, (_kind, is_personal) in columns.items()
        if is_personal
    }
