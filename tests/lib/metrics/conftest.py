"""A small world of marts in a database of its own, and connections of its projects."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import URL, Connection

from lib.db.engines import engine_for_url
from lib.db.roles import project_role
from lib.db.urls import role_password
from lib.metrics.catalog import Catalog
from lib.metrics.manifest import current_catalog
from tests.support.metric_database import world_database
from tests.support.metric_world import EMPTY, OTHER, PROJECT


@pytest.fixture(scope="session")
def catalog(postgres: URL) -> Catalog:
    """The catalogue of the marts as they are declared."""
    return current_catalog()


@pytest.fixture(scope="session")
def world(postgres: URL) -> Iterator[URL]:
    """The database of the small world, for reading only."""
    with world_database(postgres, "metric_world") as address:
        yield address


@pytest.fixture(scope="module")
def connection_of(world: URL) -> Iterator[Callable[[int], Connection]]:
    """Opens a connection logged in as a project's role, as the pages have it."""
    with ExitStack() as stack:

        def connect(project: int) -> Connection:
            role = project_role(project)
            url = world.set(username=role, password=role_password(role))
            engine = engine_for_url(url, "tests", isolation_level="REPEATABLE READ")
            stack.callback(engine.dispose)
            return stack.enter_context(engine.connect())

        yield connect


@pytest.fixture(scope="module")
def project(connection_of: Callable[[int], Connection]) -> Connection:
    """The connection of the project that the hand counts are about."""
    return connection_of(PROJECT)


@pytest.fixture(scope="module")
def other_project(connection_of: Callable[[int], Connection]) -> Connection:
    """The other project's connection; nothing of it may show up in the first one's answers."""
    return connection_of(OTHER)


@pytest.fixture(scope="module")
def empty_project(connection_of: Callable[[int], Connection]) -> Connection:
    """A project that has not loaded anything yet."""
    return connection_of(EMPTY)
