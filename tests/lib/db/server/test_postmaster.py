"""What a pid file proves, and what it does not."""

import os
import subprocess
import sys

import pytest

from lib.db.server.postmaster import (
    command_line,
    is_server_of,
    living_postmaster,
    pid_file,
    stop_postmaster,
)
from tests.support.local_server import wait_until


@pytest.fixture
def impostor(tmp_path):
    """A process that carries our folder in its arguments, as a server would."""
    sleeper = "import time; time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", sleeper, "-D", str(tmp_path)])
    wait_until(lambda: command_line(process.pid) != [])
    yield process
    process.kill()
    process.wait()


def _write(data, *lines):
    pid_file(data).write_text("\n".join(str(line) for line in lines) + "\n")


def test_without_a_pid_file_there_is_no_server(tmp_path):
    assert living_postmaster(tmp_path) is None
    assert stop_postmaster(tmp_path) is True


@pytest.mark.parametrize("content", ["", "\n", "not a number\n", "-5\n"])
def test_a_pid_file_without_a_number_is_no_server(tmp_path, content):
    pid_file(tmp_path).write_text(content)
    assert living_postmaster(tmp_path) is None


def test_a_living_stranger_is_not_our_server_and_is_not_stopped(tmp_path):
    _write(tmp_path, os.getpid(), tmp_path, 1, 5432, "", "127.0.0.1", "1 1", "ready   ")
    assert living_postmaster(tmp_path) is None
    assert stop_postmaster(tmp_path) is True


def test_the_server_of_another_folder_is_not_ours(tmp_path, impostor):
    assert is_server_of(impostor.pid, tmp_path)
    assert not is_server_of(impostor.pid, tmp_path / "other")
    assert not is_server_of(impostor.pid, tmp_path.parent)


def test_a_server_that_is_still_starting_is_not_ready(tmp_path, impostor):
    _write(tmp_path, impostor.pid, tmp_path, 1)
    assert living_postmaster(tmp_path).is_ready is False
    _write(tmp_path, impostor.pid, tmp_path, 1, 5433, "", "127.0.0.1", "1 1", "starting")
    assert living_postmaster(tmp_path).is_ready is False
    _write(tmp_path, impostor.pid, tmp_path, 1, 5433, "", "127.0.0.1", "1 1", "ready   ")
    found = living_postmaster(tmp_path)
    assert (found.port, found.is_ready) == (5433, True)


def test_a_dead_process_has_no_command_line(impostor):
    impostor.kill()
    impostor.wait()
    assert command_line(impostor.pid) == []


def test_the_command_line_is_also_read_where_there_is_no_proc(tmp_path, monkeypatch):
    shown = subprocess.CompletedProcess([], 0, stdout="/bin/postgres -D /a b/data -p 5432 -c x=y\n")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: shown)
    assert command_line(1) == ["/bin/postgres", "-D", "/a b/data"]
    shown.stdout = "\n"
    assert command_line(1) == [""]
