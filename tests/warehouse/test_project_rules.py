"""Nothing breaks a rule of a well-kept dbt project but what the list of exceptions names."""

import csv
import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from flows.dbt_process import WAREHOUSE
from tests.support.project_rules import ProjectRules

EXCEPTIONS = WAREHOUSE / "seeds" / "dbt_project_evaluator_exceptions.csv"


@pytest.fixture(scope="module")
def manifest() -> Mapping[str, Any]:
    return json.loads((WAREHOUSE / "target" / "manifest.json").read_text(encoding="utf-8"))


def exceptions() -> list[tuple[str, str]]:
    with EXCEPTIONS.open(encoding="utf-8", newline="") as lines:
        return [
            (row["fct_name"], row["id_to_exclude"].replace("%", "*"))
            for row in csv.DictReader(lines)
        ]


def is_named(finding: tuple[str, str], exception: tuple[str, str]) -> bool:
    return finding[0] == exception[0] and fnmatchcase(finding[1], exception[1])


def test_only_named_exceptions_break_a_rule(manifest: Mapping[str, Any]):
    named = exceptions()
    broken = sorted(
        finding
        for finding in ProjectRules(manifest).findings()
        if not any(is_named(finding, exception) for exception in named)
    )
    assert broken == []


def test_an_exception_nobody_needs_any_more_is_deleted(manifest: Mapping[str, Any]):
    findings = ProjectRules(manifest).findings()
    idle = [e for e in exceptions() if not any(is_named(finding, e) for finding in findings)]
    assert idle == []


def model(
    name: str, *parents: str, code: str = "select 1", folder: str = "staging"
) -> dict[str, Any]:
    return {
        "unique_id": f"model.p.{name}",
        "resource_type": "model",
        "name": name,
        "depends_on": {"nodes": list(parents)},
        "config": {"materialized": "build"},
        "original_file_path": f"models/{folder}/{name}.sql",
        "patch_path": f"p://models/{folder}/{name}.yml",
        "description": "One row per thing.",
        "raw_code": code,
    }


def source(name: str, **differently: Any) -> dict[str, Any]:
    return {
        "unique_id": f"source.p.api.{name}",
        "resource_type": "source",
        "source_name": "api",
        "name": name,
        "freshness": {"warn_after": {"count": 1, "period": "hour"}},
        "original_file_path": "models/staging/api/_sources.yml",
        "relation_name": f"raw.{name}",
        "description": "Rows.",
        "source_description": "Tables.",
        **differently,
    }


def findings(*things: dict[str, Any]) -> set[tuple[str, str]]:
    key = {"resource_type": "test", "test_metadata": {"name": "is_key"}}
    nodes = {thing["unique_id"]: thing for thing in things if thing["resource_type"] == "model"}
    tests = {f"test.{k}": {**key, "unique_id": f"test.{k}", "attached_node": k} for k in nodes}
    sources = {t["unique_id"]: t for t in things if t["resource_type"] == "source"}
    manifest = {"nodes": nodes | tests, "sources": sources, "exposures": {}}
    return ProjectRules(manifest).findings()


def test_a_staging_view_of_one_fresh_source_breaks_no_rule():
    assert findings(source("rows"), model("stg_rows", "source.p.api.rows")) == set()


def test_two_sources_in_one_model_are_found():
    both = ("source.p.api.rows", "source.p.api.lines")
    found = findings(source("rows"), source("lines"), model("stg_rows", *both))
    assert found == {("fct_multiple_sources_joined", "stg_rows")}


def test_a_source_of_no_age_no_reader_and_no_folder_is_found():
    bare = source("rows", freshness=None, original_file_path="models/_sources.yml", description="")
    assert findings(bare) == {
        ("fct_sources_without_freshness", "api.rows"),
        ("fct_source_directories", "api.rows"),
        ("fct_unused_sources", "api.rows"),
        ("fct_undocumented_sources", "api.rows"),
    }


def test_a_step_used_once_by_a_model_that_also_reads_its_parent_is_found():
    rows, step = "model.p.stg_rows", "model.p.int_rows_counted"
    found = findings(
        source("rows"),
        model("stg_rows", "source.p.api.rows"),
        model("int_rows_counted", rows, folder="intermediate"),
        model("fct_rows", rows, step, folder="marts"),
    )
    assert found == {("fct_rejoining_of_upstream_concepts", "int_rows_counted")}


def test_a_table_named_by_hand_and_a_model_in_another_folder_are_found():
    by_hand = model("int_rows", "source.p.api.rows", code="select 1 from raw.rows as r")
    found = findings(source("rows"), by_hand)
    assert found == {
        ("fct_hard_coded_references", "int_rows"),
        ("fct_model_directories", "int_rows"),
        ("fct_marts_or_intermediate_dependent_on_source", "int_rows"),
    }


def test_a_model_with_three_childless_children_fans_out():
    parent = model("stg_rows", "source.p.api.rows")
    leaves = [model(f"dim_{n}", "model.p.stg_rows", folder="marts") for n in "abc"]
    assert findings(source("rows"), parent, *leaves) == {("fct_model_fanout", "stg_rows")}
