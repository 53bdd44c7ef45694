"""A whole ingestion through HTTP: the sandbox in one process, `python -m flows.ingest` in another.

Messages a second count from the start of the process to its end, lists and checkpoints included;
memory is the most that the process held (ru_maxrss).
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import httpx

from infra.bench.results import Result, at_least, at_most
from infra.children import CHECKOUT, find_free_port, start_child
from infra.demo import local_environment, register_demo
from lib.clock import today
from lib.config import get_settings
from lib.raw.connection import Connection

__all__ = ["measure_ingestion"]

SPEED_GOAL, MEMORY_GOAL_MB, GROWTH_GOAL = 8_000.0, 200.0, 1.1
DAYS = 400
# what the sandbox says in so many days at its usual size
MESSAGES_AT_SCALE_1 = 47_000
START_SECONDS = 180
PER_MB = 1024 if sys.platform == "linux" else 1024 * 1024
EMPTY = "truncate raw.messages, raw.checkpoints, raw.batches, app.sync_state"
COUNT = "select count(*) from raw.messages"


class IngestionFailedError(RuntimeError):
    """The measured process did not end well; its log lines stand above."""


def measure_ingestion(connection: Connection, size: int) -> list[Result]:
    """About a tenth of `size` messages, then about all of them, each into an empty raw."""
    results: list[Result] = []
    peaks: list[float] = []
    for wanted in (size // 10, size):
        rows, seconds, peak = _one_ingestion(connection, wanted)
        peaks.append(peak)
        speed = Result("ingestion_http", wanted, rows / seconds, "messages/s")
        memory = Result("ingestion_memory", wanted, peak, "MB at most")
        results += [at_least(speed, SPEED_GOAL), at_most(memory, MEMORY_GOAL_MB)]
    ratio = next(large / small for small, large in pairwise(peaks))
    growth = Result("ingestion_memory_growth", size, ratio, "ratio", compared_with="a tenth")
    return [*results, at_most(growth, GROWTH_GOAL)]


def _one_ingestion(connection: Connection, size: int) -> tuple[int, float, float]:
    """Messages, seconds and MB of one run over both projects of the demo."""
    register_demo()
    connection.execute(EMPTY)
    connection.execute("update app.projects set backfill_from = %s", [_first_day()])
    with _sandbox(size) as environment:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.ingest"],
            cwd=CHECKOUT,
            env={**os.environ, "LOG_LEVEL": "WARNING", **environment},
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise IngestionFailedError(f"0 was expected and flows.ingest ended {process.returncode}")
    ((rows,),) = connection.execute(COUNT).fetchall()
    return rows, seconds, used.ru_maxrss / PER_MB


def _first_day() -> str:
    return (today() - timedelta(days=DAYS - 1)).isoformat()


@contextmanager
def _sandbox(size: int) -> Iterator[dict[str, str]]:
    """The sandbox with about so many messages; yields what finds it."""
    port = find_free_port(0)
    environment = local_environment(get_settings().home, port)
    scale = f"{size / MESSAGES_AT_SCALE_1:.3f}"
    arguments = ["infra.sandbox", "--port", str(port), "--days", str(DAYS), "--scale", scale]
    child = start_child("sandbox", arguments, {"LOG_LEVEL": "WARNING"})
    try:
        _wait_for(f"{environment['INDIGITALL_API_URL']}/v1/status", child.is_running)
        yield environment
    finally:
        child.stop()


def _wait_for(address: str, is_running: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_running():
        try:
            httpx.get(address, timeout=5, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise IngestionFailedError(f"{address} was expected to answer and did not")
