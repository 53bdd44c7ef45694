"""The database in which Prefect's server keeps its runs: beside ours, with a role of its own."""

from sqlalchemy import URL, Connection, text

from lib.db.engines import admin_engine
from lib.db.roles import PREFECT
from lib.db.urls import role_url

__all__ = ["prefect_url", "prepare_prefect_database"]

SUFFIX = "_prefect"


def prefect_url() -> URL:
    """Where Prefect's server keeps its tables, as its own driver reads it.

    Raises NoDatabaseError.
    """
    url = role_url(PREFECT)
    return url.set(drivername="postgresql+asyncpg", database=f"{url.database}{SUFFIX}")


def prepare_prefect_database() -> tuple[str, ...]:
    """Create the database if it is missing; returns what was changed, nothing the second time.

    The role must exist already (`lib.db.prepare`). Nobody but it and the administrator may enter.
    Raises NoDatabaseError.
    """
    engine = admin_engine(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            name = str(prefect_url().database)
            statements = _missing(connection, name)
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    return statements


def _missing(connection: Connection, name: str) -> tuple[str, ...]:
    quoted = connection.dialect.identifier_preparer.quote(name)
    create = f"create database {quoted} owner {PREFECT} template template0"
    close = f"revoke all on database {quoted} from public"
    is_open = connection.scalar(
        text(
            "select exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba)))"
            " as a where a.grantee = 0) from pg_catalog.pg_database as d where d.datname = :name"
        ),
        {"name": name},
    )
    if is_open is None:
        return (create, close)
    return (close,) if is_open else ()
