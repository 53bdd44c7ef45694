"""One data folder of PostgreSQL: made once, started on a loopback port, told apart by version."""

import os
import secrets
import shutil
import socket
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lib.db.server.binaries import Binaries
from lib.db.server.errors import (
    AdminPasswordLostError,
    ForeignFolderError,
    OtherVersionError,
    ServerStartError,
)
from lib.db.server.postmaster import is_number_taken, living_postmaster, pid_file
from lib.db.server.run_as import Runner

HOST = "127.0.0.1"
SUPERUSER = "indigo_admin"
START_PATIENCE_S = 300
PORT_TRIES = 3
KEPT_LOGS = 5
SAID_CHARS = 2000

SETTINGS = {
    "listen_addresses": HOST,
    # no socket file: a path under a deep folder would be too long, and TCP with scram is enough
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "10MB",
    # statements and row contexts of errors carry phones and message texts
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
if sys.platform == "linux":
    # containers give /dev/shm 64 MB, which a parallel join outgrows; macOS has the contrary limits
    SETTINGS["dynamic_shared_memory_type"] = "sysv"


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """The files of one local server under `<INDIGITALL_HOME>/postgres`."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder; the only one given to the server's user."""
        return self.root / "data"

    @property
    def password_file(self) -> Path:
        """The superuser's password, for us alone."""
        return self.root / "admin_password"

    @property
    def port_file(self) -> Path:
        """The port of the last start, used again when it is free."""
        return self.root / "port"

    @property
    def lock_file(self) -> Path:
        """Locked while a living process owns the server; holds that process's number."""
        return self.root / "owner.lock"

    def create(self) -> None:
        """Make the folder: others pass through it and list nothing. Raises ForeignFolderError."""
        try:
            if not self.root.is_dir():
                self.root.mkdir()
                self.root.chmod(0o711)
            os.close(os.open(self.lock_file, os.O_CREAT | os.O_RDWR, 0o600))
        except PermissionError as error:
            raise ForeignFolderError(self.root) from error

    def password(self) -> str:
        """The superuser's password. Raises AdminPasswordLostError, ForeignFolderError."""
        try:
            return self.password_file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise AdminPasswordLostError(self.password_file) from None
        except PermissionError as error:
            raise ForeignFolderError(self.root) from error


def check_version(folder: ServerFolder, binaries: Binaries) -> None:
    """Refuse data of another major version. Raises OtherVersionError."""
    version_file = folder.data / "PG_VERSION"
    if folder.data.is_dir() and version_file.is_file():
        found = version_file.read_text(encoding="ascii").strip()
        if found != str(binaries.major):
            raise OtherVersionError(folder.data, found, binaries.major)


def initialise(folder: ServerFolder, binaries: Binaries, runner: Runner) -> None:
    """Make the data folder, whole or not at all: an interrupted initdb leaves nothing in use."""
    growing = folder.root / "data.new"
    shutil.rmtree(growing, ignore_errors=True)
    _write_private(folder.password_file, secrets.token_hex(24))
    for_initdb = folder.root / "initdb_password"
    _write_private(for_initdb, folder.password())
    runner.own(for_initdb)
    try:
        for locale in _locales(binaries):
            growing.mkdir(mode=0o700)
            runner.own(growing)
            done = runner.run(
                binaries.program("initdb"),
                f"--pgdata={growing}",
                f"--username={SUPERUSER}",
                f"--pwfile={for_initdb}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                *locale,
            )
            if done.returncode == 0:
                growing.rename(folder.data)
                return
            shutil.rmtree(growing, ignore_errors=True)
    finally:
        for_initdb.unlink()
    raise ServerStartError("initdb", (done.stdout + done.stderr)[-SAID_CHARS:])


def start(folder: ServerFolder, binaries: Binaries, runner: Runner) -> int:
    """Start the server and return its port once it accepts connections. Raises ServerStartError."""
    _drop_stale_pid_file(folder.data)
    _prune_logs(folder.data / "log")
    said = ""
    for attempt in range(PORT_TRIES):
        port = _free_port(_remembered_port(folder) if attempt == 0 else None)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        first_words = folder.data / "start.log"
        first_words.unlink(missing_ok=True)
        done = runner.run(
            binaries.program("pg_ctl"),
            "start",
            f"--pgdata={folder.data}",
            f"--log={first_words}",
            f"--options=-p {port} {options}",
            "--wait",
            f"--timeout={START_PATIENCE_S}",
        )
        if done.returncode == 0:
            folder.port_file.write_text(f"{port}\n", encoding="ascii")
            return port
        said = done.stdout + done.stderr + _tail(first_words) + _tail(_newest_log(folder.data))
        if "could not create any TCP/IP sockets" not in said:
            break
    raise ServerStartError("pg_ctl start", said[-SAID_CHARS:])


def _locales(binaries: Binaries) -> tuple[tuple[str, ...], ...]:
    """initdb's locale options, best first: letters with accents must have an upper and lower case.

    Sorting is by code point everywhere, so that no update of the system changes an index.
    """
    if binaries.major >= 17:
        return (("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),)
    return (("--locale=C.UTF-8",), ("--locale=C",))


def _drop_stale_pid_file(data: Path) -> None:
    # PostgreSQL refuses to start while the number exists, be it a stranger's (in a restarted
    # container nearly always) or a zombie's; a number that is free it understands by itself
    if living_postmaster(data) is None and is_number_taken(data):
        pid_file(data).unlink(missing_ok=True)


def _prune_logs(logs: Path) -> None:
    for old in sorted(logs.glob("postgresql-*.log"))[:-KEPT_LOGS]:
        old.unlink()


def _newest_log(data: Path) -> Path | None:
    return max((data / "log").glob("postgresql-*.log"), default=None)


def _tail(path: Path | None) -> str:
    if path is None or not path.is_file():
        return ""
    return path.read_text(encoding="utf-8", errors="replace")[-SAID_CHARS:]


def _remembered_port(folder: ServerFolder) -> int | None:
    text = folder.port_file.read_text("ascii").strip() if folder.port_file.is_file() else ""
    return int(text) if text.isdigit() else None


def _free_port(wanted: int | None) -> int:
    """`wanted` when nobody listens there, else a port the system chooses."""
    for port in (wanted, 0):
        if port is None:
            continue
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            # connections of a former run may linger; they do not keep a port from listening
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerStartError("puerto", f"no hay puertos libres en {HOST}")


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
