"""PostgreSQL's own client programs (pg_dump, pg_restore): found, and run without a visible secret.

The password travels in the child's environment, never among its arguments, which every user of the
machine can list. What a program says on failure is shown without the data it may quote.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from lib.config import embedded_options
from lib.db.server.binaries import wheel_programs

__all__ = [
    "ClientProgram",
    "ProgramFailedError",
    "ProgramMissingError",
    "find_program",
    "read_archive",
    "run_program",
]

INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME")
# DETAIL, CONTEXT and the failing command quote rows; the error itself may quote a number or a text
ERROR_LINE = re.compile(r"(?:error|ERROR|FATAL):")
QUOTED_DATA = re.compile(r"\d{5,}|[^\s\"]+@[^\s\"]+")
SHOWN_LINES, SHOWN_CHARS = 5, 300


class ProgramMissingError(Exception):
    """No program of the needed version was found."""

    def __init__(self, name: str, major: int, found: Sequence[str]) -> None:
        there = ", ".join(found) or "none"
        super().__init__(
            f"expected {name} of PostgreSQL {major} or newer in PG_BIN, in the installed package or"
            f" in PATH, found: {there}; name a folder in PG_BIN, such as"
            f" /usr/lib/postgresql/{major}/bin"
        )


class ProgramFailedError(Exception):
    """A program ended with a failure; the message holds its errors without quoted data."""

    def __init__(self, name: str, exit_code: int, said: str) -> None:
        lines = [line for line in said.splitlines() if ERROR_LINE.search(line)][:SHOWN_LINES]
        shown = "; ".join(QUOTED_DATA.sub("…", line)[:SHOWN_CHARS] for line in lines)
        super().__init__(f"{name} was expected to end with 0 and ended with {exit_code}: {shown}")


@dataclass(frozen=True, slots=True)
class ClientProgram:
    """A program and the version of PostgreSQL it belongs to."""

    name: str
    path: Path
    major: int


def find_program(name: str, server_major: int) -> ClientProgram:
    """The program of the server's own version, else the oldest newer one.

    A program older than the server does not understand it. Raises ProgramMissingError.
    """
    found = [program for folder in _folders(name) if (program := _look_at(folder / name))]
    usable = [program for program in found if program.major >= server_major]
    if not usable:
        raise ProgramMissingError(name, server_major, [f"{p.path} ({p.major})" for p in found])
    return min(usable, key=lambda program: program.major)


def run_program(program: ClientProgram, url: URL, *arguments: str) -> str:
    """Run it against the database of `url` and return its output. Raises ProgramFailedError."""
    place = URL.create(
        "postgresql", host=url.host, port=url.port, database=url.database, query=url.query
    )
    environment = {key: os.environ[key] for key in INHERITED if key in os.environ}
    if url.username:
        environment["PGUSER"] = url.username
    if url.password:
        environment["PGPASSWORD"] = url.password
    return _run(program, environment, f"--dbname={place}", "--no-password", *arguments)


def read_archive(program: ClientProgram, archive: Path) -> str:
    """The table of contents of an archive, as `pg_restore` lists it. Raises ProgramFailedError."""
    return _run(program, {}, "--list", str(archive))


def _run(program: ClientProgram, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [program.path, *arguments],
        env=environment | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        umask=0o077,
        check=False,
    )
    if done.returncode != 0:
        raise ProgramFailedError(program.name, done.returncode, done.stderr)
    return done.stdout


def _folders(name: str) -> list[Path]:
    in_path = shutil.which(name)
    candidates = (
        embedded_options().pg_bin,
        wheel_programs(),
        Path(in_path).parent if in_path else None,
    )
    return [folder for folder in candidates if folder is not None]


def _look_at(path: Path) -> ClientProgram | None:
    if not os.access(path, os.X_OK):
        return None
    shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\) (\d+)", shown.stdout)
    return ClientProgram(path.name, path, int(version[1])) if version else None
