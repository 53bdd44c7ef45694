"""What can go wrong between a client and the API, on demand or by the throw of a seeded die.

    Fault(kind="cut", path="/v1/chat/history/csv", times=1, after=2)

spoils the third request of that path, once. What each kind does is in `spoiled.py`.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HEALING", "Fault", "FaultPlan", "Kind", "RequestCounter"]

Kind = Literal[
    "status_400_in_200", "status_404_in_200", "status_500_in_200",
    "429", "429_retry_after", "500", "502", "503", "slow", "cut", "reset", "half_csv",
    "corrupt_gzip", "json_error_on_csv", "html", "route_404", "nul", "not_utf8", "invalid_json",
    "wrong_header", "extra_column", "missing_column", "reordered_columns", "doubled_rows",
    "unknown_send_type", "redirect",
]  # fmt: skip
# what a client that tries again, in this run or the next, gets over without a person
HEALING: tuple[Kind, ...] = (
    "status_500_in_200", "429", "429_retry_after", "500", "502", "503", "cut", "reset", "half_csv",
    "corrupt_gzip", "html", "json_error_on_csv",
)  # fmt: skip


class Fault(BaseModel):
    """Spoil `times` requests of a path (every path when it is empty), after letting some pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    path: str = ""
    times: Annotated[int, Field(ge=1)] = 1
    after: Annotated[int, Field(ge=0)] = 0


@dataclass(slots=True)
class FaultPlan:
    """Which request goes wrong how: first what was asked for, then a share of all by chance.

    The same seed and the same requests in the same order give the same faults.
    """

    share: float = 0.0
    kinds: tuple[Kind, ...] = HEALING
    seed: int = 0
    asked_for: list[Fault] = field(default_factory=list)
    _random: Random = field(init=False)
    _seen: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"a share from 0 to below 1 was expected, got {self.share}")
        self._random = Random(self.seed)

    def add(self, faults: list[Fault]) -> None:
        """Faults on demand, beside those that are still waiting."""
        self.asked_for += faults

    def clear(self) -> None:
        """Nothing goes wrong any more, neither on demand nor by chance."""
        self.asked_for, self.share = [], 0.0
        self._seen.clear()

    def next(self, path: str) -> Kind | None:
        """What happens to the request that has just come."""
        for place, fault in enumerate(self.asked_for):
            if fault.path and fault.path != path:
                continue
            self._seen[place] += 1
            if fault.after < self._seen[place] <= fault.after + fault.times:
                return fault.kind
        if self._random.random() < self.share:
            return self._random.choice(self.kinds)
        return None


@dataclass(slots=True)
class RequestCounter:
    """How many requests each path got in each minute of the clock."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, path: str, minute: str) -> None:
        """One more."""
        self.counts.setdefault(path, Counter())[minute] += 1

    def as_json(self) -> dict[str, dict[str, int]]:
        """Path -> minute (UTC, ISO) -> requests."""
        return {path: dict(minutes) for path, minutes in sorted(self.counts.items())}
