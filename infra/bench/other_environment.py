"""An environment of its own for a library the product does not use and is compared with."""

import shutil
import subprocess
import sys
from pathlib import Path

from lib.log import get_logger

log = get_logger("infra.bench")


def python_with(requirements: Path, folder: Path) -> str | None:
    """The Python of a new environment in this folder with these packages.

    None when they cannot be had, as without a network; the log says so.
    """
    environment = folder / "environment"
    python = str(environment / "bin" / "python")
    uv = shutil.which("uv")
    make = [uv, "venv", "--quiet"] if uv else [sys.executable, "-m", "venv"]
    install = [uv, "pip", "install", "-p", python] if uv else [python, "-m", "pip", "install"]
    for command in ([*make, str(environment)], [*install, "--quiet", "-r", str(requirements)]):
        if subprocess.run(command, check=False).returncode:
            log.warning("not_compared", packages=requirements.name, reason="could not be installed")
            return None
    return python
