"""The tables of `raw` and `app`: brought to a revision by Alembic, as the owner of the schemas.

Alembic is configured here and not in an ini file: the only thing such a file could add is a URL,
and the URL comes from the settings.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

__all__ = [
    "VERSION_SCHEMA",
    "current_revision",
    "downgrade",
    "head_revision",
    "known_revisions",
    "upgrade",
]

MIGRATIONS = Path(__file__).resolve().parents[2] / "infra" / "postgres" / "migrations"
VERSION_SCHEMA = "app"


def upgrade(owner_connection: Connection, revision: str = "head") -> None:
    """Bring the database up to `revision`; nothing happens when it is there already.

    The connection is `indigo_owner`'s and inside a transaction that the caller commits: either
    all revisions arrive or none.
    """
    _one_at_a_time(owner_connection)
    if current_revision(owner_connection) != _resolved(revision):
        command.upgrade(_config(owner_connection), revision)


def downgrade(owner_connection: Connection, revision: str) -> None:
    """Take the database back to `revision` (`base` removes every table), with the data in it."""
    _one_at_a_time(owner_connection)
    command.downgrade(_config(owner_connection), revision)


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, None before the first."""
    options = {"version_table_schema": VERSION_SCHEMA}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def head_revision() -> str:
    """The newest revision of this code: a database at another one does not fit it."""
    return _resolved("head")


def known_revisions() -> frozenset[str]:
    """Every revision from which this code can bring a database to its head."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return frozenset(script.revision for script in scripts)


def _resolved(revision: str) -> str:
    script = ScriptDirectory(str(MIGRATIONS)).get_revision(revision)
    return script.revision


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _one_at_a_time(connection: Connection) -> None:
    """Two starts at once must not both create the tables; the second waits and finds them."""
    connection.execute(text("select pg_advisory_xact_lock(hashtext('indigitall migrations'))"))
