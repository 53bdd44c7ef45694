"""The caches of the pages with two projects and several scopes at once: nobody gets another's."""

import random
import threading
from datetime import date

import pytest
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from lib.metrics.scope import WHOLE_PROJECT, Scope
from lib.ui.cards import cached_metrics
from lib.ui.cards.board import cached_chart, cached_kpis, cached_table
from lib.ui.cards.cached_metrics import (
    Asked,
    PartialAnswersError,
    Scene,
    cached_answers,
    cached_check,
    cached_options,
    tenant_pools,
)
from lib.ui.filters.address import View
from lib.ui.home.briefing import (
    TREND,
    YESTERDAY,
    briefing_questions,
    cached_attention,
    cached_day_cards,
)
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import build_pages_world, kpis_in

THREADS, TURNS, VERSION = 8, 125, 3
TODAY = date(2026, 2, 17)
VIEW = View("ultimos-7", date(2026, 2, 9), TODAY)
SCENE = Scene(TODAY, (Asked("kpis", "kpis", VIEW), Asked("over_time", "over_time", VIEW)))
BRIEFING = Scene(TODAY, tuple(briefing_questions(TODAY, 0)))
NORTE, SUR, OESTE = Scope(("Norte",)), Scope(("Sur",)), Scope(("Oeste",))
# counted by hand in the small world: messages of nine days
MESSAGES = {
    (PROJECT, WHOLE_PROJECT): 23,
    (PROJECT, NORTE): 14,
    (PROJECT, SUR): 9,
    (OTHER, WHOLE_PROJECT): 7,
    (OTHER, NORTE): 2,
    (OTHER, OESTE): 5,
}
ENTITIES = {
    (PROJECT, WHOLE_PROJECT): ("Norte", "Sur"),
    (PROJECT, NORTE): ("Norte",),
    (PROJECT, SUR): ("Sur",),
    (OTHER, WHOLE_PROJECT): ("Norte", "Oeste"),
    (OTHER, NORTE): ("Norte",),
    (OTHER, OESTE): ("Oeste",),
}
YESTERDAYS = {
    (PROJECT, WHOLE_PROJECT): "6",
    (PROJECT, NORTE): "2",
    (PROJECT, SUR): "4",
    (OTHER, WHOLE_PROJECT): "0",
    (OTHER, NORTE): "0",
    (OTHER, OESTE): "0",
}
READERS = tuple(MESSAGES)


@pytest.fixture(scope="module")
def world(module_database):
    build_pages_world(module_database)
    yield module_database
    tenant_pools().close()
    tenant_pools.cache_clear()


@pytest.fixture(autouse=True)
def empty_caches(world):
    st.cache_data.clear()
    yield
    st.cache_data.clear()


def answers(reader):
    return cached_answers(*reader, VERSION, SCENE)["kpis"].value("messages")


def checked(reader):
    cached_check(*reader, VERSION, SCENE)
    return answers(reader)


def kpi_cards(reader):
    html = cached_kpis(*reader, VERSION, SCENE, "kpis", metrics=("messages",), tenant=None)
    return int(kpis_in(html)["messages"])


def options(reader):
    return cached_options(*reader, VERSION).entities


def day_cards(reader):
    return kpis_in(cached_day_cards(*reader, VERSION, BRIEFING, YESTERDAY, tenant=None))["messages"]


def entities_to_look_at(reader):
    """Whatever an item says or links to is of an entity this reader sees."""
    items = cached_attention(*reader, VERSION, BRIEFING)
    foreign = {"Norte", "Sur", "Oeste"} - set(ENTITIES[reader])
    words = " ".join(f"{item.text} {item.reason} {item.view.entities}" for item in items)
    return [name for name in foreign if name in words]


EXPECTED = {
    answers: MESSAGES,
    checked: MESSAGES,
    kpi_cards: MESSAGES,
    options: ENTITIES,
    day_cards: YESTERDAYS,
    entities_to_look_at: {reader: [] for reader in READERS},
}


def together(work):
    """Run `work(number)` in eight threads; the faults they met."""
    faults = []

    def run(number):
        try:
            work(number)
        except AssertionError as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return faults


@pytest.mark.parametrize("asked", EXPECTED, ids=lambda asked: asked.__name__)
def test_two_projects_and_their_scopes_never_share_an_entry(asked):
    def work(number):
        readers = list(READERS) * 3
        random.Random(number).shuffle(readers)
        for reader in readers:
            assert asked(reader) == EXPECTED[asked][reader]

    assert together(work) == []


def test_every_chart_and_table_is_of_the_reader_s_own_answer():
    tables = {}

    def work(number):
        for reader in random.Random(number).sample(READERS, len(READERS)):
            drawing = cached_chart(*reader, VERSION, SCENE, "mensajes").drawing
            assert drawing is not None
            # the last day is still running and drawn as a point of its own
            line, _step, end = drawing.figure.data
            assert sum(value or 0 for value in (*line.y, *end.y)) == MESSAGES[reader]
            table = cached_table(*reader, VERSION, SCENE, "mensajes", order="", search="").html
            assert tables.setdefault(reader, table) == table

    assert together(work) == []
    assert len(set(tables.values())) == len(READERS)


def test_a_thousand_turns_with_errors_and_emptied_caches_never_mix_readers(monkeypatch):
    real, errors = cached_metrics.ask, []

    def sometimes_failing(connection, *asked, **scope):
        if random.random() < 0.2:
            connection.exec_driver_sql("select 1 / 0")
        return real(connection, *asked, **scope)

    monkeypatch.setattr(cached_metrics, "ask", sometimes_failing)

    def work(number):
        chances = random.Random(number)
        for turn in range(TURNS):
            reader = READERS[(number + turn) % len(READERS)]
            if chances.random() < 0.2:
                st.cache_data.clear()
            try:
                assert answers(reader) == MESSAGES[reader]
            except PartialAnswersError as error:
                errors.append(error)
                for name, result in error.answers.items():
                    found = result.column("messages")
                    assert sum(value or 0 for value in found) == MESSAGES[reader], name

    assert together(work) == []
    assert len(errors) > 20
    assert all(
        isinstance(fault, SQLAlchemyError) for error in errors for fault in error.errors.values()
    )


def test_the_trend_of_the_first_page_is_of_the_reader_s_entities():
    for reader in READERS:
        trend = cached_answers(*reader, VERSION, BRIEFING)[TREND]
        # the thirty days end yesterday; of today the small world has some messages too
        assert sum(value or 0 for value in trend.column("messages")) <= MESSAGES[reader]
