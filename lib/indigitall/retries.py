"""Which failures are worth another try, and how long to wait before it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from lib.indigitall.connection import Limits
from lib.indigitall.deadlines import Clock
from lib.indigitall.errors import IndigitallError, RequestRefusedError, TemporaryError

__all__ = ["Retries"]


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, how long to wait and for what; `sleep`, `jitter` (0 to 1), `clock` for tests."""

    waits_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    longest_s: float = 120.0
    statuses: frozenset[int] = Limits().retry_statuses
    request_s: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    clock: Clock = time.monotonic

    @classmethod
    def within(cls, limits: Limits) -> Self:
        """As the configuration says."""
        return cls(
            limits.wait_seconds,
            limits.longest_wait_seconds,
            limits.retry_statuses,
            limits.request_seconds,
        )

    def delay_s(self, attempt: int, asked_s: float) -> float:
        """The wait after failed attempt 0, 1...: up to a quarter longer, or what the API asked."""
        return max(self.waits_s[attempt] * (1 + self.jitter() / 4), asked_s)

    def next_wait_s(self, attempt: int, error: IndigitallError) -> float | None:
        """The wait before another try after failed attempt 0, 1...; None when it is not worth it.

        A wait beyond `longest_s` is none: the schedule comes back sooner than a process sleeps.
        """
        if not isinstance(error, TemporaryError | RequestRefusedError):
            return None
        asked_s = error.retry_after_s if isinstance(error, TemporaryError) else 0.0
        is_covered = error.status is None or error.status in self.statuses
        if not is_covered or attempt >= len(self.waits_s) or asked_s > self.longest_s:
            return None
        return self.delay_s(attempt, asked_s)
