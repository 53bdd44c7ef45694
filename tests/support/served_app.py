"""The application as a process of its own, on a free port of this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from infra.children import CHECKOUT, find_free_port
from lib.config import get_settings

START_SECONDS = 120


@contextmanager
def fresh_server(log: Path | None = None, **settings: str) -> Iterator[str]:
    """`python -m lib.web` on a free port until it answers /health; killed at the end.

    What it says goes to `log`, or nowhere.
    """
    port = find_free_port(0)
    base_url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "BASE_URL": base_url,
        "INDIGITALL_HOME": str(get_settings().home),
        "STREAMLIT_RUNNER_POST_SCRIPT_GC": "true",
        **settings,
    }
    with (log or Path(os.devnull)).open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "lib.web", "--port", str(port)],
            cwd=CHECKOUT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, f"{base_url}/health")
        yield base_url
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the application ended while starting"
        try:
            if httpx.get(address, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within {START_SECONDS} s")
