"""A reader limited to entities: the numbers of those entities, whatever is asked, and no others."""

import importlib
import inspect
import pkgutil
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

import lib.metrics
from lib.metrics.campaign_options import load_campaign_options
from lib.metrics.catalog import Catalog
from lib.metrics.compiler import plan
from lib.metrics.errors import (
    OutsideEntitiesError,
    UnknownAgentError,
    UnknownCampaignError,
    UnknownEntityError,
    UnknownIntentError,
)
from lib.metrics.filters import VALUE_PARAMETERS, Filters
from lib.metrics.lines import Order
from lib.metrics.options import load_options
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.questions import get_summary_stats, get_top_contacts
from lib.metrics.questions_campaigns import get_campaign_summary
from lib.metrics.questions_service import get_entity_comparison
from lib.metrics.scope import WHOLE_PROJECT, Scope
from lib.ui.cards.asking import ask
from lib.ui.cards.questions import CAMPAIGN_QUESTIONS, QUESTIONS
from lib.ui.filters.address import View

DAYS = DateRange(date(2026, 2, 9), date(2026, 2, 17))
LONG = DateRange(date(2025, 10, 1), date(2026, 2, 17))
NORTE, SUR, BOTH = Scope(("Norte",)), Scope(("Sur",)), Scope(("Norte", "Sur"))
NOBODY = Scope(())
LIMITED = [NORTE, SUR, BOTH]
OF_CAMPAIGNS = {"fct_campaigns_daily", "fct_campaign_contacts"}
# doors that only look up what an answer already holds, or what belongs to the project as a whole
WITHOUT_SCOPE = {"load_days", "agent_names", "contact_masks", "campaign_names", "read_side"}
WITHOUT_SCOPE |= {"shown_names"}
# the question carries it
WITHOUT_SCOPE |= {"ask"}


def knows_entities(catalog, name):
    parts = [catalog.metric(part) for part in catalog.base_metrics([name])]
    return not any(answer.model.table in OF_CAMPAIGNS for part in parts for answer in part.answers)


def groupings(metric):
    """No group, and every dimension of the metric with those it needs beside it."""
    within = {answer.additive_within for answer in metric.answers[:1]} - {None}
    yield ()
    for group in metric.dimensions:
        if group != "contact" or metric.aggregation in {"sum", "count"}:
            yield tuple(dict.fromkeys((group, *within)))


def filtered(scope, **changes):
    return replace(Filters(DAYS, entities=scope.entities), **changes)


def seen(result):
    return result.columns, result.rows, result.notes, result.folded


@pytest.mark.parametrize("scope", LIMITED, ids=str)
@pytest.mark.parametrize("is_compared", [False, True])
@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - set(CAMPAIGN_QUESTIONS)))
def test_every_question_of_the_pages_gives_the_numbers_of_the_entities(
    project: Connection, other_project: Connection, name, is_compared, scope
):
    view = View("ultimos-7", DAYS.start, DAYS.end, is_compared=is_compared)
    narrowed = replace(view, entities=scope.entities)
    for connection in (project, other_project):
        if connection is other_project and scope != NORTE:
            continue  # of the entities the other project has Norte alone, beside Oeste
        limited = ask(connection, name, view, scope=scope)
        assert seen(limited) == seen(ask(connection, name, narrowed, scope=WHOLE_PROJECT))
        assert seen(limited) == seen(ask(connection, name, narrowed, scope=scope))


@pytest.mark.parametrize("name", CAMPAIGN_QUESTIONS)
def test_questions_of_campaigns_are_closed_to_a_limited_reader(project: Connection, name):
    with pytest.raises(OutsideEntitiesError):
        ask(project, name, View("ultimos-7", DAYS.start, DAYS.end), scope=NORTE)


