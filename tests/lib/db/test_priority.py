"""A session that goes behind all others, and the processes that are left alone."""

import os
import socket

import psycopg
import pytest

from lib.db import priority
from lib.db.priority import NICENESS, lower_priority


@pytest.fixture
def session(postgres):
    address = postgres.set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as session:
        yield session


def niceness(session):
    return os.getpriority(os.PRIO_PROCESS, session.info.backend_pid)


def test_the_process_of_the_session_gets_the_low_priority_and_keeps_it(session):
    assert niceness(session) < NICENESS
    assert lower_priority(session)
    assert niceness(session) == NICENESS
    assert lower_priority(session)
    assert session.execute("select 1").fetchone() == (1,)


def test_other_sessions_keep_theirs(session, postgres):
    lower_priority(session)
    address = postgres.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as other:
        assert niceness(other) < NICENESS


@pytest.mark.parametrize(
    "title",
    [
        "/usr/bin/python3\0-m\0flows.ingest",
        "postgres: indigo_app indigitall 127.0.0.1(1) idle",
        "postgres: {user} indigitall 127.0.0.1(1) idle",
        "postgres: {user}_reveal indigitall 127.0.0.1({port}) idle",
        "bash\0postgres: {user} indigitall 127.0.0.1({port}) idle",
        "",
    ],
)
def test_a_process_that_is_not_the_session_s_is_left_alone(session, monkeypatch, tmp_path, title):
    """The same number may belong to anybody when the server runs elsewhere."""
    folder = tmp_path / str(session.info.backend_pid)
    folder.mkdir()
    with socket.socket(fileno=socket.dup(session.fileno())) as same:
        port = same.getsockname()[1]
    (folder / "cmdline").write_text(title.format(user=session.info.user, port=port))
    monkeypatch.setattr(priority, "PROCESSES", tmp_path)
    before = niceness(session)
    assert not lower_priority(session)
    assert niceness(session) == before


def test_a_machine_without_a_list_of_processes_changes_nothing(session, monkeypatch, tmp_path):
    monkeypatch.setattr(priority, "PROCESSES", tmp_path / "none")
    assert not lower_priority(session)
