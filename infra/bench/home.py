"""A database of a benchmark's own: started, prepared, with the invented projects registered.

    with bench_database(home) as connection:
        generate(connection, size)

What is in the folder stays there; the server ends with the block.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg

from infra.bench.generate import DAYS, LAST_DAY
from infra.bench.people import bench_projects
from infra.demo import register_projects
from lib.config import ensure_local_secrets, get_settings
from lib.db.embedded import embedded_server
from lib.db.prepare import prepare_database
from lib.db.roles import OWNER
from lib.db.urls import role_url
from lib.raw.connection import Connection

# the morning after the last generated day
NOW = f"{LAST_DAY + timedelta(days=1)}T10:00:00-05:00"


@contextmanager
def bench_home(home: Path) -> Iterator[None]:
    """The process works with the database of this folder, at the benchmark's instant."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    os.environ["INDIGITALL_HOME"] = str(home)
    os.environ.setdefault("INDIGITALL_NOW", NOW)
    for name in ("DATABASE_URL", "ADMIN_DATABASE_URL"):
        os.environ.pop(name, None)
    ensure_local_secrets(home)
    get_settings.cache_clear()
    with embedded_server(home):
        yield


@contextmanager
def bench_database(home: Path) -> Iterator[Connection]:
    """A connection of the owner, in autocommit, to the prepared database of this folder."""
    with bench_home(home):
        prepare_database()
        with owner_connection() as connection:
            yield connection


def register(size: int, days: int = DAYS, last_day: date = LAST_DAY) -> None:
    """Bring the invented projects of this size into the database, with their roles and rules."""
    first_day = last_day - timedelta(days=days - 1)
    register_projects([project.config(first_day) for project in bench_projects(size)])


@contextmanager
def owner_connection() -> Iterator[Connection]:
    """The role that owns raw and builds the marts."""
    url = role_url(OWNER)
    with psycopg.connect(
        host=url.host,
        port=url.port or 5432,
        dbname=url.database,
        user=url.username,
        password=str(url.password),
        autocommit=True,
        options="-c timezone=UTC",
    ) as connection:
        yield connection
