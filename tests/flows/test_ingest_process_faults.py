"""What happens around a run: the database goes away, the disk is full, the process dies late."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest

from flows.ingest_run import IngestionFailedError
from tests.support.fake_api import HISTORY, message, on
from tests.support.local_server import ROOT, wait_until
from tests.support.served_api import served

LOCK = 4_711
NOTHING = [(0, 0)]
HELD = """
select (select count(*) from raw.messages), (select count(*) from raw.batches
where endpoint = 'chat_history')
"""


@pytest.fixture
def two_pages(api):
    """600 messages of one day of both projects: two pages of one window."""
    for project in api.projects.values():
        project.messages = [message(n, "2026-02-16T14:00:00") for n in range(600)]
    return api


@contextmanager
def trigger(raw, table, body):
    """A trigger before each statement that inserts into a table, for the length of the block."""
    raw.run(
        "create function raw.in_the_way() returns trigger language plpgsql as"
        f" $$ begin {body} return null; end $$"
    )
    raw.run("grant execute on function raw.in_the_way() to public")
    raw.run(
        f"create trigger in_the_way before insert on {table}"
        " for each statement execute function raw.in_the_way()"
    )
    try:
        yield
    finally:
        raw.run("drop function raw.in_the_way() cascade")


def assert_healed(ingest, raw):
    for project_id in (1, 2):
        ingest(project_id)
        assert len(raw.messages(project_id)) == 600
        assert raw.state(project_id)[0] == "ok"


def test_connections_that_end_in_mid_window_leave_nothing_and_the_next_run_heals(
    ingest, raw, two_pages
):
    ended = []

    def restart(_request):
        ended.extend(
            raw.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'indigo_ingest' and datname = current_database()"
            )
        )

    two_pages.faults = [on(HISTORY, restart, page="1")]
    with pytest.raises(IngestionFailedError, match="the database refused it"):
        ingest()
    assert ended == [(True,)]
    assert raw.rows(HELD) == NOTHING

    two_pages.faults = []
    assert_healed(ingest, raw)


def test_a_full_disk_leaves_nothing_says_so_and_the_next_run_heals(ingest, raw, two_pages):
    full = "raise exception 'could not extend file' using errcode = '53100';"
    with trigger(raw, "raw.messages", full):
        with pytest.raises(IngestionFailedError, match="DiskFull 53100"):
            ingest()
        assert raw.rows(HELD) == NOTHING
        status, error, until = raw.state()
        assert (status, until is None) == ("failed", False)
        assert "53100" in error
        newest = raw.rows("select max(window_to)::text from raw.checkpoints")
        assert newest == [("2026-02-15",)]
    assert_healed(ingest, raw)


def test_kill_9_between_copy_and_commit_leaves_nothing_and_the_next_run_heals(
    ingest, raw, two_pages
):
    waiting = (
        "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        f" and objid = {LOCK}"
    )
    with (
        trigger(raw, "raw.messages", f"perform pg_advisory_xact_lock({LOCK});"),
        served(two_pages) as address,
        psycopg.connect(raw.url, autocommit=True) as holder,
    ):
        holder.execute("select pg_advisory_lock(%s)", [LOCK])
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", "--project", "1"],
            cwd=ROOT,
            env={**os.environ, "INDIGITALL_API_URL": address},
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: raw.rows(waiting) == [(1,)], 30)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        holder.execute("select pg_advisory_unlock(%s)", [LOCK])
        wait_until(lambda: raw.rows("select 1 from pg_locks where locktype = 'advisory'") == [])
        assert raw.rows(HELD) == NOTHING
    assert_healed(ingest, raw)
