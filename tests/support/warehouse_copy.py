"""A copy of the dbt project whose seeds a test may spoil."""

import shutil
from pathlib import Path

import pytest

from flows import dbt_process


def use_warehouse_copy(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Let every dbt run use a copy of the project in `folder`; returns the copy."""
    copy = folder / "warehouse"
    shutil.copytree(dbt_process.WAREHOUSE, copy, ignore=shutil.ignore_patterns("target", "logs"))
    patch.setattr(dbt_process, "WAREHOUSE", copy)
    return copy


def add_seed_row(copy: Path, seed: str, row: str) -> None:
    """Append one line to a seed of the copy."""
    with (copy / "seeds" / f"{seed}.csv").open("a", encoding="utf-8") as lines:
        lines.write(row + "\n")


def drop_last_seed_row(copy: Path, seed: str) -> None:
    """Take the last line off a seed of the copy."""
    path = copy / "seeds" / f"{seed}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
