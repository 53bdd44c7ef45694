"""Lets everybody else's work go first: a session whose process takes what the others leave.

PostgreSQL has no priorities; the system has. The process of a session can be reached where the
server runs on the same machine, as the embedded one does. In containers it cannot, and there the
limits of time, memory and disk are what holds.
"""

import os
import re
import socket
from pathlib import Path
from typing import Any

import psycopg

from lib.log import get_logger

__all__ = ["NICENESS", "lower_priority"]

# a tenth of what an ordinary process gets when both want to work
NICENESS = 10
PROCESSES = Path("/proc")

log = get_logger(__name__)


def lower_priority(session: psycopg.Connection[Any]) -> bool:
    """Lower the priority of the session's server process for as long as the session lives.

    True when it is low now, False when the process is not of this machine or not ours to change.
    Only for sessions that never serve a page: an ordinary user cannot raise a priority again.
    """
    pid = session.info.backend_pid
    # the number alone proves nothing: a server elsewhere counts its own processes
    if not _is_process_of(session, pid):
        return False
    try:
        if os.getpriority(os.PRIO_PROCESS, pid) < NICENESS:
            os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    except OSError as error:
        log.debug("session_priority_kept", fault=type(error).__name__)
        return False
    return True


def _is_process_of(session: psycopg.Connection[Any], pid: int) -> bool:
    """True when the process calls itself by our role and by our end of the connection."""
    try:
        title = (PROCESSES / str(pid) / "cmdline").read_text(encoding="utf-8", errors="replace")
        with socket.socket(fileno=socket.dup(session.fileno())) as same:
            name = same.getsockname()
    except (OSError, psycopg.Error):
        return False
    here = re.escape(f"({name[1]})") if isinstance(name, tuple) else r" \[local\]"
    return re.match(rf"postgres: .*\b{re.escape(session.info.user)}\b.*{here}", title) is not None
