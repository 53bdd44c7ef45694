"""Which warehouse code builds the data: one fingerprint over models, macros and seeds.

The semantic manifest says what metrics mean and stays the same when only an SQL, a macro or a seed
changes. Files are read rather than dbt's manifest, which is as old as the last parse.
"""

import hashlib
from pathlib import Path

BUILDS_DATA = (
    "dbt_project.yml",
    "models/**/*.sql",
    "macros/**/*.sql",
    "seeds/**/*.csv",
)


def code_hash(warehouse: Path) -> str:
    """The fingerprint of a dbt project's code, the same wherever it is installed.

    Raises FileNotFoundError when there is no dbt project there.
    """
    if not (warehouse / "dbt_project.yml").is_file():
        raise FileNotFoundError(
            f"expected a dbt project in {warehouse}, found no dbt_project.yml: check the install"
        )
    found = {path for pattern in BUILDS_DATA for path in warehouse.glob(pattern)}
    named = sorted((path.relative_to(warehouse).as_posix(), path) for path in found)
    lines = [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in named]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
