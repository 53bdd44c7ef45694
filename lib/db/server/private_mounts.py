"""Run a program as another user inside a view of the disk where one closed folder can be crossed.

Linux and root only. A checkout under a folder that only root may enter (/root, `mktemp -d`) is out
of reach for the server's user. Instead of widening that folder's rights, the program gets a mount
namespace of its own: there, and nowhere else, an empty folder covers the closed one and only the
data folder is mounted back at its place. Paths stay the same inside and outside, nothing changes on
disk, and everything ends with the program.

    python -I private_mounts.py CLOSED_FOLDER KEPT_FOLDER UID GID PROGRAM [ARGUMENT...]
"""

import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18
NOT_ALLOWED = 77


def cover(closed: str, kept: str) -> None:
    """Cover `closed` with an empty folder showing only `kept`. Raises OSError where forbidden."""
    libc = ctypes.CDLL(None, use_errno=True)

    def checked(result: int, what: str) -> None:
        if result != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), what)

    def mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
        encoded = (value and value.encode() for value in (source, target, kind))
        data = options.encode() if options else None
        checked(libc.mount(*encoded, ctypes.c_ulong(flags), data), target)

    checked(libc.unshare(CLONE_NEWNS), "unshare")
    mount("none", "/", None, MS_REC | MS_PRIVATE, None)
    # the open handle still leads to the folder after it has been covered
    handle = os.open(kept, os.O_RDONLY | os.O_DIRECTORY)
    mount("none", closed, "tmpfs", 0, "mode=755,size=1m")
    os.umask(0o022)
    os.makedirs(kept)
    mount(f"/proc/self/fd/{handle}", kept, None, MS_BIND, None)
    os.close(handle)


def main() -> int:
    """Cover, become the other user, and turn into the program."""
    closed, kept, uid, gid, *command = sys.argv[1:]
    try:
        cover(closed, kept)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_ALLOWED
    os.chdir("/")
    os.umask(0o077)
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
