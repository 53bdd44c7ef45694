"""The deployments work under a real Prefect server with a real worker, as in production."""

import httpx
import pytest
from prefect.client.schemas.objects import State, StateType

from flows.ingest_deployment import may_heal
from lib.indigitall.errors import CredentialError, UnreachableError
from tests.conftest import empty_database
from tests.support.fake_api import message
from tests.support.prefect_server import deploy, prefect_server, running, wait_for_the_end
from tests.support.served_api import served


@pytest.fixture
def prefect_database(postgres):
    """An empty database of Prefect's own, beside the product's."""
    with empty_database(postgres) as address:
        yield address


def test_a_deployed_ingestion_of_one_project_runs_to_its_end(raw, api, prefect_database, tmp_path):
    api.projects[1].messages = [message(n, "2026-02-10T14:00:00") for n in range(3)]
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
            name = "/deployments/name/ingest/ingest-conversations"
            found = server.get(name).raise_for_status().json()
            other = server.get("/deployments/name/transform/transform")
            run = server.post(
                f"/deployments/{found['id']}/create_flow_run",
                json={"parameters": {**found["parameters"], "project_id": 1}},
            ).raise_for_status()
            state = wait_for_the_end(server, run.json()["id"], worker_log)

        schedules = [schedule["schedule"]["timezone"] for schedule in found["schedules"]]
        assert schedules == ["America/Bogota"]
        assert found["global_concurrency_limit"]["limit"] == 1
        assert other.status_code == httpx.codes.OK
        assert state["type"] == "COMPLETED", state["message"] + worker_log.read_text()
        tasks = server.post("/task_runs/filter", json={}).raise_for_status().json()
        names = sorted(task["name"] for task in tasks)
        named = server.get(f"/flow_runs/{run.json()['id']}").raise_for_status().json()["name"]

    assert raw.messages(1) == ["0", "1", "2"]
    assert raw.messages(2) == []
    assert named.startswith("project-1 · conversations · 2026-02-17 ")
    assert names == [
        "agent_conversations",
        "applications",
        "channels",
        "chat_history 2026-02-08..2026-02-15",
        "chat_history 2026-02-15..2026-02-19",
    ]


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
