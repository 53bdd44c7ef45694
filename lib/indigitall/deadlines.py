"""How long something may still take: one request as a whole, or one run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Self

__all__ = ["NEVER", "Deadline"]

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Deadline:
    """An end on a clock that only goes forward; `clock` can be replaced in tests."""

    ends_at: float
    clock: Clock = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: Clock = time.monotonic) -> Self:
        """So many seconds from now."""
        return cls(clock() + seconds, clock)

    def left_s(self) -> float:
        """Seconds until the end, 0 when it has passed."""
        return max(0.0, self.ends_at - self.clock())


NEVER = Deadline(inf)
