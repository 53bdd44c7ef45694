"""A database of its own for marts written by hand, for reading only."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import URL, create_engine, text

from lib.config import get_settings
from lib.db.onboarding import create_project_roles
from lib.db.role_sync import sync_roles
from lib.db.roles import PLATFORM_ROLES
from tests.support.metric_world import EMPTY, OTHER, PROJECT, TALKS, Talk, build_world


@contextmanager
def world_database(postgres: URL, name: str, talks: Sequence[Talk] = TALKS) -> Iterator[URL]:
    """The address of a database with the marts of these conversations, dropped at the end."""
    address = postgres.set(database=f"{name}_{os.getpid()}")
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {address.database} template template0"))
    engine = create_engine(address)
    with engine.begin() as connection:
        sync_roles(connection, PLATFORM_ROLES)
        for project in (PROJECT, OTHER, EMPTY):
            create_project_roles(connection, project)
        build_world(connection, get_settings().manifest_dir / "manifest.json", talks)
    engine.dispose()
    yield address
    with admin.connect() as connection:
        connection.execute(text(f"drop database {address.database} with (force)"))
    admin.dispose()
