"""The whole product as `make run` starts it, for the tests that look at it from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import URL, create_engine, make_url, text

from infra.children import CHECKOUT, find_free_port
from lib.db.embedded import find_running
from tests.support.local_server import reachable_folder

START_SECONDS = 300
FIXED_NOW = "2026-02-17T10:00:00-05:00"


@dataclass(frozen=True)
class Product:
    """A running product: where its pages are, and the superuser's way into its database."""

    process: subprocess.Popen[bytes]
    home: Path
    base_url: str
    log: Path

    def sql(self, statement: str, **parameters: object) -> list[tuple]:
        """Rows of a statement as the superuser, who sees every project."""
        engine = create_engine(admin_address(self.home))
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(statement), parameters)]
        engine.dispose()
        return rows


def admin_address(home: Path) -> URL:
    """The superuser's address of the server that runs in this data folder."""
    running = find_running(home)
    assert running is not None, f"no PostgreSQL runs in {home}"
    return make_url(running.admin_url).set(drivername="postgresql+psycopg")


@contextmanager
def new_home() -> Iterator[Path]:
    """An empty data folder, removed at the end."""
    with reachable_folder() as folder:
        yield folder / "data"


@contextmanager
def running_product(home: Path) -> Iterator[Product]:
    """`make run` on this data folder until the app is ready; stopped at the end."""
    port = find_free_port(0)
    log = home.parent / "product.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INDIGITALL_", "DATABASE_URL", "ADMIN_DATABASE_URL"))
    } | {
        "INDIGITALL_HOME": str(home),
        "INDIGITALL_PORT": str(port),
        "INDIGITALL_NOW": FIXED_NOW,
        "INDIGITALL_ENV_FILE": os.devnull,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LOG_FORMAT": "json",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "run"],
            cwd=CHECKOUT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    product = Product(process, home, f"http://127.0.0.1:{port}", log)
    try:
        _wait_until_ready(product)
        yield product
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(product: Product) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and product.process.poll() is None:
        try:
            if httpx.get(f"{product.base_url}/ready", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    tail = product.log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise AssertionError(f"the product was not ready within {START_SECONDS} s:\n{tail}")
