"""An entity beside the middle of the others, which is told only when it hides who they are."""

from datetime import date

import pytest

from lib.metrics.errors import UnknownMetricError
from lib.metrics.network import Network, network_of
from lib.metrics.results import Column, MetricResult, Resolved, Row

DAY = date(2026, 2, 17)


def result(*rows: Row, groups: tuple[str, ...] = ("entity",)) -> MetricResult:
    columns = [Column(name, name, None, "group") for name in groups]
    columns.append(Column("messages", "Mensajes", "mensajes", "metric"))
    return MetricResult(tuple(columns), rows, Resolved(DAY, DAY, None, None, partial=True))


def test_the_middle_is_that_of_the_other_entities():
    five = result(("A", 100), ("B", 10), ("C", 20), ("D", 30), ("E", 40))
    of_a, of_b, *_rest = network_of(five, "messages")
    assert of_a == Network(p25=17.5, median=25, p75=32.5, others=4)
    assert of_b == Network(p25=27.5, median=35, p75=55, others=4)


def test_below_four_others_there_is_no_middle():
    four = result(("A", 100), ("B", 10), ("C", 20), ("D", 30))
    assert network_of(four, "messages") == (None,) * 4


def test_an_entity_without_value_is_no_other_and_still_has_a_middle():
    rows = [("A", None), ("B", 10), ("C", 20), ("D", 30), ("E", 40)]
    of_a, of_b, *_rest = network_of(result(*rows), "messages")
    assert of_a == Network(17.5, 25, 32.5, 4)
    assert of_b is None


def test_messages_of_no_entity_are_no_entity():
    rows = [("A", 1), ("B", 10), ("C", 20), ("D", 30), ("Sin entidad", 999), ("otros", 999)]
    assert network_of(result(*rows), "messages")[0] is None
    assert network_of(result(*rows, ("E", 40)), "messages")[0] == Network(17.5, 25, 32.5, 4)


def test_each_day_has_its_own_middle():
    rows = [
        (day, name, value * day)
        for day in (1, 2)
        for name, value in zip("ABCDE", [9, 1, 2, 3, 4], strict=True)
    ]
    found = network_of(result(*rows, groups=("day", "entity")), "messages")
    assert (found[0].median, found[5].median) == (2.5, 5)


def test_a_result_without_entities_or_metric_is_refused():
    with pytest.raises(UnknownMetricError):
        network_of(result((1, 2), groups=("day",)), "messages")
    with pytest.raises(UnknownMetricError):
        network_of(result(("A", 1)), "conversations")
