"""The worker that runs our flows: `python -m infra.prefect_worker`.

Waits for Prefect's server, makes the work pool if it is missing, deploys flows/prefect.yaml and
becomes the worker. PREFECT_API_URL says where the server is. Every start deploys what this code
says, so an image and its schedules never differ.
"""

import os
import subprocess
import sys
import time

import httpx

from lib.config import CHECKOUT, SettingsError, get_settings
from lib.log import configure_logging, get_logger

log = get_logger("infra.prefect_worker")
POOL = {"name": "local", "type": "process"}
WAIT_SECONDS = 120
PREFECT = [sys.executable, "-m", "prefect"]
DEPLOY = [*PREFECT, "--no-prompt", "deploy", "--prefect-file", "flows/prefect.yaml", "--all"]
WORK = [*PREFECT, "worker", "start", "--pool", POOL["name"], "--type", POOL["type"]]


class WorkerError(Exception):
    """The worker cannot start; says what was expected and what came."""


def make_pool(address: str, seconds: float = WAIT_SECONDS) -> None:
    """Create the work pool at this API unless it is there, waiting for the server to answer.

    Raises WorkerError when it does not answer in time or refuses.
    """
    with httpx.Client(base_url=address, timeout=10, trust_env=False) as api:
        deadline = time.monotonic() + seconds
        while not _answers(api):
            if time.monotonic() >= deadline:
                raise WorkerError(f"{address}/health was expected to answer within {seconds:g} s")
            time.sleep(0.5)
        answer = api.post("/work_pools/", json=POOL)
        if answer.status_code not in {httpx.codes.CREATED, httpx.codes.CONFLICT}:
            raise WorkerError(
                f"the work pool {POOL['name']} was expected to be made or to be there and"
                f" {address} answered {answer.status_code}"
            )


def _answers(api: httpx.Client) -> bool:
    try:
        return api.get("/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def main() -> int:
    """Become the worker; 1 with the reason when something before that failed."""
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        if settings.prefect_api_url is None:
            raise WorkerError("PREFECT_API_URL was expected, e.g. http://prefect-server:4200/api")
        make_pool(settings.prefect_api_url)
    except (SettingsError, WorkerError) as error:
        log.error("worker_refused", error=str(error))
        return 1
    environment = {**os.environ, "PREFECT_HOME": str(settings.home / "prefect")}
    deployed = subprocess.run(DEPLOY, cwd=CHECKOUT, env=environment, check=False)
    if deployed.returncode != 0:
        log.error("deploy_failed", exit_code=deployed.returncode, file="flows/prefect.yaml")
        return 1
    log.info("worker_starts", pool=POOL["name"])
    os.chdir(CHECKOUT)
    os.execve(sys.executable, [*WORK, "--with-healthcheck"], environment)


if __name__ == "__main__":
    sys.exit(main())
