"""Rules of the dbt project, read from the manifest of a whole `dbt build` with its unit tests."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine

from flows.dbt_process import WAREHOUSE, run_plain
from lib.db.warehouse import only_build
from tests.support.history import FIRST, SESSION, A, B
from tests.support.marts import query
from tests.support.raw_source import RawSource

META = {
    "label_es",
    "definition_es",
    "unit",
    "direction",
    "thresholds",
    "synonyms",
    "caveat",
    "owner",
    "since",
    "dimensions",
    "also_answered_by",
}
ROUTING = {"needs", "additive_within", "not_by"}  # when an aggregate may answer
# how a value is read: its change log, when it is unknown or hidden, where it is approximate
READING = {"changes", "missing_is_null", "minimum_n", "histogram", "window_start"}
UNITS = {
    "mensajes",
    "conversaciones",
    "contactos",
    "agentes",
    "sesiones",
    "segundos",
    "porcentaje",
    "respuestas",
    "clics",
    "segmentos",
    "COP",
}
DIRECTIONS = {"up_is_good", "up_is_bad", "neutral"}
DIMENSIONS = {
    *("day", "week", "month", "hour", "weekday", "entity", "channel", "direction", "intent"),
    *("is_technical_intent", "agent", "close_reason", "conversation_type", "wait_bucket"),
    *("contact", "campaign", "platform", "purpose", "billing_category"),
}
COLUMNS = """
select table_name, array_agg(column_name::text) from information_schema.columns
where table_schema in ('staging', 'build') group by 1
"""


class Project:
    """The manifest and the results of one build, by kind."""

    def __init__(self, target: Path, columns: dict[str, set[str]], exit_code: int) -> None:
        self.manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        self.results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
        self.columns = columns
        self.exit_code = exit_code

    def nodes(self, kind: str) -> list[dict[str, Any]]:
        """The nodes of one resource type."""
        return [node for node in self.manifest["nodes"].values() if node["resource_type"] == kind]

    def marts(self) -> list[dict[str, Any]]:
        """The models that are published."""
        return [node for node in self.nodes("model") if node["config"]["meta"].get("mart")]


@pytest.fixture(scope="module")
def project(
    new_source: Callable[..., RawSource], owner: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    for source in (new_source(A), new_source(B)):
        source.load(FIRST, [SESSION])
    target = tmp_path_factory.mktemp("target")
    with only_build(owner):
        exit_code = run_plain(["--quiet", "build", "--target-path", str(target)], connected=True)
    columns = {row[0]: set(row[1]) for row in query(owner, COLUMNS)}
    return Project(target, columns, exit_code)


def test_a_build_typed_by_an_engineer_runs_the_unit_tests_and_publishes(
    project: Project, owner: Engine
):
    assert project.exit_code == 0
    kinds = [result["unique_id"].split(".")[0] for result in project.results["results"]]
    assert kinds.count("unit_test") >= 15
    assert {result["status"] for result in project.results["results"]} <= {
        "success",
        "pass",
        "no-op",
    }
    assert query(owner, "select project_id from app.data_versions order by 1") == [(A,), (B,)]


def test_every_model_and_every_column_of_it_is_described(project: Project):
    bare = []
    for node in project.nodes("model"):
        described = {name for name, column in node["columns"].items() if column["description"]}
        bare += [node["name"]] if not node["description"] else []
        bare += [f"{node['name']}.{c}" for c in project.columns[node["name"]] ^ described]
    assert bare == []


def test_sources_seeds_macros_exposures_are_described(project: Project):
    own = [
        m
        for m in project.manifest["macros"].values()
        if m["package_name"] == "indigitall_analytics"
    ]
    tests = {f"test_{path.stem}" for path in (WAREHOUSE / "tests" / "generic").glob("*.sql")}
    things = [
        *project.manifest["sources"].values(),
        *project.manifest["exposures"].values(),
        *project.nodes("seed"),
        *(macro for macro in own if macro["name"] not in tests),
    ]
    assert [thing["name"] for thing in things if not thing["description"]] == []


def test_a_macro_stands_in_the_file_of_its_name(project: Project):
    for macro in project.manifest["macros"].values():
        if macro["package_name"] == "indigitall_analytics":
            name = macro["name"].removesuffix("_postgres").removeprefix("test_")
            assert Path(macro["path"]).stem == name


def test_only_staging_reads_sources_each_its_own_table(project: Project):
    for node in project.nodes("model"):
        sources = [id_ for id_ in node["depends_on"]["nodes"] if id_.startswith("source.")]
        if sources:
            assert node["fqn"][1] == "staging", node["name"]
            assert not [i for i in node["depends_on"]["nodes"] if i.startswith("model.")]
        assert node["name"].startswith(("stg_", "int_", "fct_", "dim_"))


def test_no_model_names_a_schema_by_hand(project: Project):
    for node in project.nodes("model"):
        for line in node["raw_code"].splitlines():
            assert not re.search(r"\b(from|join)\s+(raw|app|staging|build|marts)\.", line), line


def test_every_mart_has_a_contract_and_a_tested_key_that_begins_with_the_project(project: Project):
    keys = {
        test["attached_node"]: test["test_metadata"]["kwargs"]["columns"]
        for test in project.nodes("test")
        if test.get("test_metadata", {}).get("name") == "is_key"
    }
    assert len(project.marts()) == 17
    for mart in project.marts():
        meta = mart["config"]["meta"]
        assert mart["contract"]["enforced"], mart["name"]
        assert keys[mart["unique_id"]] == meta["unique_key"], mart["name"]
        for columns in (meta["unique_key"], *meta.get("mart_indexes", [])):
            assert columns[0] == "project_id", mart["name"]
        assert "project_id" in mart["columns"]


def test_every_model_is_tested_for_the_key_its_description_names(project: Project):
    keys = {
        test["attached_node"]: set(test["test_metadata"]["kwargs"]["columns"])
        for test in project.nodes("test")
        if test.get("test_metadata", {}).get("name") in {"is_key", "is_key_at_source"}
    }
    for model in project.nodes("model"):
        if model["name"] != "int_calendar_days":  # a list of days belongs to no project
            grain = re.search(r"[Oo]ne row per ([^.]+)", model["description"])
            assert grain is not None, model["name"]
            named = set(re.findall(r"\w+_(?:id|key|date|at|kind)\b|match_value", grain[1]))
            missing = named - keys.get(model["unique_id"], set())
            assert not missing, f"{model['name']}: {missing}"


def test_every_test_names_the_project_that_owns_a_failing_row(project: Project, owner: Engine):
    for test in project.nodes("test"):
        with owner.connect() as connection:
            # percent signs belong to the statement: it takes no parameters
            compiled = test["compiled_code"].replace("%", "%%")
            found = connection.exec_driver_sql(
                f"select * from ({compiled}\n) as failing_rows limit 0"
            )
            assert "project_id" in set(found.keys()), test["name"]
        assert test["config"]["severity"] == "warn", test["name"]
        assert test["config"]["meta"]["on_failure"] in {"hold_back", "report"}, test["name"]


def test_unit_tests_have_two_projects_and_names_postgresql_can_hold(project: Project):
    for test in project.manifest["unit_tests"].values():
        assert len(test["name"]) <= 63, test["name"]
        seen = {
            row["project_id"]
            for given in test["given"]
            for row in given["rows"]
            if "project_id" in row
        }
        assert len(seen) >= 2, test["name"]
    for node in project.nodes("model"):
        assert len(node["name"]) <= 63 - len("__dbt_tmp"), node["name"]


def test_every_metric_says_what_pages_and_chat_need_to_know(project: Project):
    measures = {
        measure["name"]: model["name"]
        for model in project.manifest["semantic_models"].values()
        for measure in model["measures"]
    }
    assert len(project.manifest["metrics"]) >= 20
    for metric in project.manifest["metrics"].values():
        meta = metric["config"]["meta"]
        assert META <= set(meta) <= META | ROUTING | READING, metric["name"]
        assert meta["unit"] in UNITS, metric["name"]
        assert meta["direction"] in DIRECTIONS, metric["name"]
        assert set(meta["dimensions"]) <= DIMENSIONS, metric["name"]
        assert meta["label_es"] == metric["label"]
        assert meta["definition_es"].endswith("."), metric["name"]
        assert meta["synonyms"], metric["name"]
        for answer in meta["also_answered_by"]:
            assert measures[answer["measure"]] == answer["semantic_model"], metric["name"]


def test_every_semantic_model_is_a_fact_of_the_same_name(project: Project):
    facts = {mart["name"]: mart for mart in project.marts() if mart["name"].startswith("fct_")}
    models = {model["name"]: model for model in project.manifest["semantic_models"].values()}
    assert set(models) == set(facts)
    for name, model in models.items():
        for dimension in model["dimensions"]:
            assert dimension["name"] in facts[name]["columns"], f"{name}.{dimension['name']}"


def test_yaml_files_stay_small_enough_to_read():
    files = [path for path in WAREHOUSE.glob("models/**/*.yml")]
    long = {f.name: n for f in files if (n := len(f.read_text("utf-8").splitlines())) > 120}
    assert long == {}
    names = [
        m["name"] for f in files for m in (yaml.safe_load(f.read_text("utf-8")).get("models") or [])
    ]
    assert len(names) == len(set(names))


def test_a_source_is_as_old_as_the_project_that_was_read_longest_ago(
    project: Project, owner: Engine, tmp_path: Path
):
    read = "insert into app.sync_state (project_id, endpoint, last_success_at) values "
    read += f"({A}, 'chat_history', now()), ({B}, 'chat_history', now() - interval '30 hours'),"
    read += f"({A}, 'agent_conversations', now()), ({B}, 'contacts', now() - interval '60 hours')"
    with owner.begin() as connection:
        connection.exec_driver_sql(read)
    target = tmp_path / "freshness"
    run_plain(["--quiet", "source", "freshness", "--target-path", str(target)], connected=True)
    results = json.loads((target / "sources.json").read_text(encoding="utf-8"))["results"]
    statuses = {r["unique_id"].split(".")[-1]: r["status"] for r in results}
    assert set(statuses) == {
        s["name"] for s in project.manifest["sources"].values() if s["schema"] == "raw"
    }
    assert statuses["messages"] == "warn"
    assert statuses["agent_sessions"] == "pass"
    assert statuses["contacts"] == statuses["batches"] == "error"
    assert statuses["channels"] == "pass"  # no project asks for it


def test_the_documentation_can_be_generated_with_every_model_and_source(
    project: Project, tmp_path: Path
):
    target = tmp_path / "docs"
    arguments = ["--quiet", "docs", "generate", "--target-path", str(target)]
    assert run_plain(arguments, connected=True) == 0
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    assert catalog["errors"] is None
    assert {node["unique_id"] for node in project.nodes("model")} <= set(catalog["nodes"])
    assert set(project.manifest["sources"]) == set(catalog["sources"])
    assert (target / "index.html").stat().st_size > 0
