"""Children end with their parent, and a failing step is named."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from infra.children import ChildFailedError, find_free_port, run_to_end, start_child

PARENT = """
import sys, time
from infra.children import start_child
child = start_child("idle", ["http.server", "--bind", "127.0.0.1", sys.argv[1]], {})
sys.stdout.write(f"{child.process.pid}\\n"); sys.stdout.flush()
time.sleep(60)
"""


def _is_alive(pid):
    """Whether a process runs; one that ended and waits for its parent does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.strip() != "" and not state.stdout.startswith("Z")


def test_a_child_ends_when_its_parent_is_killed():
    port = find_free_port(0)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(port)], stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    assert _is_alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(child)


def test_a_step_that_fails_is_named_with_its_exit_code():
    with pytest.raises(ChildFailedError, match="broken step was expected to end with 0"):
        run_to_end("broken step", ["json.tool", "no-such-file.json"], {})


def test_a_stopped_child_is_gone():
    child = start_child("idle", ["http.server", "--bind", "127.0.0.1", str(find_free_port(0))], {})
    assert child.is_running()
    child.stop()
    assert not child.is_running()


def test_a_taken_port_is_left_to_its_owner():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert find_free_port(port) != port
    free = find_free_port(0)
    assert find_free_port(free) == free
