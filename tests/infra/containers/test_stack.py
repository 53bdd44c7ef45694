"""The commands of docker-compose.yml, run as processes of this machine on a real PostgreSQL."""

import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import create_engine, text
from websockets.sync.client import connect

from infra.children import find_free_port
from infra.demo import DEMO_PROJECTS
from infra.new_secrets import make_secrets
from lib.db.prefect_database import SUFFIX
from lib.metrics.manifest import shipped_model_hash
from tests.conftest import empty_database
from tests.support.compose import (
    CADDY,
    SERVICES,
    answers,
    command_of,
    environment_of,
    process,
    wait_for,
)
from tests.support.local_server import ROOT

PORTS = ("8501", "4200", "8601", "8080", "2020")
STAYING = ("sandbox", "prefect-server", "app", "prefect-worker", "caddy")
PUBLISHED = """
insert into app.data_versions (project_id, data_version, model_hash, published_at)
select project_id, 1, :model_hash, now() from app.projects
"""


@dataclass
class Stack:
    """What runs: addresses by the file's port, and how to run one more command of a service."""

    folder: object
    places: dict[str, str]
    site: str
    database: object

    def at(self, port):
        """The address on this machine of what listens on this port inside a container."""
        return f"http://127.0.0.1:{self.places[port]}"

    def environment(self, name):
        """The environment of a service and nothing of ours but the way to Python's packages."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        extra = {
            "INDIGITALL_ENV_FILE": os.devnull,
            "PREFECT_LOGGING_LEVEL": "WARNING",
            # a quarter of an hour may pass while the test runs
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "XDG_DATA_HOME": str(self.folder / "caddy"),
            "XDG_CONFIG_HOME": str(self.folder / "caddy"),
        }
        return environment_of(name, self.places, kept | extra)

    def command(self, words):
        """A command of the file as it is run here."""
        return [CADDY if word == "caddy" else word for word in command_of(words, self.places)]

    def run(self, name, words=None):
        """Run a command of a service to its end."""
        return subprocess.run(
            self.command(words or SERVICES[name]["command"]),
            cwd=ROOT, env=self.environment(name), capture_output=True, text=True,
        )  # fmt: skip

    def is_healthy(self, name):
        """What compose would learn from the service's own health check."""
        test = SERVICES[name]["healthcheck"]["test"][1:]
        if test[0] == "wget":
            return answers(f"{self.at('2020')}/health")
        return self.run(name, test).returncode == 0


@pytest.fixture(scope="module")
def stack(postgres, tmp_path_factory):
    """Everything compose starts, in its order; the database is the tests' own."""
    folder = tmp_path_factory.mktemp("stack")
    make_secrets(folder / "secrets", demo=True)
    with empty_database(postgres) as database, ExitStack() as running:
        site = f"http://127.0.0.1:{find_free_port(0)}"
        server = f"{database.host}:{database.port}/{database.database}"
        places = {
            "db:5432/indigitall": server,
            "/run/secrets": str(folder / "secrets"),
            "/var/lib/indigitall": str(folder / "work"),
            "/tmp/indigitall": str(folder / "home"),
            "/etc/caddy": "infra/caddy",
            "/etc/indigitall": "lib/indigitall",
            "https://localhost": site,
            "app:8501": "127.0.0.1:8501",
            "prefect-server:": "127.0.0.1:",
            "0.0.0.0": "127.0.0.1",
            **{port: str(find_free_port(0)) for port in PORTS},
        }
        address = database.set(drivername="postgresql").render_as_string(hide_password=False)
        admin = folder / "secrets" / "admin_database_url"
        admin.unlink()
        admin.write_text(address)
        found = Stack(folder, places, site, database)
        yield found, running
        running.close()
        _tidy(postgres, f"{database.database}{SUFFIX}")


def _tidy(server, database):
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"drop database if exists {database} with (force)"))
    admin.dispose()


def test_the_commands_of_compose_make_a_working_product(stack):
    stack, running = stack
    # 1. one command prepares both databases, and again without a change
    first, second = stack.run("prepare"), stack.run("prepare")
    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 0, second.stdout + second.stderr
    assert '"changes": 0' in second.stdout + second.stderr

    # 2. the demo is onboarded with the same image, as the manual says
    onboard = ["python", "-m", "flows.onboard", str(DEMO_PROJECTS)]
    done = stack.run("prepare", onboard)
    assert done.returncode == 0, done.stdout + done.stderr

    # 3. everything that stays becomes healthy by its own health check
    for name in STAYING:
        log = stack.folder / f"{name}.log"
        command = stack.command(SERVICES[name]["command"])
        child = running.enter_context(process(command, stack.environment(name), log))
        if name != "prefect-worker":
            wait_for(lambda name=name: stack.is_healthy(name), child, log)
        else:
            worker, worker_log = child, log

    # 4. through Caddy: not ready before anything is published, ready afterwards, page and socket
    before = httpx.get(f"{stack.site}/ready", trust_env=False)
    assert before.status_code == 503
    assert before.json()["reasons"] == ["no data version has been published"]
    publish(stack.database)
    assert httpx.get(f"{stack.site}/ready", trust_env=False).json()["status"] == "ready"
    page = httpx.get(f"{stack.site}/?tenant=demo", trust_env=False, follow_redirects=True)
    assert page.status_code == 200
    assert "server" not in page.headers
    assert "default-src 'self'" in page.headers["content-security-policy"]
    socket = stack.site.replace("http", "ws") + "/_stcore/stream"
    with connect(socket, origin=stack.site, proxy=None, subprotocols=["streamlit"]) as opened:
        assert opened.response.status_code == 101

    # 5. Prefect answers on its own port and never through Caddy; the worker has registered
    assert answers(f"{stack.at('4200')}/api/health")
    assert answers(f"{stack.site}/api/health", status=404)
    wait_for(lambda: stack.is_healthy("prefect-worker"), worker, worker_log)
    with httpx.Client(base_url=f"{stack.at('4200')}/api", trust_env=False) as api:
        wait_for(lambda: workers(api) == ["ONLINE"], worker, worker_log)
        deployed = api.post("/deployments/filter", json={}).raise_for_status().json()
    assert {"ingest-conversations", "transform"} <= {each["name"] for each in deployed}


def workers(api):
    """The state of every worker of the pool, as Prefect's server sees it."""
    found = api.post("/work_pools/local/workers/filter", json={}).raise_for_status().json()
    return [each["status"] for each in found]


def publish(database):
    """Say that the demo's data were published by this code's models."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text(PUBLISHED), {"model_hash": shipped_model_hash()})
    engine.dispose()


def test_a_command_without_its_secret_ends_at_once_and_names_the_file(tmp_path, environment):
    missing = tmp_path / "master_secret"
    given = {**os.environ, "INDIGITALL_HOME": str(tmp_path), "INDIGITALL_ENV_FILE": os.devnull}
    given["INDIGITALL_MASTER_SECRET_FILE"] = str(missing)
    for name in ("prepare", "app", "prefect-server", "prefect-worker"):
        command = command_of(SERVICES[name]["command"], {})
        done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
        assert done.returncode == 1, name
        assert f"no se puede leer el archivo {missing}" in done.stdout + done.stderr, name
