"""The running server, as its `postmaster.pid` tells it; standard library only, for the watcher.

A process number alone proves nothing: after a crash or in a restarted container another program may
have it. A process counts as ours only when its command line names our data folder.
"""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FAST_STOP_S = 30.0
IMMEDIATE_STOP_S = 10.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Postmaster:
    """One living server process of a data folder."""

    pid: int
    port: int
    is_ready: bool


def pid_file(data: Path) -> Path:
    """Where the server of this data folder writes its process number."""
    return data / "postmaster.pid"


def living_postmaster(data: Path) -> Postmaster | None:
    """The living server of this data folder, None when there is none or only a stale file."""
    lines = _pid_lines(data)
    # line 1 process, 4 port, 8 state; the file grows while the server starts
    if not lines or not is_server_of(int(lines[0]), data):
        return None
    pid = int(lines[0])
    port = int(lines[3]) if len(lines) > 3 and lines[3].strip().isdigit() else 0
    return Postmaster(pid, port, is_ready=len(lines) > 7 and lines[7].strip() == "ready")


def is_number_taken(data: Path) -> bool:
    """True when the number in the pid file belongs to some process, a stranger or a zombie too."""
    lines = _pid_lines(data)
    if not lines:
        return False
    try:
        os.kill(int(lines[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pid_lines(data: Path) -> list[str]:
    """The lines of the pid file; empty when there is none or it does not begin with a number."""
    try:
        lines = pid_file(data).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].strip().isdigit() else []


def is_server_of(pid: int, data: Path) -> bool:
    """True when this process lives and was started as the server of exactly this data folder."""
    arguments = command_line(pid)
    return any(flag == "-D" and value == str(data) for flag, value in itertools.pairwise(arguments))


def command_line(pid: int) -> list[str]:
    """The arguments of a process; empty when it does not live (a zombie has none)."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return []
        return os.fsdecode(raw).split("\0")[:-1]
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    # ps joins arguments with blanks: the rest after -D is compared as a whole
    program, flag, rest = shown.stdout.strip().partition(" -D ")
    return [program, "-D", rest.partition(" -")[0]] if flag else [program]


def stop_postmaster(data: Path) -> bool:
    """Stop the server of this data folder, if one lives; False when it is still there at the end.

    A fast stop breaks connections off and writes everything; only when that hangs does the
    immediate one follow, after which the next start recovers from the log.
    """
    for stop_signal, patience in (
        (signal.SIGINT, FAST_STOP_S),
        (signal.SIGQUIT, IMMEDIATE_STOP_S),
    ):
        server = living_postmaster(data)
        if server is None or _all_end([server.pid], stop_signal, patience):
            return end_orphans(data)
    return False


def end_orphans(data: Path) -> bool:
    """End working processes whose server was killed; False when one is still there at the end.

    An idle one notices by itself; one in the middle of a long query holds the folder's memory, and
    no server can start there. Only where /proc tells which folder a process works in.
    """
    return _all_end(_processes_inside(data), signal.SIGQUIT, IMMEDIATE_STOP_S)


def _processes_inside(data: Path) -> list[int]:
    """PostgreSQL's processes whose current folder is the data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            is_worker = (entry / "cmdline").read_bytes().startswith(b"postgres: ")
            # compares the folders themselves: the process may see them through private mounts
            is_inside = is_worker and (entry / "cwd").samefile(data)
        except OSError:
            continue
        if is_inside:
            found.append(int(entry.name))
    return found


def _all_end(pids: list[int], stop_signal: signal.Signals, patience: float) -> bool:
    """Send the signal to all and wait: True when they have ended within the patience.

    All at once, because PostgreSQL's log writer ends only after the last process that logs.
    """
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
    deadline = time.monotonic() + patience
    while not all(_has_ended(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def _has_ended(pid: int) -> bool:
    """True when the process is gone or a zombie: its port and its memory are free again."""
    try:
        os.kill(pid, 0)
        # the name in brackets may contain anything, the state follows the last bracket
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return sys.platform == "linux"
    return state.rpartition(")")[2].split()[0] in {"Z", "X"}