@pytest.mark.parametrize("scope", LIMITED, ids=str)
@pytest.mark.parametrize("period", [DAYS, LONG], ids=["nine days", "months"])
def test_every_metric_in_every_group_gives_the_numbers_of_the_entities(
    project: Connection, catalog: Catalog, period, scope
):
    asked = Filters(period)
    narrowed = Filters(period, entities=scope.entities)
    for name in filter(lambda name: knows_entities(catalog, name), catalog.metrics):
        for groups in groupings(catalog.metric(name)):
            limited = query_metrics(project, [name], group_by=groups, filters=asked, scope=scope)
            whole = query_metrics(
                project, [name], group_by=groups, filters=narrowed, scope=WHOLE_PROJECT
            )
            assert seen(limited) == seen(whole), (name, groups)


@pytest.mark.parametrize("scope", LIMITED, ids=str)
@pytest.mark.parametrize(
    "changes",
    [
        {"agents": ("7",)},
        {"intents": ("saldo",)},
        {"directions": ("agent",)},
        {"technical": False},
        {"conversation_types": ("mixed",)},
        {"agents": ("7",), "directions": ("inbound",)},
    ],
    ids=str,
)
def test_other_filters_narrow_within_the_entities(
    project: Connection, catalog: Catalog, changes, scope
):
    asked = Filters(DAYS, **changes)
    names = [name for name in catalog.metrics if knows_entities(catalog, name)]
    limited = query_metrics(project, names, filters=asked, scope=scope)
    whole = query_metrics(project, names, filters=filtered(scope, **changes), scope=WHOLE_PROJECT)
    assert seen(limited) == seen(whole)


def test_a_metric_that_knows_no_entity_is_closed(project: Connection, catalog: Catalog):
    closed = [name for name in catalog.metrics if not knows_entities(catalog, name)]
    assert {"sent", "ctr", "cost"} <= set(closed)
    for name in closed:
        for filters in (Filters(DAYS), filtered(NORTE)):
            with pytest.raises(OutsideEntitiesError):
                query_metrics(project, [name], filters=filters, scope=NORTE)
    with pytest.raises(OutsideEntitiesError):
        query_metrics(project, ["messages", "sent"], filters=Filters(DAYS), scope=NORTE)
    with pytest.raises(OutsideEntitiesError):
        get_campaign_summary(project, Filters(DAYS), scope=BOTH)


def test_no_statement_reads_a_table_without_the_entities(catalog: Catalog):
    checked = 0
    for metric in catalog.metrics.values():
        if not knows_entities(catalog, metric.name):
            continue
        for groups in groupings(metric):
            for filters in ((), ("agent", "intent"), tuple(VALUE_PARAMETERS)[:6]):
                for approximate in (False, True):
                    found = plan(
                        catalog,
                        (metric.name,),
                        groups,
                        filters,
                        limited=True,
                        approximate=approximate,
                    )
                    for statement in found.statements:
                        tables = len(re.findall(r"\bmarts\.", statement.sql))
                        assert statement.sql.count("= any(:allowed_entities)") == tables > 0
                        checked += 1
    assert checked > 1000


def test_without_any_entity_there_is_nothing_to_see(project: Connection):
    result = get_summary_stats(project, Filters(DAYS), scope=NOBODY)
    assert {value for value in result.rows[0] if value} == set()
    assert get_top_contacts(project, Filters(DAYS), scope=NOBODY).rows == ()
    options = load_options(project, NOBODY)
    assert (options.entities, options.agents, options.intents, options.channels) == ((),) * 4


def test_an_entity_of_another_project_opens_nothing_there(project: Connection):
    result = get_summary_stats(project, Filters(DAYS), scope=Scope(("Oeste",)))
    assert result.value("messages") == 0
    assert load_options(project, Scope(("Oeste",))).entities == ()


