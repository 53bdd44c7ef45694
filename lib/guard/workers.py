"""The processes that judge statements: few, reused, killed when one takes too long."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock

from lib.guard.allow_list import AllowList
from lib.guard.verdicts import Reason, Verdict, block
from lib.log import get_logger

__all__ = ["TIME_LIMIT_SECONDS", "Workers"]

TIME_LIMIT_SECONDS = 3.0
START_SECONDS = 30.0
MAX_WORKERS = 2
MAX_ANSWER_BYTES = 4 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
# the words of the interpreter that change where it finds modules, and nothing else
KEPT = ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH")

log = get_logger(__name__)


class WorkerLostError(Exception):
    """The worker gave no answer: it was too slow, or ended."""


class Worker:
    """One process; not thread-safe."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-m", "lib.guard.worker"],
            cwd=ROOT,
            env=environment | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.known: AllowList | None = None
        self.read_line(START_SECONDS)

    def ask(self, sql: str, allowed: AllowList, cap: int, seconds: float) -> Verdict:
        """The judgement of one statement. Raises WorkerLostError."""
        is_known = self.known is allowed
        request = {"sql": sql, "cap": cap, "allowed": None if is_known else allowed.to_json()}
        self.known = allowed
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise WorkerLostError("the worker has ended") from error
        is_allowed, reason, detail, text = json.loads(self.read_line(seconds))
        return Verdict(is_allowed, Reason(reason), detail, text)

    def read_line(self, seconds: float) -> bytes:
        """One line of its answers within the time. Raises WorkerLostError."""
        assert self.process.stdout is not None
        deadline, read = time.monotonic() + seconds, bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not read.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise WorkerLostError(f"no answer within {seconds:g} s")
                part = os.read(self.process.stdout.fileno(), 65536)
                if not part or len(read) > MAX_ANSWER_BYTES:
                    raise WorkerLostError("the worker has ended")
                read += part
        return bytes(read)

    def end(self) -> None:
        """Kill it and take its exit code, so that nothing of it stays."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                # what was not yet written has nobody to read it
                with suppress(BrokenPipeError):
                    pipe.close()


class Workers:
    """The workers of this process. Thread-safe; close it when done."""

    def __init__(self, *, most: int = MAX_WORKERS, seconds: float = TIME_LIMIT_SECONDS) -> None:
        self.seconds = seconds
        self._idle: list[Worker] = []
        self._lock = Lock()
        self._places = BoundedSemaphore(most)

    def judge(self, sql: str, allowed: AllowList, cap: int) -> Verdict:
        """The judgement, a block when the worker is too slow or is lost. Never raises for SQL."""
        with self._place() as worker:
            if worker is None:
                return block(Reason.unavailable, "La revisión no está disponible; pruebe otra vez.")
            try:
                verdict = worker.ask(sql, allowed, cap, self.seconds)
            except BaseException as error:
                worker.end()
                if not isinstance(error, (WorkerLostError, ValueError)):
                    raise
                log.warning("guard_worker_replaced", fault=str(error))
                return block(
                    Reason.time_limit,
                    "La consulta es demasiado compleja de revisar; simplifíquela.",
                )
            with self._lock:
                self._idle.append(worker)
            return verdict

    @contextmanager
    def _place(self) -> Iterator[Worker | None]:
        """A worker of our own, idle or new; None when none can be had."""
        if not self._places.acquire(timeout=2 * self.seconds + START_SECONDS):
            yield None
            return
        try:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            yield worker or _started()
        finally:
            self._places.release()

    def close(self) -> None:
        """End the idle workers; the next statement starts one again."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.end()


def _started() -> Worker | None:
    try:
        return Worker()
    except (OSError, WorkerLostError) as error:
        log.error("guard_worker_not_started", fault=str(error))
        return None
