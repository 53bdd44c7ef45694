"""The client programs are found by version and run with the password where nobody can list it."""

import pytest
from sqlalchemy import make_url

from lib.db.server.client_programs import (
    ProgramFailedError,
    ProgramMissingError,
    find_program,
    read_archive,
    run_program,
)

ADDRESS = make_url("postgresql+psycopg://ana:word-of-ana@db.example:5433/store?sslmode=require")


def program_in(folder, name, major, script="true"):
    """A program that says its version, and else runs the script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {major}.6 (x)" && exit 0\n'
        f"{script}\n"
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def only_in(monkeypatch, tmp_path):
    """PG_BIN and PATH hold what the test puts there, and no package is installed."""
    monkeypatch.setattr("lib.db.server.client_programs.wheel_programs", lambda: None)
    monkeypatch.setenv("PG_BIN", str(tmp_path / "given"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    return tmp_path


def test_the_program_of_the_server_s_own_version_is_taken_before_a_newer_one(only_in):
    program_in(only_in / "given", "pg_dump", 18)
    own = program_in(only_in / "path", "pg_dump", 15)
    assert find_program("pg_dump", 15).path == own
    assert find_program("pg_dump", 16).major == 18


def test_a_program_older_than_the_server_is_not_taken(only_in):
    program_in(only_in / "given", "pg_dump", 15)
    program_in(only_in / "path", "pg_dump", 14)
    with pytest.raises(ProgramMissingError, match=r"PostgreSQL 16 or newer .* \(15\), .* \(14\)"):
        find_program("pg_dump", 16)


def test_the_password_is_in_the_environment_of_the_program_and_not_among_its_arguments(only_in):
    script = 'echo "$@"; echo "as $PGUSER with $PGPASSWORD"'
    program_in(only_in / "given", "pg_dump", 18, script)
    said = run_program(find_program("pg_dump", 18), ADDRESS, "--format=custom").splitlines()
    place = "--dbname=postgresql://db.example:5433/store?sslmode=require"
    assert said == [f"{place} --no-password --format=custom", "as ana with word-of-ana"]


def test_what_a_program_says_on_failure_is_shown_without_the_data_it_quotes(only_in):
    script = """cat >&2 <<'END'
pg_restore: while PROCESSING TOC:
pg_restore: error: could not execute query: ERROR:  value "573000000101" is no key
DETAIL:  Key (contact_id)=(573000000101) and luz@coop.example.
CONTEXT:  COPY messages, line 1: "me llamo Luz"
Command was: INSERT INTO raw.messages VALUES ('me llamo Luz')
END
exit 1"""
    program_in(only_in / "given", "pg_restore", 18, script)
    program = find_program("pg_restore", 18)
    with pytest.raises(ProgramFailedError) as failure:
        run_program(program, ADDRESS)
    assert str(failure.value) == (
        "pg_restore was expected to end with 0 and ended with 1: pg_restore: error: could not"
        ' execute query: ERROR:  value "…" is no key'
    )


def test_what_is_no_archive_is_said_so(tmp_path):
    (tmp_path / "x.dump").write_text("no archive")
    with pytest.raises(ProgramFailedError, match="does not appear to be a valid archive"):
        read_archive(find_program("pg_restore", 15), tmp_path / "x.dump")