def test_a_filter_outside_the_scope_is_a_name_that_does_not_exist(project: Connection):
    with pytest.raises(UnknownEntityError) as caught:
        get_summary_stats(project, filtered(SUR), scope=NORTE)
    assert caught.value.options == ("Norte",)
    assert "Sur" not in str(caught.value).partition(";")[2]
    with pytest.raises(UnknownAgentError) as caught:
        get_summary_stats(project, Filters(DAYS, agents=("9",)), scope=NORTE)
    assert "9" not in caught.value.options
    with pytest.raises(UnknownIntentError) as caught:
        get_summary_stats(project, Filters(DAYS, intents=("bienvenida",)), scope=NORTE)
    assert "bienvenida" not in caught.value.options
    with pytest.raises(UnknownCampaignError) as caught:
        get_summary_stats(project, Filters(DAYS, campaigns=("c1",)), scope=NORTE)
    assert caught.value.options == ()


def test_the_filter_bar_offers_what_occurs_in_the_entities(project: Connection):
    whole, norte, sur = (load_options(project, scope) for scope in (WHOLE_PROJECT, NORTE, SUR))
    assert (norte.entities, sur.entities) == (("Norte",), ("Sur",))
    assert {agent for agent, _name in norte.agents} == {"7", "8"}
    assert {agent for agent, _name in sur.agents} == {"7", "8", "9"}
    assert (norte.intents, sur.intents) == (
        ("credito", "saldo"),
        ("bienvenida", "credito", "saldo"),
    )
    assert (norte.channels, sur.channels) == (("cloudapi",), ("cloudapi", "webchat"))
    assert whole.campaign_channels
    assert norte.campaign_channels == ()
    assert (norte.first_date, norte.last_date) == (whole.first_date, whole.last_date)
    assert load_campaign_options(project, NORTE).campaigns == ()
    assert load_campaign_options(project, WHOLE_PROJECT).campaigns


def test_an_entity_stands_beside_no_entity_that_its_reader_may_not_see(project: Connection):
    found = get_entity_comparison(project, Filters(DAYS), scope=NORTE, metrics=["messages"])
    assert found.result.column("entity") == ("Norte",)
    assert found.network == {"messages": (None,)}


def test_shares_and_the_rest_are_of_the_entities_alone(project: Connection):
    result = query_metrics(
        project,
        ["intent_messages"],
        group_by="intent",
        filters=Filters(DAYS),
        order=Order("intent_messages"),
        limit=1,
        share_of="intent_messages",
        scope=SUR,
    )
    assert sum(result.column("intent_messages__share")) == pytest.approx(1)
    # saldo once, credito once, bienvenida once: what Norte asked is nowhere
    assert sum(result.column("intent_messages")) == 3


@pytest.mark.parametrize(
    ("mine", "theirs", "is_covered"),
    [
        (WHOLE_PROJECT, NORTE, True),
        (WHOLE_PROJECT, WHOLE_PROJECT, True),
        (NORTE, WHOLE_PROJECT, False),
        (BOTH, NORTE, True),
        (NORTE, BOTH, False),
        (NOBODY, NOBODY, True),
        (NOBODY, NORTE, False),
    ],
    ids=str,
)
def test_a_scope_covers_what_it_holds(mine, theirs, is_covered):
    assert mine.covers(theirs) is is_covered


def test_equal_readers_have_equal_scopes():
    assert Scope.of(["Sur", "Norte", "Sur"]) == Scope.of(("Norte", "Sur")) == BOTH
    assert Scope.of(None) == WHOLE_PROJECT
    assert Scope.of([]).is_limited


def doors():
    """Every public function of the room that reads rows over a connection."""
    for module_info in pkgutil.iter_modules(lib.metrics.__path__):
        module = importlib.import_module(f"lib.metrics.{module_info.name}")
        for name, value in vars(module).items():
            own = inspect.isfunction(value) and value.__module__ == module.__name__
            if own and not name.startswith("_"):
                parameters = inspect.signature(value).parameters
                if "connection" in parameters and name not in WITHOUT_SCOPE:
                    yield pytest.param(parameters, id=name)


@pytest.mark.parametrize("parameters", list(doors()))
def test_no_door_of_the_metric_core_can_be_used_without_saying_for_whom(parameters):
    assert parameters["scope"].annotation is Scope
    assert parameters["scope"].default is inspect.Parameter.empty
