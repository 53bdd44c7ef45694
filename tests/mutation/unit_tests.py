"""Runs the unit tests of a changed copy of the warehouse and tells which models noticed."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from flows.dbt_process import DBT, connection_environment


class UnitTestsFailedToRunError(Exception):
    """dbt could not even start its unit tests: the changed SQL or Jinja does not parse."""


def noticed_by_model(warehouse: Path) -> Mapping[str, list[str]]:
    """Names of the unit tests that failed, by the model they are about.

    Raises UnitTestsFailedToRunError. The relations the models read must exist in the database.
    """
    target = warehouse / "target"
    command = [*DBT, "--quiet", "--log-level-file", "none", "test"]
    command += ["--select", "test_type:unit", "--target-path", str(target)]
    environment = connection_environment() | {"DBT_PROFILES_DIR": str(warehouse)}
    done = subprocess.run(
        command, cwd=warehouse, env=environment, capture_output=True, text=True, check=False
    )
    results = target / "run_results.json"
    if not results.exists():
        raise UnitTestsFailedToRunError(done.stdout[-2000:])
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    failed: dict[str, list[str]] = defaultdict(list)
    for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
        if result["status"] == "fail":
            unit_test = manifest["unit_tests"][result["unique_id"]]
            failed[unit_test["model"]].append(unit_test["name"])
    results.unlink()
    return failed
