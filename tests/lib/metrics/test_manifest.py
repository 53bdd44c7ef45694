"""The catalogue: complete or refused, and always that of the file as it is now."""

import copy
import json
import os
from datetime import date

import pytest

from lib.config import get_settings
from lib.metrics.catalog import Catalog, DefinitionChange
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.errors import CatalogError
from lib.metrics.manifest import FILE_NAME, load_catalog, read_catalog
from tests.support.metric_world import mart_columns

HISTOGRAM = {
    "semantic_model": "fct_agents_daily",
    "buckets": "wait_buckets",
    "counts": "wait_bucket_counts",
}


@pytest.fixture
def manifest(catalog: Catalog) -> dict:
    return json.loads((get_settings().manifest_dir / FILE_NAME).read_text(encoding="utf-8"))


def metric(manifest: dict, name: str) -> dict:
    return next(node for node in manifest["metrics"] if node["name"] == name)


def faults(manifest: dict) -> tuple[str, ...]:
    with pytest.raises(CatalogError) as caught:
        read_catalog(manifest)
    return caught.value.faults


def test_every_metric_of_the_marts_is_there_with_its_spanish_name(catalog: Catalog):
    assert {"messages", "fallback_rate", "wait_time_p50", "active_agents"} <= set(catalog.metrics)
    assert catalog.metric("fallback_rate").label_es == "Tasa de fallback"
    assert catalog.metric("wait_time_p90").aggregation == "percentile"
    assert catalog.metric("fallback_rate").aggregation == "ratio"


def test_every_group_a_metric_offers_can_be_answered_by_some_mart(catalog: Catalog):
    unanswered = [
        f"{name} by {group}"
        for name, metric in catalog.metrics.items()
        for group in metric.dimensions
        if not metric.is_ratio
        and not any(
            DIMENSIONS[group].column in answer.model.columns and group not in answer.not_by
            for answer in metric.answers
        )
    ]
    assert unanswered == []


def test_a_ratio_offers_no_group_its_parts_lack(catalog: Catalog):
    for metric in catalog.metrics.values():
        for part in (metric.numerator, metric.denominator):
            if part is not None:
                assert set(metric.dimensions) <= set(catalog.metric(part).dimensions)


@pytest.mark.parametrize("key", ["label_es", "definition_es", "unit", "direction", "owner"])
def test_a_metric_without_a_required_word_is_refused(manifest: dict, key):
    metric(manifest, "messages")["config"]["meta"][key] = ""
    assert faults(manifest) == (f"metric messages: lacks meta.{key}",)


def test_all_faults_are_told_at_once(manifest: dict):
    metric(manifest, "messages")["config"]["meta"] = {}
    metric(manifest, "conversations")["config"]["meta"]["direction"] = "up"
    metric(manifest, "fallback_rate")["type_params"]["numerator"]["name"] = "nothing"
    metric(manifest, "handoff_rate")["type"] = "derived"
    found = faults(manifest)
    assert len([fault for fault in found if fault.startswith("metric messages: ")]) == 6
    assert "metric conversations: meta.direction is none of up_is_good, up_is_bad, neutral" in found
    assert "metric fallback_rate: 'nothing' is no simple metric" in found
    assert any(fault.startswith("metric handoff_rate: only simple and ratio") for fault in found)


def test_the_change_log_gives_the_version_of_the_definition(manifest: dict):
    log = [{"date": "2026-03-01", "text_es": "Sin notas"}, {"date": "2026-04-01", "text_es": "x"}]
    metric(manifest, "messages")["config"]["meta"]["changes"] = log
    metric(manifest, "conversations")["config"]["meta"]["changes"] = []
    read = read_catalog(manifest)
    assert read.metric("messages").version == 3
    assert read.metric("messages").changes[0] == DefinitionChange(date(2026, 3, 1), "Sin notas")
    assert read.metric("conversations").version == 1


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ([{"date": "ayer", "text_es": "x"}], "expects date and text_es"),
        ([{"date": "2026-03-01"}], "expects date and text_es"),
        (["2026-03-01"], "expects date and text_es"),
        (
            [{"date": "2026-04-01", "text_es": "x"}, {"date": "2026-03-01", "text_es": "y"}],
            "not in the order",
        ),
    ],
)
def test_a_change_without_day_or_words_or_order_is_refused(manifest: dict, log, fault):
    metric(manifest, "messages")["config"]["meta"]["changes"] = log
    (found,) = faults(manifest)
    assert found.startswith("metric messages: meta.changes")
    assert fault in found


