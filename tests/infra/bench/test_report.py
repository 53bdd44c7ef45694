"""The document's table and plans come from the benchmark's files, the words around them stay."""

import pytest

from infra.bench.report import filled, growth, markdown_table
from infra.bench.results import Result, at_most, merge_results, read_results

SMALL = at_most(Result("page: CPU", 1_000_000, 12.5, "ms"), 170)
LARGE = at_most(Result("page: CPU", 10_000_000, 171.2, "ms", compared_with="facts: 4 times"), 170)
OTHER = Result("compile", 200, 0.5, "ms")


def test_a_figure_has_one_row_with_a_column_for_each_size():
    heading, _, page, compiling = markdown_table([SMALL, LARGE, OTHER]).splitlines()
    assert heading == "| What | Unit | Goal | 200 | 1,000,000 | 10,000,000 | Compared with |"
    assert page == "| page: CPU | ms | 170 |  | 12 (yes) | 171 (no) | facts: 4 times |"
    assert compiling == "| compile | ms |  | 0.50 |  |  |  |"


def test_what_stands_between_the_marks_is_replaced_and_nothing_else():
    document = "before\n<!-- table -->\nold\n<!-- /table -->\nafter\n"
    once = filled(document, {"table": "new\n"})
    assert once == "before\n<!-- table -->\nnew\n<!-- /table -->\nafter\n"
    assert filled(once, {"table": "new"}) == once


def test_a_document_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="expected the marks <!-- plans -->"):
        filled("<!-- plans -->", {"plans": ""})


def test_new_rows_take_the_place_of_former_ones_of_the_same_name_and_size(tmp_path):
    path = tmp_path / "bench.json"
    merge_results([SMALL, OTHER], path)
    faster = Result("page: CPU", 1_000_000, 9.0, "ms")
    merge_results([faster, LARGE], path)
    assert read_results(path) == [OTHER, faster, LARGE]


def test_a_day_is_compared_between_the_shortest_and_the_longest_history():
    days = [Result("dbt_one_day", size, value, "s") for size, value in ((10, 20.0), (1, 10.0))]
    (row,) = growth([SMALL, *days, Result("dbt_one_day", 5, 99.0, "s")])
    assert (row.name, row.size, row.value) == ("dbt_one_day_growth", 10, 2.0)
    assert (row.goal, row.holds, row.compared_with) == (1.3, False, "dbt_one_day at 1")
    assert growth(days[:1]) == []
