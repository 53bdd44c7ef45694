"""Two registered projects, a fake API for them, and a look into raw."""

from datetime import date

import pytest

from flows.ingest import ingest_project
from lib.config import get_settings
from tests.support.fake_api import ADDRESS, KEYS, FakeApi
from tests.support.raw_view import TABLES, RawView

PROJECT = """
insert into app.projects (project_id, slug, name, timezone, backfill_from, agent_mail_domains)
values (%s, %s, %s, 'America/Bogota', %s, %s)
"""


@pytest.fixture
def api_settings(module_database, monkeypatch):
    """Settings under which both projects reach the fake API."""
    monkeypatch.setenv("INDIGITALL_API_URL", ADDRESS)
    for project_id, key in KEYS.items():
        monkeypatch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def raw(module_database, api_settings):
    """An empty raw with projects 1 and 2, both beginning on 2026-02-09."""
    found = RawView(module_database)
    found.run(f"truncate {', '.join(f'raw.{table}' for table in TABLES)}")
    found.run("truncate raw.checkpoints, app.sync_state, app.projects")
    for project_id in KEYS:
        slug = f"project-{project_id}"
        found.run(PROJECT, project_id, slug, slug, date(2026, 2, 9), ["uno.example"])
    return found


@pytest.fixture
def api():
    """The fake API, empty but for one contact and one channel per project."""
    return FakeApi()


@pytest.fixture
def ingest(raw, api):
    """Ingest one project from the fake API, without waiting for another run."""

    def run(project_id=1, **options):
        options = {"lock_wait_s": 0.0, **options}
        return ingest_project(project_id, transport=api.transport, retries=api.retries, **options)

    return run
