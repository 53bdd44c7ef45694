"""The local server as it is found after a start: private, unprivileged, ours."""

import os
import socket
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from lib.db.embedded import embedded_server, find_running, start_embedded
from lib.db.server.postmaster import living_postmaster
from tests.support.local_server import reachable_folder, remember, remembered, wait_until


@pytest.fixture(scope="module")
def home():
    with reachable_folder() as folder:
        yield folder / ".indigitall"


@pytest.fixture(scope="module")
def server(home):
    with embedded_server(home) as running:
        yield running


def _setting(server, name):
    with psycopg.connect(server.admin_url) as connection:
        return connection.execute("select current_setting(%s)", [name]).fetchone()[0]


def test_the_first_start_makes_the_database_in_utf8_with_case_for_accents(server):
    with psycopg.connect(server.admin_url) as connection:
        row = connection.execute(
            "select current_database(), current_user::text, current_setting('server_encoding'),"
            " lower('ÁÑÜ'), upper('áñü'), 'Z' < 'a'"
        ).fetchone()
    assert row == ("indigitall", "indigo_admin", "UTF8", "áñü", "ÁÑÜ", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("fsync", "on"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("shared_buffers", "256MB"),
        ("max_connections", "100"),
        ("password_encryption", "scram-sha-256"),
        ("logging_collector", "on"),
        ("log_rotation_size", "10MB"),
    ],
)
def test_the_server_runs_with_our_settings(server, name, value):
    assert _setting(server, name) == value


def test_a_role_can_still_have_limits_of_its_own(server):
    with psycopg.connect(server.admin_url) as connection:
        connection.execute("create role limited login password 'only-for-this-test'")
        connection.execute("alter role limited set work_mem = '2MB'")
    parts = psycopg.conninfo.conninfo_to_dict(server.admin_url)
    parts |= {"user": "limited", "password": "only-for-this-test"}
    with psycopg.connect(**parts) as connection:
        assert connection.execute("show work_mem").fetchone() == ("2MB",)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_comes_in_without_the_password(server, password):
    parts = psycopg.conninfo.conninfo_to_dict(server.admin_url) | {"password": password}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**parts)


def test_the_server_never_runs_as_root(server):
    process = Path(f"/proc/{living_postmaster(server.data).pid}")
    runs_as = process.stat().st_uid
    assert runs_as != 0
    assert runs_as == server.data.stat().st_uid
    assert os.geteuid() in {0, runs_as}


def test_only_the_data_folder_is_given_to_the_servers_user(server, home):
    mine = {path.name: path.stat().st_uid for path in server.data.parent.iterdir()}
    del mine["data"]
    assert set(mine.values()) == {os.geteuid()}
    assert home.stat().st_uid == os.geteuid()


def test_secrets_are_open_to_their_owner_only(server, home):
    folder = server.data.parent
    modes = {
        path.name: oct(path.stat().st_mode & 0o777)
        for path in (home / "secrets.json", folder / "admin_password", server.data)
    }
    assert modes == {"secrets.json": "0o600", "admin_password": "0o600", "data": "0o700"}
    assert not (folder / "initdb_password").exists()


def test_the_password_is_not_shown_by_the_servers_description(server):
    password = psycopg.conninfo.conninfo_to_dict(server.admin_url)["password"]
    assert password not in repr(server)


def test_ctrl_c_in_the_terminal_reaches_neither_the_server_nor_its_watcher(server):
    postmaster = living_postmaster(server.data).pid
    assert os.getsid(postmaster) != os.getsid(0)
    assert os.getsid(server._watch._process.pid) not in {os.getsid(0), os.getsid(postmaster)}


def test_any_command_finds_the_running_server(server, home):
    found = find_running(home)
    assert (found.admin_url, found.port, found.is_ours) == (server.admin_url, server.port, False)


def test_a_second_start_joins_the_running_server_and_does_not_end_it(server, home):
    with embedded_server(home) as joined:
        assert (joined.port, joined.is_ours) == (server.port, False)
    assert _setting(server, "jit") == "off"


def test_errors_are_logged_without_statement_and_row(server):
    phone = "573001112233"
    insert = f"insert into called values ('{phone}')"
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("create table called (phone text primary key)")
        connection.execute(insert)
        with pytest.raises(psycopg.errors.UniqueViolation, match=phone):
            connection.execute(insert)

    def logged():
        return "".join(path.read_text() for path in (server.data / "log").iterdir())

    wait_until(lambda: "duplicate key value" in logged())
    assert phone not in logged()


def test_a_restart_keeps_the_data_and_the_port():
    with reachable_folder() as folder:
        with embedded_server(folder) as first:
            remember(first.admin_url, "uno")
        assert find_running(folder) is None
        with embedded_server(folder) as second:
            assert remembered(second.admin_url) == ["uno"]
            assert second.port == first.port
            assert second.admin_url == first.admin_url


def test_a_taken_port_is_left_to_its_user():
    with reachable_folder() as folder:
        with embedded_server(folder) as first:
            pass
        with closing(socket.socket()) as stranger:
            # the connections just closed may still linger on the port
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            stranger.bind(("127.0.0.1", first.port))
            stranger.listen()
            with embedded_server(folder) as second:
                assert second.port != first.port


def test_stopping_twice_is_harmless():
    with reachable_folder() as folder:
        server = start_embedded(folder)
        server.stop()
        server.stop()
        assert living_postmaster(server.data) is None


def test_only_the_newest_logs_are_kept():
    with reachable_folder() as folder:
        with embedded_server(folder) as server:
            logs = server.data / "log"
        for day in range(10, 20):
            (logs / f"postgresql-202501{day}-000000.log").write_text("old")
        with embedded_server(folder):
            kept = sorted(path.name for path in logs.iterdir())
        assert len(kept) <= 6
        assert "postgresql-20250110-000000.log" not in kept
