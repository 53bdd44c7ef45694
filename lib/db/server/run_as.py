"""As whom, and with which view of the disk, the programs of the server run."""

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lib.db.server import private_mounts
from lib.db.server.errors import RunUserError, UnreachableFolderError

# prints the first folder that cannot be entered; asks the system instead of guessing from modes
FIRST_CLOSED = 'for f; do cd "$f" 2>/dev/null || { printf %s "$f"; exit 0; }; done'
INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class RunUser:
    """The ordinary user that runs the server when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs programs as `user` (None: as ourselves), with `closed` covered except for `kept`."""

    user: RunUser | None = None
    closed: str | None = None
    kept: Path | None = None

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run to the end and return output and status; the current folder is the root folder."""
        # no PG* variables and no locale of the caller
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        prefix: tuple[str, ...] = ()
        as_user = self.user
        if self.user and self.closed:
            # mounting needs root: the user is changed after it, by the prefix
            prefix, as_user = self._covered(self.user), None
        return subprocess.run(
            [*prefix, *command],
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            umask=0o077,
            check=False,
            user=as_user.uid if as_user else None,
            group=as_user.gid if as_user else None,
            extra_groups=[] if as_user else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder to the server's user."""
        if self.user:
            os.chown(path, self.user.uid, self.user.gid)

    def _covered(self, user: RunUser) -> tuple[str, ...]:
        script = str(Path(private_mounts.__file__))
        numbers = (str(user.uid), str(user.gid))
        return (sys.executable, "-I", script, str(self.closed), str(self.kept), *numbers)


def pick_user(name: str, data: Path) -> RunUser | None:
    """The server's user: None when we are not root; the owner of existing data, else `name`.

    Raises RunUserError when root has no ordinary user to use.
    """
    if os.geteuid() != 0:
        return None
    if data.is_dir() and (owner := data.stat()).st_uid != 0:
        return RunUser(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise RunUserError(name) from None
    if entry.pw_uid == 0:
        raise RunUserError(name)
    return RunUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def runner_for(user: RunUser | None, folder: Path) -> Runner:
    """A runner whose programs reach `folder`. Raises UnreachableFolderError.

    A folder behind a closed one is reached through private mounts where the system allows them.
    """
    plain = Runner(user)
    closed = first_closed(plain, folder)
    if user is None or closed is None:
        return plain
    covered = Runner(user, closed, folder)
    if sys.platform != "linux" or covered.run("/bin/sh", "-c", f'cd "{folder}"').returncode != 0:
        raise UnreachableFolderError(folder, closed, user.name)
    return covered


def first_closed(runner: Runner, folder: Path) -> str | None:
    """The first folder on the way to `folder` that the runner's user cannot enter."""
    way = [str(path) for path in (*reversed(folder.parents), folder)]
    return runner.run("/bin/sh", "-c", FIRST_CLOSED, "sh", *way).stdout or None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
