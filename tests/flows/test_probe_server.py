"""Under a real Prefect server: the probe's artifact, and a project's own schedules."""

import pytest

from flows.project_schedules import remove_schedules, set_schedules
from lib.tenants.parts import Schedule
from tests.conftest import empty_database
from tests.support.fake_api import contact
from tests.support.prefect_server import deploy, prefect_server, running, wait_for_the_end
from tests.support.served_api import served


@pytest.fixture
def prefect_database(postgres):
    """An empty database of Prefect's own, beside the product's."""
    with empty_database(postgres) as address:
        yield address


def started_worker(environment, server, folder):
    """A worker of the pool `local`; its log lies in the folder."""
    server.post("/work_pools/", json={"name": "local", "type": "process"}).raise_for_status()
    arguments = ["worker", "start", "--pool", "local", "--type", "process"]
    return running(arguments, environment, folder / "worker.log")


def test_a_deployed_probe_leaves_its_report_and_schedules_of_a_project_come_and_go(
    raw, api, prefect_database, tmp_path
):
    api.projects[1].contacts = [contact(profileName="Ana Secreta")]
    with (
        served(api) as address,
        prefect_server(tmp_path, prefect_database) as (environment, server),
    ):
        environment["INDIGITALL_API_URL"] = address
        with started_worker(environment, server, tmp_path):
            deploy(environment)
            url = environment["PREFECT_API_URL"]
            often = Schedule(deployment="probe/probe", cron="*/5 * * * *")
            changes = [set_schedules(url, 1, "uno", [often]) for _ in range(2)]
            copy = server.get("/deployments/name/probe/probe-uno").raise_for_status().json()
            run = server.post(f"/deployments/{copy['id']}/create_flow_run", json={})
            state = wait_for_the_end(server, run.json()["id"], tmp_path / "worker.log")
            artifacts = server.post("/artifacts/filter", json={}).raise_for_status().json()
            removed = [remove_schedules(url, 1) for _ in range(2)]
        left = server.post("/deployments/filter", json={}).raise_for_status().json()

    assert (changes, removed) == ([1, 0], [1, 0])
    assert copy["parameters"] == {"project_id": 1}
    assert [each["schedule"]["cron"] for each in copy["schedules"]] == ["*/5 * * * *"]
    assert "probe-uno" not in {each["name"] for each in left}
    # the fake's contacts lack fields we read, so the run fails and its artifact says which
    assert state["type"] == "FAILED"
    assert "ApiDiffersError" in state["message"]
    (report,) = [each["data"] for each in artifacts if each["key"] == "probe"]
    assert "## Aplicación 1\n" in report
    assert "## Aplicación 2\n" not in report
    assert "`instanceId`" in report
    assert "Secreta" not in report
