"""Every command ends with one line when the database gives no connection, and says no password."""

import json
import os
import subprocess
import sys
from secrets import token_hex

import pytest

from infra.children import find_free_port
from tests.support.local_server import ROOT

COMMANDS = (
    "flows.ingest",
    "flows.transform",
    "flows.daily",
    "flows.watch",
    "flows.purge",
    "flows.probe",
    "flows.replay --project 1",
    "flows.reconcile --project 1",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_where_it_looked_for_the_database(command, tmp_path):
    port = find_free_port(0)
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://u:very-secret@127.0.0.1:{port}/x",
        "INDIGITALL_HOME": str(tmp_path),
        "INDIGITALL_MASTER_SECRET": token_hex(32),
        "INDIGITALL_PII_KEY": token_hex(32),
        "LOG_FORMAT": "json",
    }
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode in {1, 2}
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert "very-secret" not in said
    errors = [line for line in said.splitlines() if '"level": "error"' in line]
    assert [f"127.0.0.1:{port}" in json.loads(line)["error"] for line in errors] == [True]
