"""Help for tests of the local server: folders, owners that can be killed, a look at processes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
OWNER = """
import os, sys, time
from pathlib import Path
from lib.db.embedded import start_embedded
from lib.log import configure_logging
configure_logging("json")
server = start_embedded(Path(sys.argv[1]))
print("ready", flush=True)
time.sleep(120)
"""


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A new folder through which an unprivileged user may pass, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="indigitall-tests-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def owner_process(home: Path, code: str = OWNER) -> Iterator[subprocess.Popen[str]]:
    """Another process that has started the server of this folder and would keep it for long."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def watcher_of(owner_pid: int, home: Path) -> int:
    """The process number of the watcher that this owner started for the server of this folder."""
    watched = {str(owner_pid).encode(), str(home / "postgres" / "data").encode()}
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"lib.db.server.owner_watch" in arguments and watched <= set(arguments):
            found.append(int(entry.name))
    (watcher,) = found
    return watcher


def kill_and_wait(pid: int) -> None:
    """kill -9, and wait until the process is gone or a zombie."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_living(pid))


def is_living(pid: int) -> bool:
    """True while the process runs; a zombie does not."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def wait_until(happens: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait for something and return the seconds it took; AssertionError when it does not come."""
    begun = time.monotonic()
    while not happens():
        assert time.monotonic() - begun < seconds, f"still waiting after {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - begun


def remember(url: str, word: str) -> None:
    """Commit one word to the database."""
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists words (word text)")
        connection.execute("insert into words values (%s)", [word])


def remembered(url: str) -> list[str]:
    """The words committed so far, in order."""
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select word from words order by word")]
