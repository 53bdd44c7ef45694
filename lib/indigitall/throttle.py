"""How fast one credential may ask: so many requests a second, so many at once.

What the API counts is the credential, so every client of the process that uses the same one shares
a throttle. Two processes do not: the rate of the configuration is that of one process.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lib.indigitall.deadlines import NEVER, Clock, Deadline

__all__ = ["Throttle", "shared_throttle"]

_shared: dict[tuple[bytes, float, int], "Throttle"] = {}
_shared_lock = threading.Lock()


@dataclass(slots=True)
class Throttle:
    """Turns for requests: at most `parallel` at once, begun at least 1/`per_second` apart."""

    per_second: float
    parallel: int
    clock: Clock = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.parallel)

    @contextmanager
    def turn(self, deadline: Deadline = NEVER) -> Iterator[bool]:
        """Wait for a turn and hold it; gives False, and holds none, when the deadline comes first.

        Turns are given in the order of asking; a wait after a refusal is not spent holding one.
        """
        longest = min(deadline.left_s(), threading.TIMEOUT_MAX)
        if not self._places.acquire(timeout=longest):
            yield False
            return
        try:
            wait = self._reserve()
            in_time = wait <= deadline.left_s()
            if wait > 0 and in_time:
                self.sleep(wait)
            yield in_time
        finally:
            self._places.release()

    def _reserve(self) -> float:
        """Take the next moment that is free; returns the seconds until then."""
        with self._lock:
            now = self.clock()
            begins_at = max(now, self._next_at)
            self._next_at = begins_at + 1 / self.per_second
            return begins_at - now


def shared_throttle(credential: str, per_second: float, parallel: int) -> Throttle:
    """The throttle of a credential, the same one for every client of this process."""
    # the digest, so that no credential stays in memory as a key of a table
    name = (hashlib.sha256(credential.encode()).digest(), per_second, parallel)
    with _shared_lock:
        return _shared.setdefault(name, Throttle(per_second, parallel))
