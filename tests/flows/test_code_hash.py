"""The fingerprint of the warehouse's code: what moves it and what does not."""

from pathlib import Path

import pytest

from flows.code_hash import code_hash
from flows.dbt_process import WAREHOUSE


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    for name in (
        "dbt_project.yml",
        "models/marts/fct_sends.sql",
        "models/marts/fct_sends.yml",
        "macros/duration.sql",
        "seeds/holidays.csv",
    ):
        _write(tmp_path / name, "as first written")
    return tmp_path


def _write(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")


@pytest.mark.parametrize(
    "changed",
    ["dbt_project.yml", "models/marts/fct_sends.sql", "macros/duration.sql", "seeds/holidays.csv"],
)
def test_whatever_builds_data_moves_the_fingerprint_and_back(warehouse: Path, changed: str):
    before = code_hash(warehouse)
    _write(warehouse / changed, "changed")
    assert code_hash(warehouse) != before
    _write(warehouse / changed, "as first written")
    assert code_hash(warehouse) == before


def test_a_new_a_renamed_and_a_removed_file_move_it(warehouse: Path):
    seed = warehouse / "seeds" / "holidays.csv"
    seen = {code_hash(warehouse)}
    renamed = seed.rename(seed.with_name("feasts.csv"))
    seen.add(code_hash(warehouse))
    _write(seed, "as first written")
    seen.add(code_hash(warehouse))
    renamed.unlink()
    seed.unlink()
    seen.add(code_hash(warehouse))
    assert len(seen) == 4


def test_descriptions_and_what_dbt_leaves_behind_do_not_move_it(warehouse: Path):
    before = code_hash(warehouse)
    _write(warehouse / "models" / "marts" / "fct_sends.yml", "another description")
    _write(warehouse / "target" / "manifest.json", "{}")
    assert code_hash(warehouse) == before


def test_where_there_is_no_project_it_says_what_was_expected(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"no dbt_project\.yml: check the install"):
        code_hash(tmp_path)


def test_the_shipped_warehouse_has_one():
    assert len(code_hash(WAREHOUSE)) == 64
