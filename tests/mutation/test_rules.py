"""The list of mutants fits the code it changes, and its rounds are fair."""

from pathlib import Path

import pytest

from lib.config import CHECKOUT
from tests.mutation.rules import RuleMutant, StaleMutantError, rounds, rule_mutants

FIRST = RuleMutant("one", "warehouse/models/a.sql", "x", "y")
SECOND = RuleMutant("two", "warehouse/models/a.sql", "z", "y")
OTHER = RuleMutant("three", "warehouse/models/b.sql", "x", "y")
MACRO = RuleMutant("four", "warehouse/macros/c.sql", "x", "y")


@pytest.mark.parametrize("mutant", rule_mutants(), ids=lambda mutant: mutant.rule)
def test_what_a_mutant_changes_stands_once_in_its_file(mutant: RuleMutant):
    content = (CHECKOUT / mutant.file).read_text(encoding="utf-8")
    assert content.count(mutant.old) == 1
    assert mutant.old != mutant.new


def test_a_round_holds_one_mutant_of_a_model_and_a_macro_stands_alone():
    assert rounds([FIRST, SECOND, OTHER, MACRO]) == [[FIRST, OTHER], [SECOND], [MACRO]]


def test_a_mutant_changes_its_place_and_nothing_else(tmp_path: Path):
    file = tmp_path / FIRST.file
    file.parent.mkdir(parents=True)
    file.write_text("a x b")
    FIRST.apply(tmp_path)
    assert file.read_text() == "a y b"


def test_a_mutant_without_its_place_says_so(tmp_path: Path):
    file = tmp_path / FIRST.file
    file.parent.mkdir(parents=True)
    file.write_text("x x")
    with pytest.raises(StaleMutantError, match="found it 2 times"):
        FIRST.apply(tmp_path)
