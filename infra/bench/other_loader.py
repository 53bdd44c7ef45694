"""The same messages loaded by a library for it: dlt's merge, in an environment of its own."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.bench.other_environment import python_with
from infra.bench.results import Result
from lib.config import get_settings
from lib.db.urls import admin_url

__all__ = ["measure_dlt_merge"]

FOLDER = Path(__file__).parent
REQUIREMENTS, SCRIPT = FOLDER / "dlt_requirements.txt", FOLDER / "merge_with_dlt.py"


def measure_dlt_merge(bodies: Sequence[bytes], size: int) -> list[Result]:
    """Rows a second of dlt's merge of these CSV pages, first and identical.

    Nothing when the library cannot be installed, as without a network; the log says so.
    """
    work = get_settings().home / "dlt_bench"
    work.mkdir()
    python = python_with(REQUIREMENTS, work)
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
