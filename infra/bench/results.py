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


def merge_results(results: Sequence[Result], path: Path) -> None:
    """These rows beside those of other benchmarks; a former figure of the same name and size goes.

    The file is made when there is none.
    """
    known = read_results(path) if path.exists() else []
    new = {(row.name, row.size) for row in results}
    kept = [row for row in known if (row.name, row.size) not in new]
    write_results([*kept, *results], path)


def read_results(path: Path) -> list[Result]:
    """The rows of a bench.json."""
    return [Result(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def as_table(results: Sequence[Result]) -> str:
    """The rows as aligned text, one line each under a heading."""
    lines = [
        f"{'benchmark':46}{'size':>10}{'value':>14}  {'unit':24}{'goal':>10}  holds  compared with"
    ]
    for row in results:
        goal = "" if row.goal is None else f"{row.goal:g}"
        lines.append(
            f"{row.name:46}{row.size:>10}{row.value:>14,.3f}  {row.unit:24}{goal:>10}"
            f"  {HOLDS[row.holds]:5}  {row.compared_with or ''}".rstrip()
        )
    return "\n".join(lines)


def _held(row: Result, goal: float, holds: bool) -> Result:
    return Result(row.name, row.size, row.value, row.unit, goal, holds, row.compared_with)
