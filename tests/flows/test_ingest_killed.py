"""A run that is killed without warning, as a process of its own."""

import os
import signal
import subprocess
import sys
from threading import Event

from tests.support.fake_api import HISTORY, message, on
from tests.support.local_server import ROOT, wait_until
from tests.support.served_api import served


def test_kill_9_between_two_pages_leaves_nothing_and_the_next_run_completes(ingest, raw, api):
    api.projects[1].messages = [message(n, "2026-02-16T14:00:00") for n in range(600)]
    asked, released = Event(), Event()

    def hang(_request):
        asked.set()
        released.wait(30)

    api.faults = [on(HISTORY, hang, page="1")]
    with served(api) as address:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", "--project", "1"],
            cwd=ROOT,
            env={**os.environ, "INDIGITALL_API_URL": address},
            stderr=subprocess.DEVNULL,
        )
        assert asked.wait(30)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        released.set()
    locks = "select 1 from pg_locks where locktype = 'advisory'"
    wait_until(lambda: raw.rows(locks) == [])

    assert raw.messages() == []
    # the first window was whole and stays; of the one that was cut there is no trace
    assert raw.rows("select window_from::text from raw.checkpoints") == [("2026-02-08",)]

    api.faults, api.requests = [], []
    ingest()
    assert len(raw.messages()) == 600
    assert raw.state()[0] == "ok"
