"""PostgreSQL is restarted in the middle of a window, as an upgrade or a crash does."""

import pytest
from sqlalchemy import create_engine, make_url, text

from flows.ingest import ingest_project
from flows.ingest_run import IngestionFailedError
from lib.config import ensure_local_secrets, get_settings
from lib.db.embedded import start_embedded
from lib.db.prepare import prepare_database
from tests.conftest import reachable_folder
from tests.flows.conftest import PROJECT
from tests.support.fake_api import ADDRESS, HISTORY, KEYS, FakeApi, message, on
from tests.support.raw_view import RawView


@pytest.fixture
def server(monkeypatch):
    """A server of its own, with both projects; `server.restart()` ends it and starts it again."""
    with reachable_folder() as home:
        ensure_local_secrets(home)
        monkeypatch.setenv("INDIGITALL_HOME", str(home))
        monkeypatch.setenv("INDIGITALL_API_URL", ADDRESS)
        for project_id, key in KEYS.items():
            monkeypatch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
        found = Server(home)
        monkeypatch.setenv("DATABASE_URL", found.address.render_as_string(hide_password=False))
        get_settings.cache_clear()
        try:
            prepare_database()
            found.raw = RawView(found.address)
            for project_id in KEYS:
                slug = f"project-{project_id}"
                found.raw.run(PROJECT, project_id, slug, slug, "2026-02-09", [])
            yield found
        finally:
            found.running.stop()
            get_settings.cache_clear()


class Server:
    def __init__(self, home):
        self.home = home
        self.running = start_embedded(home)
        self.address = make_url(self.running.admin_url).set(drivername="postgresql+psycopg")

    def restart(self):
        self.running.stop()
        self.running = start_embedded(self.home)
        again = make_url(self.running.admin_url)
        assert (again.port, again.database) == (self.address.port, self.address.database)


def started_at(server):
    engine = create_engine(server.address)
    with engine.connect() as connection:
        found = connection.scalar(text("select pg_postmaster_start_time()"))
    engine.dispose()
    return found


def test_a_restart_in_mid_window_leaves_nothing_of_it_and_the_next_run_heals(server):
    api = FakeApi()
    for project in api.projects.values():
        project.messages = [message(n, "2026-02-16T14:00:00") for n in range(600)]
    before, raw = started_at(server), server.raw
    restarts = []

    def restart(_request):
        if not restarts:
            restarts.append(server.restart())

    def ingest(project_id):
        return ingest_project(project_id, transport=api.transport, retries=api.retries)

    api.faults = [on(HISTORY, restart, page="1")]
    with pytest.raises(IngestionFailedError, match="the database refused it"):
        ingest(1)
    assert started_at(server) > before
    assert raw.messages() == []
    assert raw.rows("select count(*) from raw.batches where endpoint = 'chat_history'") == [(0,)]
    (newest,) = raw.rows("select max(window_to)::text from raw.checkpoints")[0]
    assert newest == "2026-02-15"

    api.faults = []
    for project_id in KEYS:
        ingest(project_id)
        assert len(raw.messages(project_id)) == 600
        assert raw.state(project_id)[0] == "ok"
