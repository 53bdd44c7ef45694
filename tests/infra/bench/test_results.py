"""Rows of bench.json: a goal is held or it is not, and the table says which."""

import json

from infra.bench.results import Result, as_table, at_least, at_most, write_results

FAST = at_least(Result("rows", 10, 50.0, "rows/s"), 45)
SLOW = at_most(Result("page", 10, 3.0, "s"), 2)


def test_a_goal_is_held_at_its_very_value():
    assert FAST.holds is True
    assert SLOW.holds is False
    assert at_least(Result("rows", 1, 45.0, "rows/s"), 45).holds is True
    assert at_most(Result("page", 1, 2.0, "s"), 2).holds is True


def test_a_figure_without_goal_neither_holds_nor_fails(tmp_path):
    write_results([Result("copy", 10, 9.5, "rows/s"), FAST], tmp_path / "bench.json")
    first, second = json.loads((tmp_path / "bench.json").read_text())
    assert (first["goal"], first["holds"]) == (None, None)
    assert set(second) == {"name", "size", "value", "unit", "goal", "holds", "compared_with"}


def test_the_table_has_a_line_for_each_figure_and_says_what_holds():
    heading, fast, slow = as_table([FAST, SLOW]).splitlines()
    assert heading.startswith("benchmark")
    assert fast.endswith("yes")
    assert slow.endswith("no")
