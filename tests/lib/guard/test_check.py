"""`check`: the judgement in a process of its own, with a time limit."""

import re

import pytest

from lib.guard.check import check
from lib.guard.exposed import AllowListError, load_allow_list, read_allow_list, shipped_allow_list
from lib.guard.workers import Workers
from tests.lib.guard.conftest import ALLOWED


@pytest.fixture
def workers():
    own = Workers(most=1)
    yield own
    own.close()


@pytest.mark.parametrize("sql", [None, 12, b"select 1", ["select 1"]])
def test_what_is_no_text_is_blocked(sql):
    assert check(sql, ALLOWED).reason == "malformed"


def test_a_cap_below_one_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="cap"):
        check("select 1", ALLOWED, cap=0)


def test_the_verdict_carries_the_text_written_anew():
    verdict = check("select Entity /* hidden */ from MARTS.fct_messages -- x", ALLOWED, cap=7)
    assert verdict.sql == (
        'SELECT * FROM (SELECT "entity" FROM "marts"."fct_messages") AS "consulta" LIMIT 8'
    )


def test_joined_texts_without_an_order_get_one_that_is_sorted_on_disk():
    verdict = check("select string_agg(entity, ', ') from marts.fct_messages", ALLOWED)
    assert 'string_agg("entity", \', \' ORDER BY "entity")' in verdict.sql


def test_a_text_far_too_long_never_reaches_the_worker():
    assert check("x" * 10_000_000, ALLOWED).reason == "too_long"


def test_a_worker_that_takes_too_long_is_killed_and_replaced(workers):
    assert workers.judge("select 1", ALLOWED, 10).allowed
    first = workers._idle[0].process
    workers.seconds = 0.02
    bomb = "select " + " + ".join(["entity"] * 2000) + " from marts.fct_messages"
    verdict = workers.judge(bomb, ALLOWED, 10)
    assert (verdict.allowed, verdict.reason) == (False, "time_limit")
    assert first.poll() is not None
    workers.seconds = 3.0
    assert workers.judge("select 1", ALLOWED, 10).allowed
    assert workers._idle[0].process.pid != first.pid


def test_a_worker_that_died_costs_one_statement(workers):
    assert workers.judge("select 1", ALLOWED, 10).allowed
    workers._idle[0].process.kill()
    workers._idle[0].process.wait()
    assert not workers.judge("select 1", ALLOWED, 10).allowed
    assert workers.judge("select 1", ALLOWED, 10).allowed


@pytest.mark.parametrize(
    "bomb",
    [
        "select " + "+".join(["1"] * 9000),
        "select " + "not " * 4500 + "true",
        "select " + "- " * 9000 + "1",
        "select " + "a" + "::int" * 3900,
        "select " + "case when true then " * 700 + "1" + " end" * 700,
        "select 1 from " + "a, " * 6000 + "a",
    ],
    ids=["terms", "nots", "signs", "casts", "cases", "tables"],
)
def test_no_bomb_of_20_kb_takes_longer_than_the_limit_or_passes(workers, bomb):
    assert not workers.judge(bomb, ALLOWED, 10).allowed


def test_the_worker_knows_nothing_of_our_environment(workers, monkeypatch):
    monkeypatch.setenv("INDIGITALL_MASTER_SECRET", "x" * 40)
    workers.judge("select 1", ALLOWED, 10)
    with open(f"/proc/{workers._idle[0].process.pid}/environ", "rb") as file:
        names = {entry.partition(b"=")[0] for entry in file.read().split(b"\0")}
    assert b"INDIGITALL_MASTER_SECRET" not in names
    assert b"DATABASE_URL" not in names


def test_the_worker_loads_neither_streamlit_nor_pandas_nor_our_settings(workers):
    workers.judge("select 1", ALLOWED, 10)
    with open(f"/proc/{workers._idle[0].process.pid}/maps") as file:
        mapped = file.read()
    assert not re.search(r"/(pandas|pyarrow|numpy|streamlit|pydantic_core)/", mapped)


def test_an_other_allow_list_is_the_one_that_counts(workers):
    other = type(ALLOWED).of({"dim_other": (["a"], [])})
    for _turn in range(2):
        assert workers.judge("select entity from marts.fct_messages", ALLOWED, 10).allowed
        assert not workers.judge("select entity from marts.fct_messages", other, 10).allowed
        assert workers.judge("select a from marts.dim_other", other, 10).allowed


def test_the_shipped_list_has_every_mart_and_no_personal_column():
    relations = shipped_allow_list().relations
    assert {"fct_messages", "dim_contacts", "fct_campaigns_daily"} <= set(relations)
    assert relations["fct_messages"].personal == {"body"}
    assert "body" not in relations["fct_messages"].columns
    assert relations["dim_contacts"].personal == {"contact_id", "contact_name"}


def test_a_manifest_that_is_missing_or_broken_is_refused(tmp_path):
    with pytest.raises(AllowListError, match="dbt parse"):
        load_allow_list(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(AllowListError, match="dbt parse"):
        load_allow_list(tmp_path / "manifest.json")


def test_an_exposure_that_names_no_mart_is_refused():
    exposure = {"name": "consultas_del_asistente", "depends_on": {"nodes": ["model.x.stg_a"]}}
    node = {"resource_type": "model", "config": {"meta": {}}, "alias": "stg_a", "columns": {}}
    manifest = {"exposures": {"e": exposure}, "nodes": {"model.x.stg_a": node}}
    with pytest.raises(AllowListError, match="no mart"):
        read_allow_list(manifest)
