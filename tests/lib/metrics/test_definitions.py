"""Definitions as readers get them: words of the declaration, formula, versions, marts."""

import json
from datetime import date

import pytest

from lib.config import get_settings
from lib.metrics.catalog import Catalog
from lib.metrics.definitions import get_definitions
from lib.metrics.errors import UnknownMetricError
from lib.metrics.manifest import FILE_NAME, read_catalog


def test_every_metric_of_the_catalogue_can_be_explained(catalog: Catalog):
    found = get_definitions()
    assert [item.name for item in found] == sorted(catalog.metrics)
    for item in found:
        assert item.label_es, item.name
        assert item.definition_es, item.name
        assert item.formula_es, item.name
        assert item.marts, item.name
        assert item.dimensions, item.name


def test_a_rate_is_explained_by_its_two_counts():
    (rate,) = get_definitions(["fallback_rate"])
    assert (rate.numerator, rate.denominator) == ("fallback_messages", "bot_handled_messages")
    assert "(fallback_messages) / " in rate.formula_es
    assert (rate.unit, rate.direction) == ("porcentaje", "up_is_bad")
    assert dict(rate.thresholds) == {"green_below": 0.15, "red_above": 0.25}
    assert rate.marts[0] == "fct_messages_hourly"


def test_definitions_come_in_the_order_asked_once_and_by_any_name():
    found = get_definitions(["p90_first_response", "contacts", "unique_contacts"])
    assert [item.name for item in found] == ["first_response_time_p90", "unique_contacts"]
    assert "percentil 90 de first_response_seconds" in found[0].formula_es
    assert "distintos" in found[1].formula_es


def test_a_metric_nobody_defined_is_refused_with_the_nearest():
    with pytest.raises(UnknownMetricError) as raised:
        get_definitions(["falback_rate"])
    assert raised.value.options[0] == "fallback_rate"


def test_changes_are_told_oldest_first_and_number_the_version():
    path = get_settings().manifest_dir / FILE_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    meta = manifest["metrics"][0]["config"]["meta"]
    meta["changes"] = [
        {"date": "2026-01-01", "text_es": "Sin campañas."},
        {"date": "2026-03-01", "text_es": "Sin notas."},
    ]
    name = manifest["metrics"][0]["name"]
    (found,) = get_definitions([name], catalog=read_catalog(manifest))
    assert found.version == 3
    assert [(change.date, change.text_es) for change in found.changes] == [
        (date(2026, 1, 1), "Sin campañas."),
        (date(2026, 3, 1), "Sin notas."),
    ]
