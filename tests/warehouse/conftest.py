"""A prepared database per file, and projects whose raw rows a test writes itself."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, Engine

from lib.db.engines import admin_engine, engine_for_role
from lib.db.onboarding import create_project_roles
from tests.support.raw_source import RawSource


@pytest.fixture(scope="module")
def owner(module_database: URL) -> Iterator[Engine]:
    """The role that owns every schema; it sees all projects."""
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def new_source(owner: Engine) -> Iterator[Callable[..., RawSource]]:
    """Registers a project with its roles and entity rules; returns its raw side."""
    admin = admin_engine()

    def create(project_id: int, **options: object) -> RawSource:
        with admin.begin() as connection:
            create_project_roles(connection, project_id)
        return RawSource(owner, project_id).create(**options)

    yield create
    admin.dispose()
