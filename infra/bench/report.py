"""Fill docs/rendimiento.md from bench.json and the plans: `python -m infra.bench.report`.

What stands between the marks of the document is written anew; the words around it stay.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from infra.bench.results import HOLDS, Result, at_most, read_results
from lib.config import CHECKOUT

__all__ = ["filled", "growth", "main", "markdown_table"]

DOCUMENT = CHECKOUT / "docs" / "rendimiento.md"
TABLE, PLANS = "table", "plans"
ONE_DAY, GROWTH_GOAL = "dbt_one_day", 1.3


def markdown_table(results: Sequence[Result]) -> str:
    """One row per figure, one column per size, in the order of the file."""
    sizes = sorted({row.size for row in results})
    lines = [
        "| What | Unit | Goal | "
        + " | ".join(f"{size:,}" for size in sizes)
        + " | Compared with |",
        "| --- | --- | ---: |" + " ---: |" * len(sizes) + " --- |",
    ]
    for name in dict.fromkeys(row.name for row in results):
        by_size = {row.size: row for row in results if row.name == name}
        any_row = by_size[max(by_size)]
        cells = [_cell(by_size.get(size)) for size in sizes]
        goal = "" if any_row.goal is None else f"{any_row.goal:g}"
        lines.append(
            f"| {name} | {any_row.unit} | {goal} | {' | '.join(cells)}"
            f" | {any_row.compared_with or ''} |"
        )
    return "\n".join(lines)


def filled(document: str, parts: dict[str, str]) -> str:
    """The document with each part between its marks. Raises ValueError when a mark is missing."""
    for name, content in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin not in document or end not in document:
            raise ValueError(f"expected the marks {begin} and {end} in the document")
        before, rest = document.split(begin, 1)
        _, after = rest.split(end, 1)
        document = f"{before}{begin}\n{content.strip()}\n{end}{after}"
    return document


def growth(results: Sequence[Result]) -> list[Result]:
    """How much dearer a new day is in the longest history than in the shortest one measured."""
    days = sorted((row for row in results if row.name == ONE_DAY), key=lambda row: row.size)
    if len(days) < 2:
        return []
    small, large = days[0], days[-1]
    ratio = Result(
        f"{ONE_DAY}_growth",
        large.size,
        large.value / small.value,
        "ratio",
        compared_with=f"{ONE_DAY} at {small.size:,}",
    )
    return [at_most(ratio, GROWTH_GOAL)]


def main() -> int:
    """Write the document."""
    results = read_results(CHECKOUT / "bench.json")
    results += growth(results)
    plans = (CHECKOUT / "bench_plans.md").read_text(encoding="utf-8")
    text = DOCUMENT.read_text(encoding="utf-8")
    parts = {TABLE: markdown_table(results), PLANS: plans}
    Path(DOCUMENT).write_text(filled(text, parts), encoding="utf-8")
    return 0


def _cell(row: Result | None) -> str:
    if row is None:
        return ""
    value = f"{row.value:,.2f}" if row.value < 10 else f"{row.value:,.0f}"
    return value if row.holds is None else f"{value} ({HOLDS[row.holds]})"


if __name__ == "__main__":
    sys.exit(main())
