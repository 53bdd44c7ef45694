"""How far a reading of windows is, for its log lines: done, rows, speed, time left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from lib.raw.batches import Counts

__all__ = ["Progress"]

BAR_WIDTH = 20


@dataclass(slots=True)
class Progress:
    """Windows of one endpoint, counted as they are done, whether or not they could be read.

    The estimate takes the windows to come for as long as those that are done.
    """

    total: int
    clock: Callable[[], float] = monotonic
    done: int = 0
    rows: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def add(self, counts: Counts) -> dict[str, object]:
        """One more window; what its log line says of the whole reading."""
        self.done += 1
        self.rows += counts.read
        seconds = max(self.clock() - self.began, 0.001)
        filled = BAR_WIDTH * self.done // self.total
        return {
            "progress": f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}]",
            "windows_done": self.done,
            "windows_total": self.total,
            "rows_so_far": self.rows,
            "rows_per_s": round(self.rows / seconds),
            "seconds_left": round(seconds / self.done * (self.total - self.done)),
        }
