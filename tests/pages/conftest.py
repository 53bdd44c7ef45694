"""A visitor of the pages: a database with three projects, and the identity that was passed on."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from sqlalchemy import URL

from lib.db.scoped import close_app_connections
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.visit.session import SESSION_HEADER
from tests.support.pages import build_pages_world, secret_for


@pytest.fixture(scope="module")
def world(module_database: URL) -> Iterator[URL]:
    build_pages_world(module_database)
    yield module_database
    close_app_connections()
    tenant_pools().close()
    tenant_pools.cache_clear()


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.fixture
def enter(world: URL, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the visits that follow those of one demo project, by an administrator or another."""

    def as_project(slug: str, **changes: object) -> None:
        headers = {SESSION_HEADER: secret_for(slug, **changes)}
        monkeypatch.setattr("lib.ui.visit.session._header", headers.get)

    return as_project
