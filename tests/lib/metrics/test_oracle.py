"""MetricFlow as oracle: its own SQL for the same metric, grain and filter gives the same numbers.

It is dbt's reading of the definitions and too slow for pages; here it only has to agree. What it
cannot say at all is listed in EXCEPTIONS, shown by its own words, and counted by hand-written SQL.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from metricflow_semantics.errors.error_classes import InvalidQueryException
from sqlalchemy import Connection, text

from lib.config import get_settings
from lib.metrics.catalog import Catalog
from lib.metrics.filters import Filters
from lib.metrics.histograms import TOLERANCE
from lib.metrics.manifest import FILE_NAME
from lib.metrics.network import network_of
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT
from tests.support.oracle import PERIOD, Oracle, ask_oracle, primary_entity, read_oracle

LONG = DateRange(date(2025, 12, 1), date(2026, 3, 1))
Narrowed = tuple[tuple[str, tuple[str, ...]], ...]
# dimension and values: of marts with entities, of marts without, of metrics that need one of each
Answers = Mapping[tuple[object, ...], float | None]
Kinds = tuple[Narrowed, Narrowed, Narrowed]
NOTHING: Kinds = ((), (), ())
ONE_VALUE: Kinds = (
    (("entity", ("Norte",)),),
    (("channel", ("whatsapp",)),),
    (("channel", ("whatsapp",)),),
)
SEVERAL: Kinds = (
    (("entity", ("Sur", "Norte")), ("channel", ("cloudapi",))),
    (("channel", ("push", "whatsapp")), ("campaign_id", ("30001", "60001"))),
    (("channel", ("cloudapi", "whatsapp")),),
)
FIELDS = {"entity": "entities", "channel": "channels", "campaign_id": "campaigns"}
# what MetricFlow cannot be asked: metric, group, condition, and how it says so
NO_SUCH_INPUT = "The given input does not match any of the available group-by-items"
NO_SUCH_METRIC = "The given input does not exactly match any known metrics"
EXCEPTIONS = {
    "percentiles by histogram": ("agent_messages", "agent_day__wait_buckets", "", NO_SUCH_INPUT),
    "windows over contacts": (
        "high_frequency_contacts",
        "metric_time__month",
        "{{ Dimension('conversation__frequent_since') }} >= '2026-01-26'",
        NO_SUCH_INPUT,
    ),
    "network medians": ("messages_of_other_entities", "metric_time__month", "", NO_SUCH_METRIC),
}


@pytest.fixture(scope="module")
def oracle(catalog: Catalog) -> Oracle:
    return read_oracle((get_settings().manifest_dir / FILE_NAME).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unhidden(catalog: Catalog) -> Catalog:
    """The catalogue without least bases: what is hidden from a reader is compared too."""
    metrics = {
        name: replace(metric, minimum_n=None)
        for name, metric in catalog.metrics.items()
        if metric.window_start is None
    }
    return Catalog(MappingProxyType(metrics), catalog.models)


@pytest.mark.parametrize("narrowed", [NOTHING, ONE_VALUE, SEVERAL], ids=["all", "one", "several"])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_oracle_agrees_on_every_metric(
    oracle: Oracle, unhidden: Catalog, project: Connection, grain: str, narrowed
):
    for metric in unhidden.metrics.values():
        bases = unhidden.base_metrics([metric.name])
        homes = [unhidden.metric(base).answers[0].model for base in bases]
        own = unhidden.metric(bases[0]).answers[0]
        entity = primary_entity(oracle, own.model.name)
        within = [own.additive_within] if own.additive_within else []
        groups = [f"metric_time__{grain}", *(f"{entity}__{name}" for name in within)]
        if homes[0].name != homes[-1].name:
            kept = narrowed[2]
            above, below = (
                ask_oracle(
                    oracle, project, base, groups,
                    condition(primary_entity(oracle, home.name), kept),
                )
                for base, home in zip(bases, homes, strict=True)
            )  # fmt: skip
            expected = divided_by_hand(above, below)
        else:
            kept = narrowed["entity" not in own.model.columns]
            expected = ask_oracle(oracle, project, metric.name, groups, condition(entity, kept))
        answer = query_metrics(
            project,
            [metric.name],
            group_by=[grain, *within],
            filters=Filters(PERIOD, **{FIELDS[name]: values for name, values in kept}),
            catalog=unhidden,
            scope=WHOLE_PROJECT,
        )
        found = {row[: len(groups)]: row[len(groups)] for row in answer.rows}
        assert expected.keys() <= found.keys()
        strict = metric.missing_is_null or metric.is_ratio
        exact = metric.aggregation != "average"
        for key, value in found.items():
            there = expected.get(key)
            if not strict:
                value, there = value or 0, there or 0  # noqa: PLW2901  no row counts none
            assert value == (there if exact else pytest.approx(there)), (metric.name, key)


def divided_by_hand(above: Answers, below: Answers) -> Answers:
    """A ratio of two marts: the oracle filters one mart at a time, so it is asked for each part."""
    found: dict[tuple[object, ...], float | None] = {}
    for key in above.keys() | below.keys():
        numerator, denominator = above.get(key), below.get(key)
        found[key] = numerator / denominator if numerator is not None and denominator else None
    return found


def test_only_windows_are_left_out_of_the_comparison(catalog: Catalog, unhidden: Catalog):
    assert set(catalog.metrics) - set(unhidden.metrics) == {"high_frequency_contacts"}


def test_the_oracle_is_asked_about_something(oracle: Oracle, project: Connection):
    counted = ask_oracle(oracle, project, "messages", ["metric_time__week"], "")
    assert counted == {(date(2026, 2, 9),): 12, (date(2026, 2, 16),): 11}
    sent = ask_oracle(oracle, project, "sent", ["metric_time__week"], "")
    assert sent == {(date(2026, 2, 9),): 150, (date(2026, 2, 16),): 32}


@pytest.mark.parametrize("what", EXCEPTIONS)
def test_what_the_oracle_cannot_say_it_says_itself(oracle: Oracle, project: Connection, what: str):
    metric, group, filtered, words = EXCEPTIONS[what]
    with pytest.raises(InvalidQueryException) as caught:
        ask_oracle(oracle, project, metric, [group], filtered)
    assert words in " ".join(str(caught.value).split())


@pytest.mark.parametrize("duration", ["wait", "first_response", "handle"])
@pytest.mark.parametrize(("name", "share"), [("p50", 0.5), ("p90", 0.9)])
def test_a_percentile_by_histogram_is_near_the_one_counted_by_hand(
    project: Connection, duration: str, name: str, share: float
):
    asked = f"{duration}_time_{name}"
    exact = dict(
        by_hand(
            project,
            f"""
            select entity, percentile_cont({share}) within group (order by {duration}_seconds)
            from marts.fct_agent_sessions
            where not is_handle_over_limit or '{duration}' <> 'handle'
            group by entity
            """,
        )
    )
    found = query_metrics(
        project, [asked], group_by="entity", filters=Filters(LONG), scope=WHOLE_PROJECT
    )
    assert found.note(asked).code == "approximate"
    assert found.columns[1].label.endswith("aprox.")
    values = dict(zip(found.column("entity"), found.column(asked), strict=True))
    assert values == {
        entity: pytest.approx(value, rel=TOLERANCE) for entity, value in exact.items()
    }
    short = query_metrics(
        project, [asked], group_by="entity", filters=Filters(PERIOD), scope=WHOLE_PROJECT
    )
    assert dict(zip(short.column("entity"), short.column(asked), strict=True)) == exact


def test_a_window_over_contacts_is_the_one_counted_by_hand(project: Connection):
    for start in (8, 9, 10, 16, 17):
        period = DateRange(date(2026, 2, start), date(2026, 2, 17))
        ((expected,),) = by_hand(
            project,
            f"""
            select count(distinct contact_key) from marts.fct_conversations
            where local_date between '{period.start}' and '{period.end}'
            and frequent_since >= '{period.start}'
            """,
        )
        found = query_metrics(
            project, ["high_frequency_contacts"], filters=Filters(period), scope=WHOLE_PROJECT
        )
        assert found.value("high_frequency_contacts") == expected


def test_the_middle_of_the_others_is_the_one_counted_by_hand(project: Connection):
    by_campaign = query_metrics(
        project,
        ["sent"],
        group_by="campaign",
        filters=Filters(PERIOD),
        limit=20,
        scope=WHOLE_PROJECT,
    )
    columns = tuple(
        replace(column, name="entity") if column.name == "campaign" else column
        for column in by_campaign.columns
    )
    entities = replace(by_campaign, columns=columns)
    totals = "select campaign_id, sum(sent_count) as n from marts.fct_campaigns_daily group by 1"
    for name, network in zip(
        entities.column("campaign_id"), network_of(entities, "sent"), strict=True
    ):
        ((count, middle, low, high),) = by_hand(
            project,
            f"""
            select
                count(n),
                percentile_cont(0.5) within group (order by n),
                percentile_cont(0.25) within group (order by n),
                percentile_cont(0.75) within group (order by n)
            from ({totals}) as totals where campaign_id <> '{name}'
            """,
        )
        if count < 4:
            assert network is None
        else:
            assert (network.median, network.p25, network.p75) == (middle, low, high)


def condition(entity: str, kept: Narrowed) -> str:
    """The filter in MetricFlow's words."""
    terms = []
    for name, values in kept:
        listed = ", ".join(f"'{value}'" for value in values)
        terms.append(f"{{{{ Dimension('{entity}__{name}') }}}} in ({listed})")
    return " and ".join(terms)


def by_hand(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(sql))]
