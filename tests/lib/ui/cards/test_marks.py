"""A click on a mark opens the view about it."""

from dataclasses import replace
from datetime import date

import pytest

from lib.metrics.results import OTHERS
from lib.ui.cards.marks import Mark, marks_of, view_of_mark
from lib.ui.filters.address import View, default_view, link
from tests.support.answers import TODAY, grouped

VIEW = default_view(TODAY)


def opened(view: View, groups: dict[str, list[object]], at: int = 0) -> str:
    size = len(next(iter(groups.values())))
    result = grouped(groups, {"messages": ("mensajes", [1] * size)})
    dimensions = [name for name in groups if not name.endswith("_id")]
    return link("", view_of_mark(view, marks_of(result, dimensions)[at])).removeprefix("?")


@pytest.mark.parametrize(
    ("groups", "address"),
    [
        ({"direction": ["inbound"]}, "direccion=entrante"),
        ({"hour": [10]}, "hora=10"),
        ({"weekday": [7]}, "dia-semana=domingo"),
        ({"conversation_type": ["mixed"]}, "tipo=mixta"),
        ({"close_reason": [None]}, "cierre=sin-dato"),
        ({"wait_bucket": ["30+"]}, "espera=30%2B"),
        ({"agent": ["Laura Gómez"], "agent_id": ["1201"]}, "agente=1201"),
        ({"weekday": [2], "hour": [9]}, "hora=9&dia-semana=martes"),
    ],
)
def test_the_value_of_a_mark_becomes_a_filter_of_the_address(groups, address):
    assert opened(VIEW, groups) == address


def test_a_mark_takes_the_place_of_the_value_chosen_before():
    assert opened(replace(VIEW, hours=(9, 10)), {"hour": [10]}) == "hora=10"


def test_a_point_in_time_becomes_its_days_within_the_period():
    day = opened(VIEW, {"day": [date(2026, 2, 16)]})
    assert day == "desde=2026-02-16&hasta=2026-02-16"
    week = opened(VIEW, {"week": [date(2026, 2, 16)]})
    assert week == "desde=2026-02-16&hasta=2026-02-17"
    month = opened(VIEW, {"month": [date(2026, 1, 1)]})
    assert month == "desde=2026-01-19&hasta=2026-01-31"


def test_what_stands_for_no_value_narrows_nothing():
    result = grouped({"intent": [OTHERS, None]}, {"messages": ("mensajes", [1, 2])})
    assert marks_of(result, ["intent"]) == (Mark(), Mark())
    assert not Mark().narrows
    assert marks_of(grouped({"contact": ["x"]}, {}), ["contact"]) == (Mark(),)
