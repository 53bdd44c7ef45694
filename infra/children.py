"""Child processes that end with their parent: each holds a pipe to it (see `infra.supervised`)."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
STOP_SECONDS = 10


class ChildFailedError(Exception):
    """A step that runs as a process of its own ended with a failure; its log lines stand above."""

    def __init__(self, name: str, exit_code: int) -> None:
        self.name = name
        self.exit_code = exit_code
        super().__init__(f"{name} was expected to end with 0 and ended with {exit_code}")


@dataclass(frozen=True, slots=True)
class Child:
    """A running child; closing its pipe is what stops it."""

    name: str
    process: subprocess.Popen[bytes]

    def is_running(self) -> bool:
        """Whether it still runs; one that ended by itself is a fault of its step."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End it in order, and for good when it does not answer within ten seconds."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def start_child(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Child:
    """Start `python -m arguments...` in a session of its own, so that a Ctrl-C reaches only us."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.supervised", *arguments],
        stdin=subprocess.PIPE,
        env={**os.environ, **environment},
        cwd=CHECKOUT,
        start_new_session=True,
    )
    return Child(name=name, process=process)


def run_to_end(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run one child to its end. Raises ChildFailedError when it does not end with 0."""
    child = start_child(name, arguments, environment)
    try:
        exit_code = child.process.wait()
    finally:
        child.stop()
    if exit_code != 0:
        raise ChildFailedError(name, exit_code)


def find_free_port(preferred: int) -> int:
    """`preferred` when nobody listens there on loopback, else a free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
