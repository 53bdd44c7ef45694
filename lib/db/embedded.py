"""The local PostgreSQL server: started for us alone, and gone when the process that started it is.

    with embedded_server(home) as server: ...

It listens on loopback only, asks for passwords, never runs as root, and keeps everything it writes
under `<INDIGITALL_HOME>/postgres`. It survives kill -9 of anything: the next start recovers the
same data. Used when DATABASE_URL is not set.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from lib.config import embedded_options
from lib.db.server.binaries import Binaries, copy_binaries, find_binaries, is_from_wheel
from lib.db.server.cluster import HOST, SUPERUSER, ServerFolder, check_version, initialise, start
from lib.db.server.errors import (
    DataFolderBusyError,
    EmbeddedServerError,
    ForeignFolderError,
    ServerStartError,
    ServerStopError,
    UnreachableFolderError,
)
from lib.db.server.owner_watch import OwnerWatch
from lib.db.server.postmaster import living_postmaster, stop_postmaster
from lib.db.server.run_as import Runner, RunUser, first_closed, pick_user, runner_for
from lib.local_secrets import LocalSecretsError, ensure_home, ensure_local_secrets
from lib.log import get_logger

__all__ = ["EmbeddedServer", "EmbeddedServerError", "embedded_server", "find_running"]
__all__ += ["start_embedded"]

DATABASE = "indigitall"
OWNER_PATIENCE_S = 60.0
CONNECT_TIMEOUT_S = 5
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running local server; `is_ours` tells whether this process started it and will end it."""

    host: str
    port: int
    data: Path
    admin_url: str = field(repr=False)
    _watch: OwnerWatch | None = field(default=None, repr=False)

    @property
    def is_ours(self) -> bool:
        """False when another living process owns the server and we only use it."""
        return self._watch is not None

    def stop(self) -> None:
        """Stop the server if it is ours, and wait until it is gone. Raises ServerStopError."""
        if self._watch:
            self._watch.stop()
            log.info("embedded_server_stopped", port=self.port)


@contextmanager
def embedded_server(home: Path) -> Iterator[EmbeddedServer]:
    """The local server of this folder for the length of a block. Raises EmbeddedServerError."""
    server = start_embedded(home)
    try:
        yield server
    finally:
        server.stop()


def start_embedded(home: Path) -> EmbeddedServer:
    """Start the local server of this folder, or join the one another living process runs there.

    The first start makes the data folder, the local secrets and the database `indigitall`. The
    server ends with `stop()` or with this process, however it dies. Raises EmbeddedServerError with
    a Spanish message that says what to do.
    """
    try:
        folder = ServerFolder(ensure_home(home) / "postgres")
        folder.create()
        ensure_local_secrets(home)
    except LocalSecretsError as error:
        raise EmbeddedServerError(str(error)) from error
    lock = _lock_or_join(folder)
    if isinstance(lock, EmbeddedServer):
        log.info("embedded_server_joined", port=lock.port)
        return lock
    with ExitStack() as stack:
        stack.callback(os.close, lock)
        options = embedded_options()
        binaries, runner = _prepare(folder, options.pg_bin, options.pg_user)
        watch = OwnerWatch(folder.data, lock)
        stack.callback(watch.stop)
        try:
            server = _serve(folder, binaries, runner, watch)
        except EmbeddedServerError:
            watch.settled()
            raise
        # an interrupt gets here without it: then the watcher waits for a server still on its way
        watch.settled()
        # the watcher keeps the lock; our own handle closes now
        stack.pop_all()
        os.close(lock)
    log.info("embedded_server_started", port=server.port, version=binaries.version)
    return server


def find_running(home: Path) -> EmbeddedServer | None:
    """The ready server of this folder, whoever started it; None when there is none.

    Reads two small files and one process entry, and connects to nothing.
    """
    folder = ServerFolder(home.absolute() / "postgres")
    try:
        server = living_postmaster(folder.data)
    except PermissionError as error:
        raise ForeignFolderError(folder.root) from error
    return _described(folder, server.port) if server and server.is_ready else None


def _lock_or_join(folder: ServerFolder) -> int | EmbeddedServer:
    """The locked handle of the folder, or the server of the living process that holds the lock."""
    handle = os.open(folder.lock_file, os.O_RDWR)
    deadline = time.monotonic() + OWNER_PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = _owner_pid(handle)
            # the lock of a dead owner is its watcher's, whose server is about to stop: wait for it
            server = find_running(folder.root.parent) if owner and _is_alive(owner) else None
            if server or time.monotonic() > deadline:
                os.close(handle)
                if server:
                    return server
                raise DataFolderBusyError(folder.root, owner) from None
            time.sleep(0.05)
        else:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            return handle


def _prepare(folder: ServerFolder, pg_bin: Path | None, pg_user: str) -> tuple[Binaries, Runner]:
    """The programs and a runner that reaches them and the folder, or the reason why not."""
    binaries = find_binaries(pg_bin)
    check_version(folder, binaries)
    user = pick_user(pg_user, folder.data)
    runner = runner_for(user, folder.root)
    if user is None or _runs(runner, binaries):
        return binaries, runner
    if is_from_wheel(binaries):
        copied = copy_binaries(binaries, folder.root)
        if _runs(runner, copied):
            return copied, runner
    raise _unreachable(binaries, user)


def _runs(runner: Runner, binaries: Binaries) -> bool:
    try:
        return runner.run(binaries.program("postgres"), "--version").returncode == 0
    except PermissionError:
        return False


def _unreachable(binaries: Binaries, user: RunUser) -> UnreachableFolderError:
    blocked = first_closed(Runner(user), binaries.folder) or str(binaries.folder)
    return UnreachableFolderError(binaries.folder, blocked, user.name)


def _serve(
    folder: ServerFolder, binaries: Binaries, runner: Runner, watch: OwnerWatch
) -> EmbeddedServer:
    """A server that answers and has our database: the one left behind, or a fresh start."""
    if not folder.data.is_dir():
        initialise(folder, binaries, runner)
    left_behind = living_postmaster(folder.data)
    if left_behind and left_behind.is_ready:
        server = _described(folder, left_behind.port, watch)
        try:
            _ensure_database(server)
        except psycopg.OperationalError:
            log.warning("embedded_server_left_behind_does_not_answer", pid=left_behind.pid)
        else:
            return server
    if not stop_postmaster(folder.data):
        raise ServerStopError(folder.data)
    server = _described(folder, start(folder, binaries, runner), watch)
    try:
        _ensure_database(server)
    except psycopg.OperationalError as error:
        raise ServerStartError("primera conexión", str(error)) from error
    return server


def _ensure_database(server: EmbeddedServer) -> None:
    url = server.admin_url.removesuffix(DATABASE) + "postgres"
    with psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _described(folder: ServerFolder, port: int, watch: OwnerWatch | None = None) -> EmbeddedServer:
    url = f"postgresql://{SUPERUSER}:{folder.password()}@{HOST}:{port}/{DATABASE}"
    return EmbeddedServer(HOST, port, folder.data, url, watch)


def _owner_pid(handle: int) -> int | None:
    text = os.pread(handle, 32, 0).strip()
    return int(text) if text.isdigit() else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
