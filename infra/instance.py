"""One `make run` per data folder: a locked file names the process that holds it."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "run.pid"
STOP_SECONDS = 30


class AlreadyRunningError(Exception):
    """Another process holds the data folder."""

    def __init__(self, home: Path, pid: str) -> None:
        super().__init__(
            f"process {pid} runs with the data of {home}: use it, or stop it with `make stop`"
        )


@contextmanager
def claim_instance(home: Path) -> Iterator[None]:
    """Hold the data folder for this process; raises AlreadyRunningError when another one does.

    The lock belongs to the open file, so it is gone with the process however that ends: a file left
    behind by kill -9 holds nobody up.
    """
    with (home / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunningError(home, file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def stop_instance(home: Path) -> bool:
    """Stop the process that holds the data folder and wait for its end; False when none does."""
    path = home / FILE_NAME
    if not path.exists():
        return False
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = int(file.read().strip())
        else:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            else:
                return True
    raise TimeoutError(f"process {pid} was asked to stop and still runs after {STOP_SECONDS} s")