def test_the_keys_of_the_compiler_are_read(manifest: dict):
    metric(manifest, "messages")["config"]["meta"] |= {
        "missing_is_null": True,
        "window_start": "frequent_since",
    }
    metric(manifest, "fallback_rate")["config"]["meta"]["minimum_n"] = 5
    metric(manifest, "wait_time_p50")["config"]["meta"]["histogram"] = HISTOGRAM
    read = read_catalog(manifest)
    assert read.metric("messages").missing_is_null
    assert read.metric("messages").window_start == "frequent_since"
    assert read.metric("fallback_rate").minimum_n == 5
    histogram = read.metric("wait_time_p50").histogram
    assert histogram.model is read.models["fct_agents_daily"]
    assert (histogram.buckets, histogram.counts) == ("wait_buckets", "wait_bucket_counts")
    plain = read.metric("bot_messages")
    assert (plain.missing_is_null, plain.minimum_n, plain.histogram) == (False, None, None)


@pytest.mark.parametrize(
    ("name", "key", "value", "fault"),
    [
        ("messages", "histogram", HISTOGRAM, "belongs to a percentile"),
        ("wait_time_p50", "histogram", HISTOGRAM | {"semantic_model": "no"}, "expects semantic"),
        ("wait_time_p50", "histogram", HISTOGRAM | {"buckets": "a; drop"}, "expects semantic"),
        ("wait_time_p50", "histogram", {"buckets": "a"}, "expects semantic"),
        ("messages", "window_start", "since; drop", "names no column"),
        ("fallback_rate", "window_start", "since", "names no column"),
        ("fallback_rate", "minimum_n", 0, "no whole number above 0"),
        ("fallback_rate", "minimum_n", "five", "no whole number above 0"),
    ],
)
def test_a_key_that_names_no_column_or_number_is_refused(manifest, name, key, value, fault):
    metric(manifest, name)["config"]["meta"][key] = value
    (found,) = faults(manifest)
    assert found.startswith(f"metric {name}: meta.{key}")
    assert fault in found


def test_columns_named_in_meta_are_columns_of_their_marts(catalog: Catalog):
    columns = mart_columns(get_settings().manifest_dir / "manifest.json")
    for metric in catalog.metrics.values():
        if metric.window_start:
            assert metric.window_start in columns[metric.answers[0].model.table]
        if metric.histogram:
            table = columns[metric.histogram.model.table]
            assert {metric.histogram.buckets, metric.histogram.counts} <= set(table)


def test_a_condition_outside_the_measure_is_refused(manifest: dict):
    metric(manifest, "messages")["filter"] = {"where_filters": [{"where_sql_template": "true"}]}
    assert "without filter" in faults(manifest)[0]


def test_an_answer_that_does_not_exist_is_refused(manifest: dict):
    answers = metric(manifest, "messages")["config"]["meta"]["also_answered_by"]
    answers.append({"semantic_model": "fct_nothing", "measure": "fact_messages"})
    answers.append({"semantic_model": "fct_messages", "measure": "nothing"})
    assert len(faults(manifest)) == 2


def test_a_name_that_is_no_identifier_is_refused(manifest: dict):
    manifest["semantic_models"][0]["node_relation"]["alias"] = "fct; drop"
    assert "no plain identifiers: fct; drop" in faults(manifest)[0]


def test_aggregations_we_cannot_add_up_are_refused(manifest: dict):
    measure = manifest["semantic_models"][0]["measures"][0]
    measure["agg"] = "sum_of_squares"
    assert faults(manifest) == (
        f"measure {measure['name']}: aggregation 'sum_of_squares' is not supported",
    )


def test_a_median_is_the_half_percentile_and_a_boolean_sum_a_count(manifest: dict):
    changed = copy.deepcopy(manifest)
    measures = changed["semantic_models"][0]["measures"]
    measures.append(measures[0] | {"name": "half", "agg": "median", "expr": "x"})
    measures.append(measures[0] | {"name": "yes", "agg": "sum_boolean", "expr": "is_x"})
    model = read_catalog(changed).models[changed["semantic_models"][0]["name"]]
    assert model.measures["half"].percentile == 0.5
    assert model.measures["yes"].sql == "case when is_x then 1 else 0 end"


def test_a_missing_or_broken_file_says_what_to_run(tmp_path):
    with pytest.raises(CatalogError, match="dbt parse"):
        load_catalog(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(CatalogError, match="dbt parse"):
        load_catalog(broken)


def test_a_file_is_read_once_until_it_changes(tmp_path, manifest: dict):
    path = tmp_path / FILE_NAME
    path.write_text(json.dumps(manifest), encoding="utf-8")
    first = load_catalog(path)
    assert load_catalog(path) is first
    metric(manifest, "messages")["config"]["meta"]["label_es"] = "Mensajitos"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load_catalog(path).metric("messages").label_es == "Mensajitos"
