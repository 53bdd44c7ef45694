import json

import pytest

from infra.sandbox.__main__ import main
from infra.sandbox.truth.export import write_truth
from infra.sandbox.truth.numbers import DIMENSIONS, message_counts, metrics
from infra.sandbox.truth.outcomes import outcome_metrics
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import World
from tests.support.sandbox_api import csv_rows

PROJECTS = (900101, 900202)


@pytest.fixture(scope="module")
def truths(small_world, now):
    return world_truth(small_world, now)


def whole_range(truth):
    days = [message.row.local_date for message in truth.messages]
    return min(days), max(days)


@pytest.mark.parametrize("project_id", PROJECTS)
def test_every_breakdown_adds_up_to_the_total(truths, project_id):
    truth = truths[project_id]
    total = metrics(truth, *whole_range(truth))["messages"]

    assert total > 300
    for name in DIMENSIONS:
        assert sum(message_counts(truth, *whole_range(truth), [name]).values()) == total


@pytest.mark.parametrize("project_id", PROJECTS)
def test_the_days_add_up_to_the_range_except_for_distinct_counts(truths, project_id):
    truth = truths[project_id]
    days = sorted({message.row.local_date for message in truth.messages})
    whole = metrics(truth, days[0], days[-1])
    daily = [metrics(truth, day, day) for day in days]

    for name in ("messages", "conversations", "fallback_messages", "bot_handled_messages"):
        assert sum(day[name] for day in daily) == whole[name]
    assert sum(day["unique_contacts"] for day in daily) >= whole["unique_contacts"]


def test_the_two_projects_share_message_ids_and_nothing_else(truths):
    demo, andina = (truths[project_id] for project_id in PROJECTS)
    shared = demo.served.keys() & andina.served.keys()

    assert shared
    assert all(demo.served[key] != andina.served[key] for key in shared)
    names = [{talk.entity for talk in truth.conversations} for truth in (demo, andina)]
    assert names[0] & names[1] <= {"Sin entidad"}


def test_the_files_hold_the_rows_as_served_and_the_numbers(tmp_path, truths, now):
    world = World.generate(7, until=now, days=40, scale=0.5)
    files = write_truth(world, now, tmp_path / "truth")

    assert sorted(file.name for file in files) == [
        "messages_900101.csv", "messages_900202.csv", "truth_900101.json", "truth_900202.json",
    ]  # fmt: skip
    for project_id in PROJECTS:
        truth = truths[project_id]
        body = (tmp_path / "truth" / f"messages_{project_id}.csv").read_bytes()
        assert {row[0]: row for row in csv_rows(body)} == truth.served
        text = (tmp_path / "truth" / f"truth_{project_id}.json").read_text(encoding="utf-8")
        written = json.loads(text)
        days = whole_range(truth)
        assert written["metrics"] == metrics(truth, *days) | outcome_metrics(truth, *days)
        assert len(written["conversations"]) == len(truth.conversations)
        assert {row["session_id"] for row in written["sessions"]} == {
            session.session_id for session in truth.sessions
        }


def test_the_command_writes_the_truth_and_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.sandbox.__main__.configure_logging", lambda: None)
    main(["--truth", str(tmp_path)])

    written = json.loads((tmp_path / "truth_900101.json").read_text(encoding="utf-8"))
    assert written["last_local_date"] == "2026-02-17"
    assert written["metrics"]["unique_contacts"] == 621
