"""What a flow run is called: whose, what, when."""

from datetime import date

import psycopg
import pytest

from flows import run_names
from flows.run_names import ingest_run_name, named


@pytest.fixture
def given(monkeypatch):
    """Name a run that was started with these parameters."""

    def name(of, **parameters):
        found = type("Run", (), {"parameters": parameters})
        monkeypatch.setattr(run_names, "flow_run", found)
        return of()

    return name


def test_a_run_is_named_after_its_project_its_group_and_the_minute_in_bogota(raw, given):
    name = given(ingest_run_name, project_id=2, group="conversations", since=None, until=None)
    assert name == "project-2 · conversations · 2026-02-17 10:00"
    assert given(ingest_run_name) == "all projects · all groups · 2026-02-17 10:00"


def test_days_and_repeated_windows_stand_in_the_name(raw, given):
    days = {"since": date(2026, 1, 1), "until": None, "group": "statistics"}
    assert given(ingest_run_name, **days).split(" · ")[1] == "statistics 2026-01-01.."
    window = "chat_history 2026-02-08..2026-02-15"
    assert given(ingest_run_name, windows=[window], project_id=1).split(" · ")[1] == window


def test_other_flows_name_the_projects_they_were_given(raw, given):
    assert given(named("transform"), projects=[1, 2]).startswith("project-1, project-2 · transform")
    assert given(named("purge"), projects=None).startswith("all projects · purge · ")


def test_without_a_database_or_a_registered_project_its_number_stands_there(
    raw, given, monkeypatch
):
    assert given(named("probe"), project_id=77).startswith("project 77 · probe")

    def gone(_run_id):
        raise psycopg.OperationalError("the connection was refused")

    monkeypatch.setattr(run_names, "ingest_connection", gone)
    assert given(named("probe"), project_id=1).startswith("project 1 · probe")
