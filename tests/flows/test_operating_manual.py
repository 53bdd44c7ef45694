"""What docs/operacion/ingesta.md tells operators to type and to edit does what it says."""

import json
import re
from pathlib import Path

import pytest
import yaml

from flows import ingest as ingest_flow
from flows import probe, reconcile, replay, transform
from lib.indigitall.endpoint_file import load_endpoints
from lib.indigitall.endpoints import ENDPOINTS
from tests.support.fake_api import envelope, on

MANUAL = Path(__file__).parents[2] / "docs" / "operacion" / "ingesta.md"
TEXT = MANUAL.read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m flows\.(\w+)([^`\n]*)", TEXT)))
MODULES = {
    "ingest": ingest_flow,
    "probe": probe,
    "reconcile": reconcile,
    "replay": replay,
    "transform": transform,
}
(EXAMPLE,) = re.findall(r"```yaml\n(endpoints:\n.*?)```", TEXT, flags=re.DOTALL)
ROW = {"labelId": 7, "statsDate": "2026-02-10", "numMessages": 3}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_option_of_a_command_in_the_manual_is_one_it_has(name, capsys):
    with pytest.raises(SystemExit) as ended:
        MODULES[name].main(["--help"])
    assert ended.value.code == 0
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    written = {
        option
        for command, rest in COMMANDS
        if command == name
        for option in re.findall(r"--[a-z-]+", rest)
    }
    assert written <= known


def test_the_endpoints_of_the_example_are_a_valid_file(tmp_path):
    path = tmp_path / "endpoints.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert list(load_endpoints(path)) == ["labels", "label_daily"]
    assert not set(load_endpoints(path)) & set(ENDPOINTS)


def test_the_example_is_loaded_for_the_project_that_has_it_and_for_no_other(ingest, raw, api):
    overrides = json.dumps(yaml.safe_load(EXAMPLE)["endpoints"])
    raw.run("update app.projects set endpoint_overrides = %s where project_id = 1", overrides)
    api.faults = [
        on("/v1/chat/label", lambda _request: envelope([{"id": 7, "name": "Pagos"}])),
        on("/v1/chat/label/stats", lambda _request: envelope([ROW, ROW | {"labelId": None}])),
    ]
    ingest(1)
    ingest(2)

    lists = "select project_id, record_key, payload ->> 'name' from raw.other_lists"
    assert raw.rows(lists) == [(1, "labels:7", "Pagos")]
    statistics = "select project_id, stat_id, stats_date::text from raw.other_statistics"
    assert raw.rows(statistics) == [(1, "label_daily:7:2026-02-10", "2026-02-10")]
    assert not any(each.unexplained_rows for each in reconcile.reconcile(1))


def test_what_a_rule_set_aside_is_loaded_after_the_edit_by_a_replay(ingest, raw, api):
    """The last steps of the day D14 comes: edit the endpoint, replay, reconcile."""
    edited = yaml.safe_load(EXAMPLE)["endpoints"]
    change = "update app.projects set endpoint_overrides = %s where project_id = 1"
    raw.run(change, json.dumps(edited))
    api.faults = [
        on("/v1/chat/label", lambda _request: envelope([])),
        on("/v1/chat/label/stats", lambda _request: envelope([ROW | {"labelId": None}])),
    ]
    ingest(1)
    assert replay.replay(1).after == {("label_daily", "no labelId"): 1}

    edited["label_daily"]["optional_key"] = ["labelId"]
    raw.run(change, json.dumps(edited))
    assert replay.replay(1).after == {}
    assert raw.rows("select stat_id from raw.other_statistics") == [("label_daily::2026-02-10",)]
    assert reconcile.main(["--project", "1"]) == 0


@pytest.mark.parametrize(
    "named", ["window_loaded", "history_begins_later", "rows_differ", "seconds_left", "superseded"]
)
def test_what_the_manual_calls_a_line_of_the_log_is_written_by_the_code(named):
    root = MANUAL.parents[2]
    sources = [*root.glob("flows/*.py"), *root.glob("lib/raw/*.py")]
    assert named in TEXT
    assert any(
        f'"{named}"' in path.read_text() or f"{named}=" in path.read_text() for path in sources
    )


def test_the_columns_of_the_reconciliation_are_all_explained():
    explained = set(re.findall(r"`(\w+)`", TEXT))
    assert set(reconcile.COLUMNS) - {"endpoint"} <= explained
