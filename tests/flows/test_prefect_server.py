"""The deployments work under a real Prefect server with a real worker, as in production."""

import re
from datetime import date

import pytest
from prefect.client.schemas.objects import State, StateType

from flows.ingest_deployment import may_heal
from lib.indigitall.errors import CredentialError, UnreachableError
from tests.conftest import empty_database
from tests.support.fake_api import HISTORY, envelope, message
from tests.support.prefect_server import deploy, prefect_server, running, wait_for_the_end
from tests.support.served_api import served


@pytest.fixture
def prefect_database(postgres):
    """An empty database of Prefect's own, beside the product's."""
    with empty_database(postgres) as address:
        yield address


@pytest.fixture
def prefect(raw, api, prefect_database, tmp_path):
    """A server with a worker and everything of flows/prefect.yaml deployed, before the fake API."""
    with (
        served(api) as address,
        prefect_server(tmp_path, prefect_database) as (environment, server),
    ):
        environment["INDIGITALL_API_URL"] = address
        pool = {"name": "local", "type": "process"}
        server.post("/work_pools/", json=pool).raise_for_status()
        worker_log = tmp_path / "worker.log"
        arguments = ["worker", "start", "--pool", "local", "--type", "process"]
        with running(arguments, environment, worker_log):
            deploy(environment)
            yield Deployed(server, worker_log)


class Deployed:
    """The deployments of a server that a worker serves."""

    def __init__(self, server, worker_log):
        self.server = server
        self.worker_log = worker_log

    def get(self, path):
        return self.server.get(path).raise_for_status().json()

    def find(self, what, **filters):
        return self.server.post(f"/{what}/filter", json=filters).raise_for_status().json()

    def start(self, name, **parameters):
        """Trigger a deployment with its own parameters and these; the run's number."""
        found = self.get(f"/deployments/name/{name}")
        body = {"parameters": {**found["parameters"], **parameters}}
        run = self.server.post(f"/deployments/{found['id']}/create_flow_run", json=body)
        return run.raise_for_status().json()["id"]

    def ended(self, run_id):
        """The finished run: its name, the type of its state, its tasks' states, its artifacts."""
        state = wait_for_the_end(self.server, run_id, self.worker_log)
        of_run = {"flow_runs": {"id": {"any_": [run_id]}}}
        tasks = {task["name"]: task["state_type"] for task in self.find("task_runs", **of_run)}
        artifacts = self.find("artifacts", **of_run)
        texts = [each["data"] for each in artifacts if each["type"] == "markdown"]
        return self.get(f"/flow_runs/{run_id}")["name"], state["type"], tasks, texts


def refused(request):
    if request.url.path == HISTORY and request.url.params["dateFrom"] == "2026-02-08":
        return envelope(None, 400, "dates are invalid")
    return None


def test_groups_run_to_their_end_and_a_failed_window_is_one_failed_task_that_is_repeated(
    prefect, raw, api
):
    api.projects[1].messages = [message(n, f"2026-02-1{n}T14:00:00") for n in (0, 6)]
    api.faults = [refused]
    broken = "chat_history 2026-02-08..2026-02-15"

    started = [
        prefect.start("ingest/ingest-conversations", project_id=1),
        prefect.start("ingest/ingest-contacts"),
    ]
    (name, state, tasks, texts), (all_name, all_state, _, all_texts) = map(prefect.ended, started)

    assert name == "project-1 · conversations · 2026-02-17 10:00"
    assert (state, all_state) == ("FAILED", "COMPLETED"), prefect.worker_log.read_text()
    assert tasks == {
        "agent_conversations": "COMPLETED",
        "applications": "COMPLETED",
        "channels": "COMPLETED",
        broken: "FAILED",
        "chat_history 2026-02-15..2026-02-19": "COMPLETED",
    }
    assert f"| `{broken}` |" in texts[0]
    assert "**1 failed**" in texts[0]
    assert raw.messages(1) == ["6"]
    # the run over all projects has a run of its own for each
    assert all_name == "all projects · contacts · 2026-02-17 10:00"
    assert "| 1 | 1 | ok |\n| 2 | 1 | ok |" in all_texts[0]
    names = {run["name"] for run in prefect.find("flow_runs")}
    assert "project-2 · contacts · 2026-02-17 10:00" in names

    api.faults = []
    again = prefect.start("ingest/ingest", project_id=1, windows=[broken])
    name, state, tasks, texts = prefect.ended(again)

    assert (state, tasks) == ("COMPLETED", {broken: "COMPLETED"})
    assert name == f"project-1 · {broken} · 2026-02-17 10:00"
    assert "1 of 1 steps done." in texts[0]
    assert raw.messages(1) == ["0", "6"]
    assert raw.state() == ("ok", None, date(2026, 2, 16))
    assert raw.messages(2) == []

    name, state, _, texts = prefect.ended(prefect.start("daily/daily"))

    assert state == "COMPLETED", prefect.worker_log.read_text()
    assert name == "all projects · daily · 2026-02-17 10:00"
    assert "| 1 | 2026-02-16 | yes |\n| 2 | 2026-02-16 | yes |" in texts[0]
    runs = {run["name"]: run for run in prefect.find("flow_runs")}
    (built,) = prefect.ended(runs["all projects · transform · 2026-02-17 10:00"]["id"])[3]
    assert re.search(r"\| 1 \| \d+ \| 2026-01-\d\d \| 2026-03-\d\d \| published \|", built)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnreachableError("contacts", "no answer"), True),
        (CredentialError("contacts", 401, "no", "check the key"), False),
        (ValueError("a fault of ours"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_task_is_tried_again_only_when_the_cause_may_heal(error, expected):
    state = State(type=StateType.FAILED, data=error)
    assert may_heal(None, None, state) is expected
