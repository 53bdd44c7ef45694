"""Entities side by side and response times: what the doors return, counted by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import URL, Connection

from lib.db.engines import engine_for_url
from lib.db.roles import project_role
from lib.db.urls import role_password
from lib.metrics.errors import UnknownEntityError, UnknownMetricError
from lib.metrics.filters import Filters
from lib.metrics.network import Network
from lib.metrics.periods import DateRange
from lib.metrics.questions_service import get_entity_comparison, get_response_times
from lib.metrics.scope import WHOLE_PROJECT
from tests.support.metric_database import world_database
from tests.support.metric_world import OTHER, PROJECT, Talk

ALL = Filters(DateRange(date(2026, 2, 9), date(2026, 2, 17)))
# messages: A 5, B 4, C 3, D 2, E 1; the other project's entity would move every middle
SIX_ENTITIES = (
    Talk("ana", 16, "A", "whatsapp", "8i:saldo 8b 9i:saldo 9b 9i:saldo"),
    Talk("beto", 16, "B", "whatsapp", "8i:saldo! 8b 9i:saldo 9b"),
    Talk("cami", 16, "C", "whatsapp", "8i:saldo 8b 9a:7"),
    Talk("dani", 16, "D", "whatsapp", "8i:saldo 8b"),
    Talk("eva", 16, "E", "whatsapp", "8i:saldo"),
    Talk("zoe", 16, "F", "whatsapp", "8i:saldo 8b 8i:saldo 8b 8i:saldo 8b 8i:saldo 8b", OTHER),
)


@pytest.fixture(scope="module")
def five_entities(postgres: URL) -> Iterator[Connection]:
    """A connection of a project with five entities, in a database with another project's sixth."""
    role = project_role(PROJECT)
    with world_database(postgres, "entity_world", SIX_ENTITIES) as address:
        url = address.set(username=role, password=role_password(role))
        engine = engine_for_url(url, "tests", isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def test_entities_are_ordered_by_the_first_metric(project: Connection):
    found = get_entity_comparison(
        project, ALL, metrics=["conversations", "messages"], scope=WHOLE_PROJECT
    )
    assert [row[:3] for row in found.result.rows] == [("Norte", 4, 14), ("Sur", 3, 9)]
    upwards = get_entity_comparison(
        project, ALL, metrics=["messages"], order="asc", scope=WHOLE_PROJECT
    )
    assert upwards.result.column("entity") == ("Sur", "Norte")


def test_two_entities_tell_no_middle_of_each_other(project: Connection):
    found = get_entity_comparison(project, ALL, scope=WHOLE_PROJECT)
    assert set(found.network.values()) == {(None, None)}


def test_each_entity_stands_beside_the_four_others(five_entities: Connection):
    found = get_entity_comparison(five_entities, ALL, metrics=["messages"], scope=WHOLE_PROJECT)
    assert found.result.rows == (("A", 5), ("B", 4), ("C", 3), ("D", 2), ("E", 1))
    assert found.network["messages"][0] == Network(p25=1.75, median=2.5, p75=3.25, others=4)
    assert found.network["messages"][4] == Network(p25=2.75, median=3.5, p75=4.25, others=4)


def test_entities_asked_for_stand_beside_those_not_asked_for(five_entities: Connection):
    two = Filters(ALL.period, entities=("A", "E"))
    found = get_entity_comparison(five_entities, two, metrics=["messages"], scope=WHOLE_PROJECT)
    assert found.result.rows == (("A", 5), ("E", 1))
    assert [beside.median for beside in found.network["messages"]] == [2.5, 3.5]


def test_the_rest_past_the_limit_is_no_entity(five_entities: Connection):
    found = get_entity_comparison(
        five_entities, ALL, metrics=["messages"], limit=1, scope=WHOLE_PROJECT
    )
    assert found.result.rows == (("A", 5), ("otros", 10))
    assert [beside and beside.median for beside in found.network["messages"]] == [2.5, None]


def test_a_rate_that_an_entity_lacks_makes_the_others_too_few(five_entities: Connection):
    found = get_entity_comparison(
        five_entities, ALL, metrics=["fallback_rate", "handoff_rate"], scope=WHOLE_PROJECT
    )
    rates = dict(zip(found.result.column("entity"), found.network["fallback_rate"], strict=True))
    assert rates["A"] == Network(0, 0, 0.125, 4)
    assert found.result.position("fallback_rate") == 1


def test_an_entity_of_another_project_does_not_exist(five_entities: Connection):
    with pytest.raises(UnknownEntityError):
        get_entity_comparison(
            five_entities, Filters(ALL.period, entities=("F",)), scope=WHOLE_PROJECT
        )


def test_response_times_are_medians_slow_tenths_averages_and_how_many(project: Connection):
    times = get_response_times(project, ALL, scope=WHOLE_PROJECT)
    # waits 30, 90, 600, 0; first responses 60, 120, 10; handled 600 and 300
    assert [times.value(f"wait_time_{name}") for name in ("p50", "avg")] == [60, 180]
    assert times.value("wait_time_p90") == pytest.approx(447)
    assert times.value("first_response_time_p50") == 60
    assert times.value("first_response_time_avg") == pytest.approx(190 / 3)
    assert times.value("handle_time_avg") == 450
    counted = {column.name: times.value(column.name) for column in times.columns}
    assert counted["wait_time_p50__n"] == 4
    assert counted["first_response_time_p50__n"] == 3


def test_one_response_time_can_be_asked_by_its_other_name_and_by_group(project: Connection):
    one = get_response_times(
        project, ALL, metric="avg_first_response", group_by="entity", scope=WHOLE_PROJECT
    )
    assert dict(row[:2] for row in one.rows) == {"Norte": 35, "Sur": 120}
    by_day = get_response_times(
        project, ALL, durations=["wait"], group_by="day", scope=WHOLE_PROJECT
    )
    assert by_day.column("wait_time_p50")[:2] == (None, 90)
    with pytest.raises(UnknownMetricError):
        get_response_times(project, ALL, metric="response_time", scope=WHOLE_PROJECT)
