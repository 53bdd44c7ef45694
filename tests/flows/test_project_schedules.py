"""A project's own deployments in Prefect: copied, changed, removed, those of others left alone."""

import json

import httpx
import pytest

from flows.project_schedules import ScheduleError, remove_schedules, set_schedules
from lib.tenants.parts import Schedule

URL = "http://prefect.example/api"
OFTEN = Schedule(deployment="ingest/ingest-conversations", cron="*/5 * * * *")
NIGHTLY = Schedule(deployment="purge/purge", cron="0 3 * * *", timezone="UTC")


class Prefect:
    """As much of Prefect's API as is spoken to."""

    def __init__(self):
        self.deployments = {}
        self.writes = []
        for number, (name, parameter) in enumerate(
            [("ingest-conversations", "project_id"), ("purge", "projects"), ("briefing", "day")]
        ):
            properties = {parameter: {}} if parameter else {}
            self.deployments[name] = {
                "id": name,
                "name": name,
                "flow_id": f"flow-{number}",
                "entrypoint": f"flows/{name}.py:{name}",
                "work_pool_name": "local",
                "parameters": {"group": "conversations"} if number == 0 else {},
                "parameter_openapi_schema": {"properties": properties},
                "tags": [],
                "schedules": [],
            }
        self.transport = httpx.MockTransport(self.answer)

    def answer(self, request):
        path = request.url.path.removeprefix("/api/deployments/")
        if request.method == "DELETE":
            self.writes.append(("delete", path))
            del self.deployments[path]
            return httpx.Response(204)
        if path.startswith("name/"):
            name = path.rpartition("/")[2]
            known = name in self.deployments
            return (
                httpx.Response(200, json=self.deployments[name]) if known else httpx.Response(404)
            )
        body = json.loads(request.content)
        if path == "filter":
            tags = set(body["deployments"]["tags"]["all_"])
            found = [each for each in self.deployments.values() if tags <= set(each["tags"])]
            return httpx.Response(200, json=found)
        self.writes.append(("create", body["name"]))
        self.deployments[body["name"]] = {"id": body["name"], **body}
        return httpx.Response(201, json={})


@pytest.fixture
def prefect():
    return Prefect()


@pytest.fixture
def put(prefect):
    def put_schedules(*schedules, number=101, slug="uno"):
        return set_schedules(URL, number, slug, schedules, prefect.transport)

    return put_schedules


def test_a_project_gets_a_copy_of_the_deployment_with_its_number_and_times(prefect, put):
    assert put(OFTEN, NIGHTLY) == 2
    copy = prefect.deployments["ingest-conversations-uno"]
    assert copy["parameters"] == {"group": "conversations", "project_id": 101}
    assert copy["entrypoint"] == "flows/ingest-conversations.py:ingest-conversations"
    assert copy["schedules"] == [
        {"active": True, "schedule": {"cron": "*/5 * * * *", "timezone": "America/Bogota"}}
    ]
    assert prefect.deployments["purge-uno"]["parameters"] == {"projects": [101]}


def test_a_second_time_changes_nothing_and_a_new_time_changes_one(prefect, put):
    put(OFTEN, NIGHTLY)
    prefect.writes.clear()
    assert put(OFTEN, NIGHTLY) == 0
    assert prefect.writes == []
    assert put(OFTEN.model_copy(update={"cron": "0 * * * *"}), NIGHTLY) == 1
    assert prefect.writes == [("create", "ingest-conversations-uno")]


def test_a_schedule_that_is_no_longer_wanted_goes_and_another_projects_stays(prefect, put):
    put(OFTEN, NIGHTLY)
    put(OFTEN, number=202, slug="dos")
    assert put(OFTEN) == 1
    assert set(prefect.deployments) == {
        "ingest-conversations",
        "purge",
        "briefing",
        "ingest-conversations-uno",
        "ingest-conversations-dos",
    }


def test_removing_takes_all_of_one_project_and_the_second_time_nothing(prefect, put):
    put(OFTEN, NIGHTLY)
    put(OFTEN, number=202, slug="dos")
    assert remove_schedules(URL, 101, prefect.transport) == 2
    assert remove_schedules(URL, 101, prefect.transport) == 0
    assert set(prefect.deployments) == {
        "ingest-conversations",
        "purge",
        "briefing",
        "ingest-conversations-dos",
    }


def test_a_deployment_that_knows_no_project_is_refused(put):
    with pytest.raises(ScheduleError, match="project_id or projects was expected and it has day"):
        put(Schedule(deployment="briefing/briefing", cron="0 7 * * *"))


def test_a_deployment_that_is_not_there_says_what_to_do(put):
    with pytest.raises(ScheduleError, match=r"404 came; deploy flows/prefect\.yaml first"):
        put(Schedule(deployment="ingest/none", cron="0 7 * * *"))


def test_a_server_that_is_down_is_one_line(prefect):
    with pytest.raises(ScheduleError, match="gave no answer"):
        remove_schedules("http://127.0.0.1:1/api", 101)
