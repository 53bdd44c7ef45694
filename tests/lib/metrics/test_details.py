"""Behind every figure stand conversations, and added up they are the figure."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from lib.metrics.catalog import Catalog
from lib.metrics.details import Details, has_details, query_details
from lib.metrics.errors import (
    DimensionNotAvailableError,
    UnknownEntityError,
    UnknownMetricError,
)
from lib.metrics.filters import Filters
from lib.metrics.manifest import current_catalog
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT, Scope

WEEK = DateRange(date(2026, 2, 9), date(2026, 2, 17))
ALL = Filters(WEEK)
COUNTED = (
    "messages",
    "inbound_messages",
    "conversations",
    "fallback_messages",
    "agent_sessions",
    "wait_count",
)
# what stands behind a time: the sessions that have one
COUNTS = {
    "wait_time": "wait_count",
    "first_response_time": "first_response_count",
    "handle_time": "handle_count",
}


def details(connection: Connection, metric: str, page: int = 1, size: int = 50, **narrowed: object):
    window = narrowed.pop("window", None)
    return query_details(
        connection,
        metric,
        filters=Filters(WEEK, **narrowed),
        scope=WHOLE_PROJECT,
        window=window,
        page=page,
        size=size,
    )


def figure(connection: Connection, metric: str, scope: Scope = WHOLE_PROJECT, **narrowed: object):
    window = narrowed.pop("window", None)
    asked = query_metrics(
        connection, [metric], filters=Filters(WEEK, **narrowed), window=window, scope=scope
    )
    return asked.value(metric)


def test_the_conversations_of_a_project_are_its_rows_newest_first(project: Connection):
    found = details(project, "conversations")
    assert (found.conversations, found.contacts, found.measured_total) == (7, 4, 7)
    assert [row.local_date for row in found.rows] == sorted(
        (row.local_date for row in found.rows), reverse=True
    )
    assert {row.measured for row in found.rows} == {1}
    assert all(row.contact_masked and "*" in row.contact_masked for row in found.rows)


@pytest.mark.parametrize("metric", COUNTED)
def test_what_the_rows_count_is_the_figure(project: Connection, metric):
    found = details(project, metric)
    assert sum(row.measured for row in found.rows) == found.measured_total
    assert found.measured_total == figure(project, metric)


def test_a_row_says_when_it_began_and_which_agents_wrote(project: Connection):
    rows = {(row.contact_key, row.local_date.day): row for row in details(project, "messages").rows}
    beto, ana, alone = rows["beto", 10], rows["ana", 10], rows["cami", 17]
    assert (ana.hour, ana.agents) == (9, ("Laura Gómez",))
    assert (beto.hour, beto.agents) == (20, ("Andrés Ramírez", "Laura Gómez"))
    assert (alone.hour, alone.agents) == (8, ())
    assert (ana.inbound, ana.bot, ana.agent, ana.fallbacks) == (3, 2, 1, 1)
    assert rows["dani", 17].agents == ("Agente 9",)


def test_distinct_contacts_are_the_contacts_of_the_rows(project: Connection):
    found = details(project, "unique_contacts")
    assert found.contacts == figure(project, "unique_contacts") == 4


def test_behind_a_rate_stands_its_numerator_and_behind_a_time_who_has_one(project: Connection):
    fallback = details(project, "fallback_rate")
    assert fallback.measured.name == "fallback_messages"
    assert fallback.measured_total == figure(project, "fallback_messages")
    waited = details(project, "wait_time_p50")
    assert waited.measured_total == figure(project, "wait_count")


@given(
    metric=st.sampled_from(COUNTED),
    narrowed=st.fixed_dictionaries(
        {},
        optional={
            "entities": st.sampled_from([("Norte",), ("Sur",), ("Norte", "Sur")]),
            "agents": st.sampled_from([("7",), ("7", "8")]),
            "intents": st.just(("saldo",)),
            "conversation_types": st.sampled_from([("mixed",), ("bot", "agent")]),
            "window": st.sampled_from([Window(hours=(9, 10)), Window(weekdays=(1, 2))]),
        },
    ),
)
@settings(max_examples=60, deadline=None)
def test_under_any_filters_the_rows_add_up_to_the_figure(project: Connection, metric, narrowed):
    shown = figure(project, metric, **dict(narrowed))
    if shown is None:
        with pytest.raises(DimensionNotAvailableError):
            details(project, metric, **dict(narrowed))
    else:
        assert details(project, metric, **dict(narrowed)).measured_total == shown


@pytest.mark.parametrize(
    ("narrowed", "figure"),
    [
        ({}, 5),
        ({"technical": False}, 5),
        ({"technical": True}, 1),
        ({"intents": ("saldo",)}, 4),
        ({"intents": ("saldo",), "agents": ("8",)}, 1),
        ({"entities": ("Sur",), "technical": False}, 2),
    ],
    ids=str,
)
def test_behind_intents_stand_the_conversations_that_had_one(project: Connection, narrowed, figure):
    found = details(project, "intent_conversations", **narrowed)
    assert found.conversations == found.measured_total == figure
    shown = query_metrics(
        project, ["intent_conversations"], filters=Filters(WEEK, **narrowed), scope=WHOLE_PROJECT
    )
    assert shown.value("intent_conversations") == figure
    assert found.technical is narrowed.get("technical")


def counted_by(catalog: Catalog, name: str) -> str | None:
    """The metric whose value the list of this one adds up to; None where no metric says it."""
    base = catalog.metric(catalog.metric(name).numerator or name)
    if base.aggregation in {"average", "percentile"}:
        return COUNTS.get(name.rpartition("_")[0])
    return None if base.unit == "agentes" else base.name


@pytest.mark.parametrize("scope", [WHOLE_PROJECT, Scope(("Norte",))], ids=str)
@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"window": Window(hours=(9, 10))},
        {"directions": ("agent",)},
        {"technical": False, "window": Window(weekdays=(1,))},
        {"close_reasons": ("AGENT_ACTION", "")},
        {"wait_buckets": ("0-1",), "channels": ("cloudapi",)},
        {"conversation_types": ("mixed",), "directions": ("bot",)},
        {"agents": ("7",), "intents": ("saldo",)},
    ],
    ids=str,
)
def test_every_metric_with_a_list_is_what_its_list_adds_up_to(
    project: Connection, catalog: Catalog, narrowed, scope
):
    filters = Filters(WEEK, **{name: kept for name, kept in narrowed.items() if name != "window"})
    window, checked = narrowed.get("window"), 0
    for name in catalog.metrics:
        counting = counted_by(catalog, name) if has_details(catalog, name) else None
        if counting is None:
            continue
        shown = query_metrics(project, [counting], filters=filters, window=window, scope=scope)
        if any(note.code == "not_applicable" for note in shown.notes):
            with pytest.raises(DimensionNotAvailableError):
                query_details(project, name, filters=filters, scope=scope, window=window)
            continue
        found = query_details(project, name, filters=filters, scope=scope, window=window)
        is_contacts = found.measured.unit == "contactos"
        added_up = found.contacts if is_contacts else found.measured_total
        assert added_up == (shown.value(counting) or 0), name
        checked += 1
    assert checked >= 5


def test_pages_are_parts_of_one_list_and_a_page_past_the_end_is_empty(project: Connection):
    pages: list[Details] = [details(project, "conversations", page, size=3) for page in range(1, 5)]
    assert [len(page.rows) for page in pages] == [3, 3, 1, 0]
    assert {page.conversations for page in pages} == {7}
    listed = [(row.contact_key, row.local_date) for page in pages for row in page.rows]
    assert len(set(listed)) == 7


def test_a_reader_of_one_entity_sees_its_conversations_alone(project: Connection):
    south = Scope(("Sur",))
    found = query_details(project, "messages", filters=ALL, scope=south)
    assert {row.entity for row in found.rows} == {"Sur"}
    assert found.measured_total == figure(project, "messages", scope=south) == 9


def test_what_does_not_exist_or_has_no_conversations_is_an_error(project: Connection):
    with pytest.raises(UnknownMetricError):
        details(project, "ventas")
    with pytest.raises(UnknownEntityError):
        details(project, "messages", entities=("Oeste",))
    with pytest.raises(DimensionNotAvailableError):
        details(project, "sent")
    with pytest.raises(DimensionNotAvailableError):
        details(project, "compliant_sends")
    assert has_details(current_catalog(), "fallback_rate")
    assert not has_details(current_catalog(), "sent")
