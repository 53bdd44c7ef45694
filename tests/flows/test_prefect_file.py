"""flows/prefect.yaml says when everything runs, and every entry names a flow that takes it."""

import inspect
from importlib import import_module

import pytest
import yaml

from lib.indigitall.endpoints import GROUPS
from tests.support.local_server import ROOT

FILE = yaml.safe_load((ROOT / "flows" / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = {each["name"]: each for each in FILE["deployments"]}


def crons(active):
    return {
        name: schedule["cron"]
        for name, each in DEPLOYMENTS.items()
        for schedule in each["schedules"]
        if schedule["active"] is active
    }


def test_conversations_come_every_quarter_statistics_hourly_contacts_daily_the_probe_weekly():
    assert crons(active=True) == {
        "ingest-conversations": "*/15 * * * *",
        "ingest-statistics": "20 * * * *",
        "ingest-contacts": "10 4 * * *",
        "transform": "5/15 * * * *",
        "daily": "40 5 * * *",
        "purge": "40 2 * * *",
        "probe": "30 6 * * 1",
        "watch": "12/15 * * * *",
    }
    assert list(crons(active=False)) == ["ingest"]


def test_every_group_has_a_deployment_of_its_own():
    groups = {each["parameters"].get("group") for each in DEPLOYMENTS.values()}
    assert groups == {*GROUPS, None}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_scheduled_deployment_runs_alone_in_bogota_time_with_parameters_its_flow_knows(name):
    found = DEPLOYMENTS[name]
    path, _, flow = found["entrypoint"].partition(":")
    function = getattr(import_module(path.removesuffix(".py").replace("/", ".")), flow)

    assert {schedule["timezone"] for schedule in found["schedules"]} == {"America/Bogota"}
    assert found.get("concurrency_limit", {}).get("limit") == (None if name == "ingest" else 1)
    assert found["work_pool"] == {"name": "local"}
    assert set(found["parameters"]) <= set(inspect.signature(function.fn).parameters)
