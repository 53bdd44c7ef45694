"""What stands on the screen stands in the files, and is what the metric says: for any filters."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lib.auth.rate_limits import rate_limits
from lib.db.scoped import app_connection
from lib.db.tenant import tenant_connection
from lib.metrics.huella import resolve_huella
from lib.metrics.manifest import current_catalog
from lib.metrics.scope import WHOLE_PROJECT
from lib.tenants.freshness import load_freshness
from lib.ui.cards.asking import ask
from lib.ui.cards.cached_metrics import Asked, Scene, tenant_pools
from lib.ui.cards.card_files import card_file
from lib.ui.cards.questions import CAMPAIGN_QUESTIONS
from lib.ui.cards.registry import CARDS
from lib.ui.files.csv_file import cell
from lib.ui.filters.address import View, preset_view
from lib.ui.words.formats import measure, percent
from tests.support.files import read_csv, read_xlsx
from tests.support.pages import session_of
from tests.support.visitors import NOW

TODAY = NOW.date()
VIEWS = st.builds(
    View,
    preset=st.just("personalizado"),
    start=st.sampled_from([preset_view(name, TODAY).start for name in ("ultimos-7", "este-mes")]),
    end=st.just(TODAY),
    entities=st.sampled_from([(), ("Norte",)]),
    conversation_types=st.sampled_from([(), ("mixed",), ("bot", "agent")]),
    hours=st.sampled_from([(), (9,), (9, 10, 20)]),
    weekdays=st.sampled_from([(), (1, 2)]),
    is_compared=st.booleans(),
    grain=st.sampled_from(["day", "week", "month", "hour", "weekday"]),
)


@pytest.mark.parametrize("slug", ["demo", "andina"])
@given(card=st.sampled_from(sorted(CARDS)), view=VIEWS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_screen_csv_workbook_and_metric_are_one(world, monkeypatch, slug, card, view):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    rate_limits.cache_clear()
    session, card = session_of(slug), CARDS[card]
    if card.question in CAMPAIGN_QUESTIONS and view.grain == "hour":
        # statistics of campaigns are of whole days, and their page offers no hours
        view = replace(view, grain="day")
    freshness = load_freshness(session.project_id)
    scene = Scene(TODAY, (Asked(card.question, card.question, view),))
    with tenant_connection(tenant_pools(), session.project_id) as connection:
        result = ask(connection, card.question, view, scope=WHOLE_PROJECT)
    table = card.table(result)
    made = {
        kind: card_file(session, freshness, scene, card, answer=lambda: result, kind=kind)
        for kind in ("csv", "xlsx")
    }
    head, names, lines = read_csv(made["csv"].content)
    columns, rows = read_xlsx(made["xlsx"].content)
    assert names == columns == list(table.value_columns)
    assert len(lines) == len(rows) == len(table.rows) == made["csv"].rows
    for line, row, values, shown in zip(lines, rows, table.values, table.rows, strict=True):
        assert line == [cell(value) for value in values]
        for written, value, seen, heading in zip(row, values, shown, names, strict=True):
            if isinstance(value, (int, float)):
                assert written == pytest.approx(value)
                # a file has two decimals of a percentage, the screen one of the exact share
                rates = {percent((value + step) / 100) for step in (-0.005, 0, 0.005)}
                assert seen in {*rates, *_shown(value)}, heading
            else:
                assert written == (value if value is not None else "sin dato")
    resolved = resolve_huella(tenant_pools(), session.project_id, head["Huella"], WHOLE_PROJECT)
    assert resolved.is_reproduced


def _shown(value):
    units = {metric.unit for metric in current_catalog().metrics.values()}
    return {measure(value, unit) for unit in units}


def test_a_huella_of_a_file_is_kept_for_its_own_project_alone(world, monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    codes = {}
    for slug in ("demo", "andina"):
        session = session_of(slug)
        view = preset_view("ultimos-7", TODAY)
        scene = Scene(TODAY, (Asked("direction", "direction", view),))
        with tenant_connection(tenant_pools(), session.project_id) as connection:
            result = ask(connection, "direction", view, scope=WHOLE_PROJECT)
        made = card_file(
            session,
            load_freshness(session.project_id),
            scene,
            CARDS["direccion"],
            answer=lambda result=result: result,
            kind="csv",
        )
        codes[session.project_id] = read_csv(made.content)[0]["Huella"]
    for project, code in codes.items():
        with app_connection(project_id=project) as connection:
            kept = connection.execute(text("select code from app.huellas")).scalars().all()
        assert code in kept
        assert not set(kept) & (set(codes.values()) - {code})
