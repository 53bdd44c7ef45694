"""One ingestion run: what its steps need and what they did."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Literal

from lib.indigitall.client import IndigitallClient
from lib.indigitall.windows import Window
from lib.raw.api_calls import CallLog
from lib.raw.batches import Counts
from lib.raw.connection import Connection
from lib.raw.message_lines import KeyOf
from lib.raw.projects import IngestProject

__all__ = [
    "IngestResult",
    "IngestRun",
    "IngestionFailedError",
    "RunEndedError",
    "StepOutcome",
    "StepRunner",
    "facts",
]

NOTHING = Counts()
# How a step is run: its name and its work. Prefect's shell makes a task of each.
StepRunner = Callable[[str, Callable[[], Counts]], Counts]


class IngestionFailedError(Exception):
    """Steps failed for good; names project, endpoint and window of each. All others are done."""


class RunEndedError(IngestionFailedError):
    """A step failed in a way that none after it could survive."""


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How one list or window went; `failure` says what fails the run, if anything does."""

    endpoint: str
    window: Window | None
    status: Literal["ok", "failed", "not_offered", "left"]
    seconds: float = 0.0
    counts: Counts = NOTHING
    failure: str | None = None

    @property
    def name(self) -> str:
        """What its task is called, and what repeats it."""
        return f"{self.endpoint} {self.window}" if self.window else self.endpoint


@dataclass(slots=True)
class IngestRun:
    """What every step of one run needs, and what the steps did so far."""

    connection: Connection
    client: IndigitallClient
    project: IngestProject
    key_of: KeyOf
    run_id: str
    step: StepRunner
    calls: CallLog
    outcomes: list[StepOutcome] = field(default_factory=list)
    unanswered: int = 0

    @property
    def by_endpoint(self) -> dict[str, Counts]:
        """The rows of each endpoint that was read, as a whole or in part."""
        found: dict[str, Counts] = {}
        for done in self.outcomes:
            if done.status == "ok":
                found[done.endpoint] = found.get(done.endpoint, Counts()) + done.counts
        return found

    @property
    def windows(self) -> int:
        """How many windows were read whole."""
        return sum(done.status == "ok" for done in self.outcomes if done.window)

    @property
    def not_offered(self) -> tuple[str, ...]:
        """Endpoints that may be missing and are."""
        return tuple(
            done.endpoint
            for done in self.outcomes
            if done.status == "not_offered" and not done.failure
        )

    @property
    def failures(self) -> tuple[str, ...]:
        """What failed, each with its project, endpoint and window."""
        return tuple(done.failure for done in self.outcomes if done.failure)


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What one run did to raw, per endpoint; `not_offered` names endpoints that were left out."""

    project_id: int
    windows: int
    by_endpoint: dict[str, Counts]
    not_offered: tuple[str, ...]

    @property
    def counts(self) -> Counts:
        """The rows of all endpoints added up."""
        return sum(self.by_endpoint.values(), Counts())

    @property
    def has_changed(self) -> bool:
        """Whether raw holds anything it did not hold before."""
        return bool(self.counts.changed)


def facts(counts: Counts) -> dict[str, int]:
    """The counts that are not zero, for a log line."""
    return {name: value for name, value in asdict(counts).items() if value}
