"""A Prefect server of the tests' own on PostgreSQL, as in production; loopback, no telemetry."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

from infra.children import find_free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# a whole build on a busy machine
RUN_SECONDS = 300


def prefect_environment(home, port, database):
    """The environment of everything that talks to this server, whose own tables are in database."""
    address = database.set(drivername="postgresql+asyncpg")
    return {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        # what runs is what a test asks for, also when the clock passes a quarter of an hour
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "NO_PROXY": "127.0.0.1",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": address.render_as_string(hide_password=False),
    }


@contextmanager
def running(arguments, environment, log):
    """`prefect arguments...` for the length of the block; its output goes to a file."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def prefect_server(folder, database, *, with_pages=False):
    """A server that answers; yields its environment and an HTTP client of its API."""
    port = find_free_port(0)
    environment = prefect_environment(folder / "prefect", port, database)
    log = folder / "server.log"
    arguments = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    arguments += [] if with_pages else ["--no-ui"]
    with (
        running(arguments, environment, log) as process,
        httpx.Client(base_url=environment["PREFECT_API_URL"], timeout=30, trust_env=False) as api,
    ):
        deadline = time.monotonic() + START_SECONDS
        while not _answers(api):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)
        yield environment, api


def _answers(api):
    try:
        return api.get("/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def deploy(environment):
    """`prefect deploy` of everything in flows/prefect.yaml."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--prefect-file",
         "flows/prefect.yaml", "--all"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def wait_for_the_end(api, run_id, worker_log):
    """The final state of a flow run."""
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        state = api.get(f"/flow_runs/{run_id}").raise_for_status().json()["state"]
        if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            return state
        time.sleep(0.3)
    raise AssertionError(worker_log.read_text())
