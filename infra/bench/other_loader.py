"""The same messages loaded by a library for it: dlt's merge, in an environment of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.bench.results import Result
from lib.config import get_settings
from lib.db.urls import admin_url
from lib.log import get_logger

__all__ = ["measure_dlt_merge"]

log = get_logger("infra.bench")
FOLDER = Path(__file__).parent
REQUIREMENTS, SCRIPT = FOLDER / "dlt_requirements.txt", FOLDER / "merge_with_dlt.py"


def measure_dlt_merge(bodies: Sequence[bytes], size: int) -> list[Result]:
    """Rows a second of dlt's merge of these CSV pages, first and identical.

    Nothing when the library cannot be installed, as without a network; the log says so.
    """
    work = get_settings().home / "dlt_bench"
    work.mkdir()
    python = _installed(work)
    if python is None:
        return []
    path = work / "messages.csv"
    header = bodies[0].partition(b"\n")[0] + b"\n"
    path.write_bytes(header + b"".join(body.partition(b"\n")[2] for body in bodies))
    url = admin_url().set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(
        [python, str(SCRIPT), str(path)],
        env={**os.environ, "DLT_BENCH_URL": url, "RUNTIME__DLTHUB_TELEMETRY": "false"},
        stdout=subprocess.PIPE,
        check=True,
    )
    first, again = json.loads(done.stdout.splitlines()[-1])
    return [
        Result("dlt_merge_first", size, size / first, "rows/s"),
        Result("dlt_merge_identical", size, size / again, "rows/s"),
    ]


def _installed(work: Path) -> str | None:
    """The Python of an environment with the library, None when it cannot be had."""
    environment = work / "environment"
    python = str(environment / "bin" / "python")
    uv = shutil.which("uv")
    make = [uv, "venv", "--quiet"] if uv else [sys.executable, "-m", "venv"]
    install = [uv, "pip", "install", "-p", python] if uv else [python, "-m", "pip", "install"]
    for command in ([*make, str(environment)], [*install, "--quiet", "-r", str(REQUIREMENTS)]):
        if subprocess.run(command, check=False).returncode:
            log.warning("dlt_not_measured", reason="its environment could not be made")
            return None
    return python
