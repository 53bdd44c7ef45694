"""Fixtures every room shares: a fixed clock, our own settings, PostgreSQL, fresh databases."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
import structlog
from sqlalchemy import URL, create_engine, make_url, text

from lib.config import ensure_local_secrets, get_settings
from lib.db.embedded import embedded_server
from lib.db.prepare import prepare_database
from lib.db.scoped import close_app_connections
from tests.support.local_server import reachable_folder

FIXED_NOW = "2026-02-17T10:00:00-05:00"
OWN_SETTINGS = (
    "DATABASE_URL", "ADMIN_DATABASE_URL", "INDIGITALL_", "AUTH_MODE", "BASE_URL", "ALERT_", "SMTP_",
)  # fmt: skip
# begun first, so that no worker still builds one of them while the others have nothing left
LONGEST = (
    "tests/warehouse/test_publication_at_scale.py",
    "tests/flows/test_ingest_chaos.py",
    "tests/warehouse/test_publication.py",
    "tests/flows/test_purge.py",
)
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, the others keep their order."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[pytest.MonkeyPatch]:
    """No setting of the machine reaches a test; the clock stands at 2026-02-17 10:00 in Bogotá."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(OWN_SETTINGS):
                patch.delenv(name)
        patch.setenv("INDIGITALL_ENV_FILE", os.devnull)
        patch.setenv("INDIGITALL_NOW", FIXED_NOW)
        patch.setenv("LOG_FORMAT", "json")
        patch.setenv("INDIGITALL_CONNECTION_FILE", "infra/sandbox/connection.yaml")
        get_settings.cache_clear()
        yield patch
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """What a command does to the logs is undone, whichever test comes next."""
    root, known = logging.getLogger(), structlog.get_config()
    handlers, level, was_configured = root.handlers, root.level, structlog.is_configured()
    yield
    root.handlers = handlers
    root.setLevel(level)
    if was_configured:
        structlog.configure(**known)
    else:
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres(environment: pytest.MonkeyPatch) -> Iterator[URL]:
    """The superuser's address of a PostgreSQL of the tests' own, ended with them."""
    with reachable_folder() as home:
        environment.setenv("INDIGITALL_HOME", str(home))
        ensure_local_secrets(home)
        get_settings.cache_clear()
        with embedded_server(home) as running:
            yield make_url(running.admin_url).set(drivername="postgresql+psycopg")


@contextmanager
def empty_database(server: URL) -> Iterator[URL]:
    """A database without anything in it, gone with the block."""
    address = server.set(database=f"test_{os.getpid()}_{next(_numbers)}")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {address.database} template template0"))
    yield address
    with admin.connect() as connection:
        connection.execute(text(f"drop database {address.database} with (force)"))
    admin.dispose()


@contextmanager
def new_database(server: URL) -> Iterator[URL]:
    """An empty prepared database to which DATABASE_URL points within the block."""
    with empty_database(server) as address:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_URL", address.render_as_string(hide_password=False))
            get_settings.cache_clear()
            prepare_database()
            yield address
            close_app_connections()
        get_settings.cache_clear()


@pytest.fixture
def database(postgres: URL) -> Iterator[URL]:
    """A fresh prepared database for one test: schemas, roles and tables, no project."""
    with new_database(postgres) as address:
        yield address


@pytest.fixture(scope="module")
def module_database(postgres: URL) -> Iterator[URL]:
    """The same, shared by the tests of one file."""
    with new_database(postgres) as address:
        yield address
