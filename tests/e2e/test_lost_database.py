"""The database goes away while somebody looks: the page says so, and mends itself afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import URL, NullPool, create_engine, text

from lib.db.scoped import close_app_connections
from tests.support.pages import build_pages_world
from tests.support.served_app import fresh_server

WAIT_MS = 60_000
LOST = "Sin conexión con los datos"


@pytest.fixture(scope="module")
def world(module_database: URL) -> Iterator[URL]:
    build_pages_world(module_database)
    yield module_database
    close_app_connections()


@contextmanager
def lost(address: URL) -> Iterator[None]:
    """Nobody comes in and everybody is thrown out, for the length of the block."""
    engine = create_engine(
        address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    allow = f'alter database "{address.database}" with allow_connections'
    with engine.connect() as connection:
        connection.execute(text(f"{allow} false"))
        connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = :database"
            ),
            {"database": address.database},
        )
        try:
            yield
        finally:
            connection.execute(text(f"{allow} true"))


def test_a_page_whose_database_goes_says_so_and_shows_its_figures_again_by_itself(world, page):
    with fresh_server() as server:
        page.goto(f"{server}/conversaciones?tenant=demo&periodo=ultimos-30", timeout=WAIT_MS)
        figure = page.locator('[data-metric="messages"]').first
        expect(figure).to_be_visible(timeout=WAIT_MS)
        shown = figure.get_attribute("data-value")
        with lost(world):
            page.locator(".st-key-filtro-preset input").first.click()
            page.get_by_role("option", name="Últimos 90 días", exact=True).click()
            expect(page.get_by_text(LOST).first).to_be_visible(timeout=WAIT_MS)
            expect(page.get_by_role("link", name="Conversaciones")).to_be_visible()
            assert "10.0." not in page.content()
            assert "psycopg" not in page.content()
        expect(page.get_by_text(LOST)).to_have_count(0, timeout=WAIT_MS)
        expect(figure).to_have_attribute("data-value", shown, timeout=WAIT_MS)
        assert "periodo=ultimos-90" in page.url
