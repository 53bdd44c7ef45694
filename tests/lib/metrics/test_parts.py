"""Columns become values: gaps, sums of groups, ratios, and what is said about them."""

from datetime import date

import pytest

from lib.metrics.catalog import Catalog
from lib.metrics.compiler import plan
from lib.metrics.errors import UnknownMetricError, nearest_first
from lib.metrics.notes import notes_of
from lib.metrics.options import sort_key
from lib.metrics.parts import Parts, parts_of
from lib.metrics.results import Column, MetricResult, Note, Resolved

DAY = date(2026, 2, 17)


def parts(catalog: Catalog, *metrics: str, group_by: tuple[str, ...] = ()) -> Parts:
    return parts_of(catalog, plan(catalog, metrics, group_by, (), limited=False))


def test_a_count_without_rows_is_zero_where_covered_and_unknown_elsewhere(catalog: Catalog):
    counted = parts(catalog, "messages", "wait_time_p50")
    assert counted.filled({}, covered=True) == {
        "messages": 0,
        "wait_time_p50": None,
        "wait_time_p50__n": 0,
    }
    assert set(counted.filled({"messages": 0}, covered=False).values()) == {None}
    assert counted.filled({"messages": 4}, covered=False)["messages"] == 4


def test_only_what_can_be_added_up_is_folded(catalog: Catalog):
    mixed = parts(catalog, "messages", "unique_contacts", "wait_time_p50", "wait_time_avg")
    rows = [dict.fromkeys(mixed.columns, 2), dict.fromkeys(mixed.columns, 3)]
    assert mixed.folded(rows) == {
        "messages": 5,
        "unique_contacts": None,
        "wait_time_p50": None,
        "wait_time_p50__n": 5,
        "wait_time_avg__sum": 5,
        "wait_time_avg__n": 5,
    }


def test_conversations_of_agents_overlap_and_are_not_folded(catalog: Catalog):
    assert parts(catalog, "conversations").additive == {"conversations"}
    assert parts(catalog, "conversations", group_by=("agent",)).additive == set()


def test_a_rate_needs_both_parts_and_a_base(catalog: Catalog):
    rate = parts(catalog, "fallback_rate")
    metric = catalog.metric("fallback_rate")
    assert rate.value(metric, {"fallback_messages": 1, "bot_handled_messages": 4}) == 0.25
    assert rate.value(metric, {"fallback_messages": 0, "bot_handled_messages": 0}) is None
    assert rate.value(metric, {"fallback_messages": None, "bot_handled_messages": 4}) is None


def test_notes_are_spanish_sentences(catalog: Catalog):
    metrics = [catalog.metric(name) for name in ("conversations", "wait_time_p50", "messages")]
    names = tuple(metric.name for metric in metrics)
    found = plan(catalog, names, (), ("intent", "direction"), limited=False)
    by_turn, not_applicable, direct = notes_of(catalog, metrics, found)
    assert by_turn.text_es == (
        "Cuenta lo que tuvo al menos un turno de esa selección (intención y dirección)."
    )
    assert not_applicable.text_es == "No aplica con el filtro de dirección."
    assert (direct.metric, direct.code) == ("messages", "by_turn")


def test_names_are_listed_by_likeness():
    assert nearest_first("Utrahilca", ["Vidasol", "Utrahuilca", "Cooprudea"])[0] == "Utrahuilca"


def test_accents_do_not_move_a_name_to_the_end():
    assert sorted(["Zoila", "Ávila", "avila"], key=sort_key) == ["avila", "Ávila", "Zoila"]


def test_a_result_without_rows_has_no_value_and_no_other_column():
    resolved = Resolved(DAY, DAY, None, None, partial=True)
    note = Note("messages", "by_turn", "…")
    column = Column("messages", "Mensajes", "mensajes", "metric")
    result = MetricResult((column,), (), resolved, (note,))
    assert result.value("messages") is None
    assert result.note("messages") is note
    assert result.note("conversations") is None
    assert result.frame().empty
    with pytest.raises(UnknownMetricError, match="messages"):
        result.column("mesages")
