"""A small process that outlives its owner by a moment and stops the owner's server.

It is a child of the owner, in a session of its own so that Ctrl-C in the terminal does not reach
it. It waits on a pipe that ends with the owner, however the owner dies. It holds the lock of the
data folder until the server is gone, so that nobody starts a second one in between.

    python -m lib.db.server.owner_watch DATA_FOLDER OWNER_PID      (pipe on standard input)
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from lib.db.server.errors import ServerStopError
from lib.db.server.postmaster import living_postmaster, stop_postmaster

ROOT = Path(__file__).resolve().parents[3]
SETTLED = b"s"
# fork without exec copies the pipe into children; the parent's number shows the death anyway
LOOK_AT_PARENT_S = 1.0
LATE_START_S = 5.0
STOP_PATIENCE_S = 60.0


class WatchEndedError(Exception):
    """The watcher itself was told to end."""


class OwnerWatch:
    """The owner's handle on its watcher; the server lives as long as this is open."""

    def __init__(self, data: Path, lock_handle: int) -> None:
        self._data = data
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lib.db.server.owner_watch", str(data), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=(lock_handle,),
            start_new_session=True,
        )

    def settled(self) -> None:
        """Tell the watcher that no server is on its way any more: at the end it need not wait."""
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._process.stdin.fileno(), SETTLED)

    def stop(self) -> None:
        """Have the server stopped and wait for it. Raises ServerStopError. Safe to repeat."""
        if self._process.stdin:
            self._process.stdin.close()
        # somebody may have killed the watcher: then the work is ours
        if self._process.wait(STOP_PATIENCE_S) != 0 and not stop_postmaster(self._data):
            raise ServerStopError(self._data)


def watch(data: Path, owner_pid: int) -> bool:
    """Wait for the owner's end, then stop the server; False when it would not stop."""
    if not _await_end(owner_pid):
        _await_late_server(data)
    return stop_postmaster(data)


def _await_end(owner_pid: int) -> bool:
    """Return at the owner's end: True when it had said that no server was on its way."""
    is_settled = False
    try:
        while os.getppid() == owner_pid:
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_AT_PARENT_S)
            if readable and not os.read(sys.stdin.fileno(), 64):
                break
            is_settled = is_settled or bool(readable)
    except WatchEndedError:
        pass
    return is_settled


def _await_late_server(data: Path) -> None:
    """The owner may have died between asking for a server and seeing it."""
    deadline = time.monotonic() + LATE_START_S
    while time.monotonic() < deadline and living_postmaster(data) is None:
        time.sleep(0.1)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise WatchEndedError


def main() -> int:
    """Watch until the end; SIGTERM means the same as the owner's end."""
    data, owner_pid = Path(sys.argv[1]), int(sys.argv[2])
    os.chdir("/")
    signal.signal(signal.SIGTERM, _end)
    return 0 if watch(data, owner_pid) else 1


if __name__ == "__main__":
    sys.exit(main())
