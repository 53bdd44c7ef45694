"""What a benchmark leaves behind: rows of `bench.json`, and the table people read."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HOLDS = {None: "", True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: what was measured at which size, and the goal it is held against, if any."""

    name: str
    size: int
    value: float
    unit: str
    goal: float | None = None
    holds: bool | None = None
    compared_with: str | None = None


def at_least(result: Result, goal: float) -> Result:
    """The figure with a goal it must not stay below."""
    return _held(result, goal, result.value >= goal)


def at_most(result: Result, goal: float) -> Result:
    """The figure with a goal it must not exceed."""
    return _held(result, goal, result.value <= goal)


def write_results(results: Sequence[Result], path: Path) -> None:
    """All rows as a JSON list; the file of the former run is replaced."""
    rows = [asdict(result) for result in results]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def as_table(results: Sequence[Result]) -> str:
    """The rows as aligned text, one line each under a heading."""
    lines = [f"{'benchmark':30}{'size':>10}{'value':>14}  {'unit':24}{'goal':>10}  holds"]
    for row in results:
        goal = "" if row.goal is None else f"{row.goal:g}"
        lines.append(
            f"{row.name:30}{row.size:>10}{row.value:>14,.3f}  {row.unit:24}{goal:>10}"
            f"  {HOLDS[row.holds]}"
        )
    return "\n".join(lines)


def _held(row: Result, goal: float, holds: bool) -> Result:
    return Result(row.name, row.size, row.value, row.unit, goal, holds, row.compared_with)
