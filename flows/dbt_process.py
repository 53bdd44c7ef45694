"""dbt in a process of its own: its connection, its progress in our log, its results as values.

dbt is never imported by a flow: seconds of import, global state, and one run at a time per process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.clock import now
from lib.config import CHECKOUT, get_settings
from lib.db.roles import OWNER
from lib.db.urls import role_url
from lib.log import get_logger

WAREHOUSE = CHECKOUT / "warehouse"
DBT = (sys.executable, "-W", "ignore", "-m", "dbt.cli.main")
FINISHED = {"LogModelResult", "LogSeedResult"}
MAX_ERRORS = 20

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NodeResult:
    """How one model, seed, test or hook ended; `failures` counts a test's failing rows."""

    name: str
    kind: str
    status: str
    seconds: float
    rows: int | None
    failures: int | None
    message: str | None


@dataclass(frozen=True, slots=True)
class DbtRun:
    """What a dbt process left behind; no id and no results when it never got so far."""

    exit_code: int
    invocation_id: str
    results: tuple[NodeResult, ...]
    errors: tuple[str, ...]


def run_build(arguments: Sequence[str], target: Path) -> DbtRun:
    """Run `dbt build arguments...` with its files in `target`, telling its progress to the log.

    Unit tests stay out: they say whether code is right, not whether data is. Raises
    NoDatabaseError.
    """
    target.mkdir(parents=True, exist_ok=True)
    results_file = target / "run_results.json"
    results_file.unlink(missing_ok=True)
    command = [*DBT, "--log-format", "json", "--log-level-file", "none", "build", *arguments]
    command += ["--target-path", str(target), "--exclude-resource-type", "unit_test"]
    with subprocess.Popen(
        command,
        cwd=WAREHOUSE,
        env=connection_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        errors = _follow(process.stdout or ())
    return _read_run(process.returncode, results_file, errors)


def run_plain(arguments: Sequence[str], *, connected: bool) -> int:
    """Run `dbt arguments...` as an engineer types it, output to the terminal; its exit code."""
    environment = connection_environment() if connected else dict(os.environ)
    environment["DBT_PROFILES_DIR"] = str(WAREHOUSE)
    command = [*DBT, "--log-level-file", "none", *arguments]
    return subprocess.run(command, cwd=WAREHOUSE, env=environment, check=False).returncode


def connection_environment() -> dict[str, str]:
    """The environment in which `warehouse/profiles.yml` finds the database, at our clock's now.

    Raises NoDatabaseError.
    """
    url = role_url(OWNER)
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        # compiling dbt's sources costs seconds at every start where the install keeps no bytecode
        "PYTHONPYCACHEPREFIX": str(get_settings().home / "dbt" / "bytecode"),
        "DBT_PROFILES_DIR": str(WAREHOUSE),
        "INDIGITALL_DB_HOST": url.host or "",
        "INDIGITALL_DB_PORT": str(url.port or 5432),
        "INDIGITALL_DB_USER": url.username or "",
        "INDIGITALL_DB_PASSWORD": str(url.password or ""),
        "INDIGITALL_DB_NAME": url.database or "",
        # jit compiles for longer than these queries run
        "PGOPTIONS": f"-c timezone=UTC -c jit=off -c indigitall.now={now().isoformat()}",
    }


def _follow(lines: Iterable[str]) -> tuple[str, ...]:
    """Log the progress in dbt's JSON output; returns the texts of its errors."""
    errors: list[str] = []
    for line in lines:
        try:
            event: Mapping[str, Any] = json.loads(line)
        except ValueError:
            errors.append(line.strip())
            continue
        info, data = event.get("info", {}), event.get("data", {})
        if info.get("name") in FINISHED:
            log.info(
                "dbt_step",
                step=f"{data.get('index')} of {data.get('total')}",
                name=data.get("node_info", {}).get("node_name"),
                status=data.get("status"),
                seconds=round(data.get("execution_time", 0.0), 2),
            )
        elif info.get("level") == "error":
            errors.append(str(info.get("msg", "")).strip())
    return tuple(error for error in errors if error)[:MAX_ERRORS]


def _read_run(exit_code: int, results_file: Path, errors: tuple[str, ...]) -> DbtRun:
    if not results_file.exists():
        return DbtRun(exit_code, "", (), errors)
    found = json.loads(results_file.read_text(encoding="utf-8"))
    results = tuple(_node_result(result) for result in found["results"])
    return DbtRun(exit_code, found["metadata"]["invocation_id"], results, errors)


def _node_result(result: Mapping[str, Any]) -> NodeResult:
    kind, _, name = result["unique_id"].split(".", 2)
    rows = result.get("adapter_response", {}).get("rows_affected")
    return NodeResult(
        name=name,
        kind=kind,
        status=result["status"],
        seconds=round(result["execution_time"], 3),
        rows=rows if isinstance(rows, int) and rows >= 0 else None,
        failures=result.get("failures"),
        message=result.get("message"),
    )
