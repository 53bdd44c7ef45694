"""docker-compose.yml as data, and its commands as processes of this machine."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import yaml

from infra.children import find_free_port
from tests.support.local_server import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
CADDY = str(Path(sys.executable).parent / "caddy")
VARIABLE = re.compile(r"\$\{\w+:-([^}]*)\}")


def here(value, places):
    """A text of the file with its variables at their defaults and its addresses on this machine."""
    value = VARIABLE.sub(r"\1", str(value))
    for inside, outside in places.items():
        value = value.replace(inside, outside)
    return value


def command_of(words, places):
    """A command of the file, run with this Python."""
    words = [here(word, places) for word in words]
    return [sys.executable if word == "python" else word for word in words]


def environment_of(name, places, inherited):
    """The environment of a service; an empty value is none, as our settings read it."""
    own = {key: here(value, places) for key, value in SERVICES[name].get("environment", {}).items()}
    return {**inherited, **own}


def caddy(folder, site, upstream_port):
    """Caddy as compose starts it, with its addresses on this machine; also its health address."""
    health = find_free_port(0)
    places = {
        "https://localhost": site,
        "app:8501": f"127.0.0.1:{upstream_port}",
        "2020": str(health),
        "/etc/caddy/Caddyfile": "infra/caddy/Caddyfile",
    }
    command = command_of(SERVICES["caddy"]["command"], places)
    inherited = {
        **os.environ,
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    environment = environment_of("caddy", places, inherited)
    return [CADDY, *command[1:]], environment, f"http://127.0.0.1:{health}/health"


@contextmanager
def process(command, environment, log: Path):
    """A command for the length of the block; its output goes to a file."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_for(happens, child, log: Path, seconds=60):
    """Wait for something while the process lives; its output is shown when it does not come."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert child.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def answers(address, status=200, **options):
    """Whether a GET ends with this status."""
    try:
        return httpx.get(address, timeout=5, trust_env=False, **options).status_code == status
    except httpx.TransportError:
        return False
