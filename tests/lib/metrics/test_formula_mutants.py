"""Every formula of every metric, changed in every way below, gives another number.

A change that nobody would notice is a formula nobody has proven: the numbers are those added up by
hand in test_formulas.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from sqlalchemy import URL, Connection

from lib.db.engines import engine_for_url
from lib.db.roles import project_role
from lib.db.urls import role_password
from lib.metrics.catalog import Answer, Catalog, Measure, Metric
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT
from tests.lib.metrics.test_formulas import ALL, EXPECTED, PER_AGENT, PER_INTENT
from tests.support.metric_database import world_database
from tests.support.metric_world import PROJECT, Talk

CASE = re.compile(r"case when (?P<condition>.+) then (?P<value>.+?)(?: else 0)? end")
OTHER_AGGREGATIONS = {
    "sum": "count",
    "count": "max",
    "count_distinct": "count",
    "average": "max",
    "percentile": "max",
}
PER_GROUP = {"agent": PER_AGENT, "intent": PER_INTENT}
# What the first world cannot tell apart: two contacts who only wrote, one to whom only the bot
# wrote, one whom the bot no longer held; agent 8 has a session (dani's) and no message.
TELLING = (
    Talk("fer", 9, "Norte", "cloudapi", "8i:saldo"),
    Talk("ines", 9, "Norte", "cloudapi", "8i:saldo"),
    Talk("gil", 9, "Norte", "cloudapi", "8b:saldo+"),
    Talk("hugo", 9, "Norte", "cloudapi", "8i:saldo 10a:7+ 10a:7? 10a:7 10a:9? 10i!"),
    Talk("hugo", 10, "Norte", "cloudapi", "9i"),
)
TOLD = {
    "active_agents": 1,
    "agent_messages": 4,
    "conversations": 5,
    "unique_contacts": 4,
    "final_status_messages": 3,  # of the bot one, of the agent one delivered and one failed
    "delivered_messages": 2,
    "fallback_messages": 0,
    "high_frequency_contacts": 1,
    "intent_messages": 3,
    "intent_conversations": 3,
}
TOLD_PER_GROUP = {"agent": {"7": 1, "9": 1}, "intent": {"saldo": 3}}
# changes that no row can show, because what they drop is implied by the rest
IMPLIED = {
    "fct_messages: direction = 'agent' and is_on_roster becomes less direction = 'agent'": (
        "only messages of agents are on a roster or not"
    ),
    "fct_conversations: frequent_since is not null becomes true": (
        "window_start keeps rows of that column in the period"
    ),
}


def mutants_of(metric: Metric) -> Iterator[tuple[str, Metric]]:
    """The metric with one thing changed, and what was changed."""
    if metric.is_ratio:
        yield from _mutants_of_a_ratio(metric)
        return
    for answer in metric.answers:
        for said, measure in _mutants_of_a_measure(answer.measure):
            yield f"{answer.model.name}: {said}", _read_from(metric, answer, measure)
    if metric.window_start:
        yield "window_start is gone", replace(metric, window_start=None)


def _mutants_of_a_ratio(metric: Metric) -> Iterator[tuple[str, Metric]]:
    numerator, denominator = metric.numerator, metric.denominator
    yield "parts change places", replace(metric, numerator=denominator, denominator=numerator)
    yield "numerator is the denominator", replace(metric, numerator=denominator)
    yield "denominator is the numerator", replace(metric, denominator=numerator)


def _mutants_of_a_measure(measure: Measure) -> Iterator[tuple[str, Measure]]:
    other = OTHER_AGGREGATIONS[measure.aggregation] if measure.sql != "1" else "max"
    yield (
        f"{measure.aggregation} becomes {other}",
        replace(measure, aggregation=other, percentile=None),
    )
    if measure.percentile is not None:
        moved = 1 - measure.percentile + 0.1
        yield f"percentile {measure.percentile} moves", replace(measure, percentile=moved)
    found = CASE.fullmatch(measure.sql)
    if found is None:
        yield "another expression", replace(measure, sql=_another_expression(measure))
        return
    condition, value = found["condition"], found["value"]
    for said, changed in _mutants_of_a_condition(condition):
        sql = measure.sql.replace(condition, changed, 1)
        yield f"{condition} becomes {said}", replace(measure, sql=sql)
    if value not in {"1", "agent_id"}:
        continued = "1" if measure.aggregation != "count_distinct" else "'one'"
        yield (
            f"{value} becomes {continued}",
            replace(measure, sql=measure.sql.replace(f"then {value}", f"then {continued}")),
        )


def _mutants_of_a_condition(condition: str) -> Iterator[tuple[str, str]]:
    yield "true", "true"
    yield "its contrary", f"({condition}) is not true"
    terms = condition.split(" and ")
    if len(terms) > 1:
        for place, term in enumerate(terms):
            yield f"less {term}", " and ".join(terms[:place] + terms[place + 1 :])
    if " in (" in condition:
        for listed in re.findall(r"'\w+'", condition):
            yield f"without {listed}", condition.replace(listed, "'nothing'")


def _another_expression(measure: Measure) -> str:
    if measure.aggregation == "count":
        return f"case when {measure.sql} > 50 then 1 end"
    if measure.aggregation == "count_distinct":
        return "1"
    return f"{measure.sql} + 1"


def _read_from(metric: Metric, answer: Answer, measure: Measure) -> Metric:
    return replace(metric, answers=(replace(answer, measure=measure, needs=()),))


@pytest.fixture(scope="module")
def telling(postgres: URL) -> Iterator[Connection]:
    """The project's connection to the second world."""
    with world_database(postgres, "telling_world", TELLING) as address:
        role = project_role(PROJECT)
        url = address.set(username=role, password=role_password(role))
        engine = engine_for_url(url, "tests", isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_metric_of_the_second_world_is_what_its_rows_add_up_to(telling: Connection, name: str):
    assert (
        query_metrics(telling, [name], filters=ALL, scope=WHOLE_PROJECT).value(name) == TOLD[name]
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_changed_formula_gives_another_number(
    project: Connection, telling: Connection, catalog: Catalog, name: str
):
    tried, survivors = 0, []
    for said, mutant in mutants_of(catalog.metric(name)):
        tried += 1
        noticed = is_another(project, catalog, mutant, EXPECTED[name], PER_GROUP)
        if not noticed and name in TOLD:
            noticed = is_another(telling, catalog, mutant, TOLD[name], TOLD_PER_GROUP)
        if noticed == (said in IMPLIED):
            survivors.append(said)
    assert tried >= 1
    assert survivors == []


def is_another(
    connection: Connection,
    catalog: Catalog,
    mutant: Metric,
    expected: float,
    per_group: Mapping[str, Mapping[str, int]],
) -> bool:
    """True when the changed metric is no longer the number added up by hand."""
    metrics = MappingProxyType({**catalog.metrics, mutant.name: mutant})
    changed = Catalog(metrics, catalog.models)
    group = mutant.answers[0].additive_within if mutant.answers else None
    if group is None:
        found = query_metrics(
            connection, [mutant.name], filters=ALL, catalog=changed, scope=WHOLE_PROJECT
        )
        return found.value(mutant.name) != pytest.approx(expected, rel=1e-12)
    found = query_metrics(
        connection, [mutant.name], group_by=group, filters=ALL, catalog=changed, scope=WHOLE_PROJECT
    )
    keys = found.column("agent_id" if group == "agent" else group)
    return dict(zip(keys, found.column(mutant.name), strict=True)) != per_group[group]
