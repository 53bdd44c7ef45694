"""Markdown that is the same for the same input: headings, tables, cells."""

from collections.abc import Iterable, Sequence

NOTHING = "-"


def cell(value: object) -> str:
    """A value as one table cell: no line ends, no bars, a dash for nothing."""
    text = " ".join(str(value if value is not None else "").split()).replace("|", "\\|")
    return text or NOTHING


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table, and an empty one after it."""
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return [*lines, ""]


def listed(names: Iterable[str]) -> str:
    """Names in code style, one after the other."""
    return ", ".join(f"`{name}`" for name in names)
