"""A huella pasted into the address brings its figure, to readers of its own project alone."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import create_engine, text

from lib.metrics.asked import Figures, Question
from lib.metrics.filters import Filters
from lib.metrics.huella import make_huella
from lib.metrics.manifest import current_catalog
from lib.metrics.periods import DateRange
from lib.metrics.scope import WHOLE_PROJECT, Scope
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.huella.huella_page import NOT_FOUND
from lib.ui.huella.huella_table import figures_table
from lib.ui.visit.session import Session
from tests.support.metric_world import OTHER, PROJECT
from tests.support.pages import html_of, open_page
from tests.support.visitors import NOW

FEBRUARY = Filters(DateRange(date(2026, 2, 1), date(2026, 2, 17)))
MESSAGES = Question(("messages",), FEBRUARY, WHOLE_PROJECT, group_by=("entity",))


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    monkeypatch.setattr("lib.metrics.huella.now", lambda: NOW)


def test_a_code_brings_the_figures_it_was_given_for(world, enter):
    made = make_huella(tenant_pools(), PROJECT, MESSAGES)
    enter("demo")
    html = html_of(open_page("huella", codigo=f"{made.code[:4]}-{made.code[4:].lower()}"))
    assert "exactamente las mismas cifras" in html
    assert "01/02/2026 – 17/02/2026" in html
    for entity, messages in made.figures.rows:
        assert f'<td class="">{entity or "Sin entidad"}</td><td class="num">{messages}</td>' in html


def test_newer_figures_stand_beside_the_old_ones(world, enter):
    made = make_huella(tenant_pools(), PROJECT, replace(MESSAGES, group_by=()))
    engine = create_engine(world)
    with engine.begin() as connection:
        changed = connection.execute(
            text(
                "update app.huellas set data_version = 2, figures = jsonb_set(figures,"
                " '{rows}', '[[4321]]') where code = :code"
            ),
            {"code": made.code},
        )
        assert changed.rowcount == 1
    engine.dispose()
    enter("demo")
    html = html_of(open_page("huella", codigo=made.code))
    assert "datos nuevos y las cifras son otras" in html
    assert "4.321" in html
    assert f'<td class="num">{made.figures.rows[0][0]}</td>' in html


@pytest.mark.parametrize(
    "code", ["ZZZZZZZZZZZZ", "<script>alert(1)</script>", "' or 1=1", "x" * 500]
)
def test_what_is_no_code_is_not_found(world, enter, code):
    enter("demo")
    at = open_page("huella", codigo=code)
    assert NOT_FOUND in html_of(at)
    assert "<script" not in html_of(at)
    assert not at.exception


def test_the_code_of_another_project_or_of_more_than_one_may_see_does_not_exist(
    world, enter, monkeypatch
):
    foreign = make_huella(tenant_pools(), OTHER, MESSAGES)
    own = make_huella(tenant_pools(), PROJECT, replace(MESSAGES, group_by=("day",)))
    enter("demo")
    assert NOT_FOUND in html_of(open_page("huella", codigo=foreign.code))
    assert NOT_FOUND not in html_of(open_page("huella", codigo=own.code))
    monkeypatch.setattr(Session, "scope", property(lambda _session: Scope(("Norte",))))
    assert NOT_FOUND in html_of(open_page("huella", codigo=own.code))


def test_without_a_code_the_page_asks_for_one(world, enter):
    enter("demo")
    assert "Pega una huella" in html_of(open_page("huella"))


def test_values_are_shown_with_their_units_and_contacts_never_by_their_key(world):
    figures = Figures(
        ("contact_key", "day", "messages", "messages__share", "fallback_rate"),
        (("a" * 32, "2026-02-16", 1234, 0.127, None),),
    )
    table = figures_table(figures, current_catalog())
    assert [cell.replace("\u00a0", " ") for cell in table.rows[0]] == [
        "16/02/2026",
        "1.234",
        "12,7 %",
        "sin dato",
    ]
    assert table.columns[2] == "Mensajes, participación"
