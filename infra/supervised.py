"""Run a module so that it ends with the process that started it.

`python -m infra.supervised some.module args...` reads standard input on the side: the parent holds
the other end of that pipe and never writes. When the parent dies, even by kill -9, the kernel
closes the pipe, the read returns and this process asks itself to stop, on Linux as on macOS.
"""

import os
import runpy
import signal
import sys
import threading


def _stop_when_the_parent_is_gone() -> None:
    """Block until the parent's end of the pipe closes, then stop this process in order."""
    while os.read(sys.stdin.fileno(), 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Replace the command line by the module's own and run it as `python -m` would."""
    threading.Thread(target=_stop_when_the_parent_is_gone, daemon=True).start()
    module, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
