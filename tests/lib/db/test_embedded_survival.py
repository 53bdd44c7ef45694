"""kill -9 of anything: the server never outlives its owner, and no committed row is lost."""

import os
import signal
import subprocess
import sys

import pytest

from lib.db import embedded
from lib.db.embedded import embedded_server, find_running, start_embedded
from lib.db.server.cluster import start
from lib.db.server.postmaster import command_line, living_postmaster, pid_file
from tests.support.local_server import (
    OWNER,
    is_living,
    kill_and_wait,
    owner_process,
    reachable_folder,
    remember,
    remembered,
    wait_until,
    watcher_of,
)

FORKING_OWNER = OWNER.replace(
    "time.sleep(120)",
    """
child = os.fork()
if child:
    print(child, flush=True)
time.sleep(60)
""",
)
BUSY = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1])
print(connection.info.backend_pid, flush=True)
connection.execute("select count(*) from generate_series(1, 20000) a, generate_series(1, 20000) b")
"""
UNFINISHED = """
import sys, time, psycopg
connection = psycopg.connect(sys.argv[1])
connection.execute("insert into words values ('a medias')")
print("inside", flush=True)
time.sleep(120)
"""


@pytest.fixture(scope="module")
def made_home():
    with reachable_folder() as folder:
        with embedded_server(folder) as server:
            remember(server.admin_url, "antes")
        yield folder


@pytest.fixture
def home(made_home):
    """The folder with its one committed word, whatever the former test did."""
    yield made_home
    with embedded_server(made_home) as server:
        assert remembered(server.admin_url) == ["antes"]


def test_the_server_ends_when_its_owner_is_killed(home):
    with owner_process(home) as owner:
        server = living_postmaster(find_running(home).data)
        owner.kill()
        owner.wait()
        assert wait_until(lambda: not is_living(server.pid)) < 10


def test_a_start_right_after_the_owner_was_killed_waits_for_the_old_server_to_end(home):
    with owner_process(home) as owner:
        old = living_postmaster(find_running(home).data)
        owner.kill()
        owner.wait()
        with embedded_server(home) as server:
            assert server.is_ours
            assert living_postmaster(server.data).pid != old.pid
            assert not is_living(old.pid)


def test_a_forked_child_that_keeps_the_pipe_open_does_not_keep_the_server(home):
    with owner_process(home, FORKING_OWNER) as owner:
        child = int(owner.stdout.readline())
        server = living_postmaster(find_running(home).data)
        owner.kill()
        owner.wait()
        assert is_living(child)
        wait_until(lambda: not is_living(server.pid))
        kill_and_wait(child)


def test_a_killed_server_comes_back_with_the_same_data(home):
    with embedded_server(home) as server:
        kill_and_wait(living_postmaster(server.data).pid)
        assert find_running(home) is None
        assert pid_file(server.data).exists()
    with embedded_server(home) as again:
        assert remembered(again.admin_url) == ["antes"]


def test_a_query_that_goes_on_after_its_server_was_killed_does_not_block_the_next_start(home):
    with owner_process(home) as owner:
        url = find_running(home).admin_url
        server = living_postmaster(home / "postgres" / "data")
        client = subprocess.Popen(
            [sys.executable, "-c", BUSY, url], stdout=subprocess.PIPE, text=True
        )
        backend = int(client.stdout.readline())
        wait_until(lambda: "SELECT" in " ".join(command_line(backend)))
        for pid in (watcher_of(owner.pid, home), server.pid, owner.pid):
            kill_and_wait(pid)
        assert is_living(backend)
        with embedded_server(home) as again:
            assert again.is_ours
            assert not is_living(backend)
        client.kill()
        client.wait()
        client.stdout.close()


def test_after_everything_was_killed_at_once_the_data_are_the_same(home):
    with owner_process(home) as owner:
        watcher, server = watcher_of(owner.pid, home), living_postmaster(find_running(home).data)
        for pid in (watcher, server.pid, owner.pid):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_living(server.pid))


def test_a_server_left_behind_without_owner_and_watcher_is_adopted(home):
    with owner_process(home) as owner:
        left_behind = living_postmaster(find_running(home).data)
        kill_and_wait(watcher_of(owner.pid, home))
        owner.kill()
        owner.wait()
        assert is_living(left_behind.pid)
        with embedded_server(home) as server:
            assert server.is_ours
            assert living_postmaster(server.data).pid == left_behind.pid
    assert not is_living(left_behind.pid)


def test_stopping_works_although_the_watcher_was_killed(home):
    server = start_embedded(home)
    pid = living_postmaster(server.data).pid
    kill_and_wait(watcher_of(os.getpid(), home))
    server.stop()
    assert not is_living(pid)


def test_a_watcher_told_to_end_takes_the_server_with_it(home):
    server = start_embedded(home)
    pid = living_postmaster(server.data).pid
    os.kill(watcher_of(os.getpid(), home), signal.SIGTERM)
    wait_until(lambda: not is_living(pid))
    server.stop()


def test_a_killed_client_leaves_no_half_transaction(home):
    with embedded_server(home) as server:
        client = subprocess.Popen(
            [sys.executable, "-c", UNFINISHED, server.admin_url], stdout=subprocess.PIPE, text=True
        )
        assert client.stdout.readline() == "inside\n"
        client.kill()
        client.wait()
        client.stdout.close()
        assert remembered(server.admin_url) == ["antes"]


def test_a_process_number_that_now_belongs_to_a_stranger_is_not_believed(home):
    data = home / "postgres" / "data"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file(data).write_text(f"{stranger.pid}\n{data}\n1\n5432\n\n127.0.0.1\n1 1\nready   \n")
        assert find_running(home) is None
        with embedded_server(home) as server:
            assert remembered(server.admin_url) == ["antes"]
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_again():
    with reachable_folder() as folder:
        half = folder / "postgres" / "data.new"
        half.mkdir(parents=True)
        (folder / "postgres").chmod(0o711)
        (half / "PG_VERSION").write_text("18\n")
        (folder / "postgres" / "initdb_password").write_text("of the former attempt\n")
        (folder / "postgres" / "admin_password").write_text("of the former attempt\n")
        with embedded_server(folder) as server:
            remember(server.admin_url, "entero")
            assert remembered(server.admin_url) == ["entero"]
        assert not half.exists()


def test_an_interrupt_while_the_server_is_on_its_way_leaves_none_behind(home, monkeypatch):
    begun = []

    def interrupted(folder, binaries, runner):
        begun.append(start(folder, binaries, runner))
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start_embedded(home)
    monkeypatch.undo()
    assert len(begun) == 1
    assert find_running(home) is None


def test_an_owner_killed_before_its_server_was_up_leaves_none_behind(home):
    slow = OWNER.replace(
        "server = start_embedded",
        "import lib.db.embedded as e; started = e.start\n"
        "def slow(*a):\n"
        "    started(*a); print('ready', flush=True); time.sleep(60)\n"
        "e.start = slow\n"
        "server = start_embedded",
    )
    with owner_process(home, slow) as owner:
        server = find_running(home)
        pid = living_postmaster(server.data).pid
        owner.kill()
        owner.wait()
        wait_until(lambda: not is_living(pid))
