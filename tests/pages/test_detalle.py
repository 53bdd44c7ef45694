"""From a figure to its conversations: the same number, nobody's name, nothing of other projects."""

import re
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from lib.auth.permissions import Role
from lib.db.tenant import tenant_connection
from lib.metrics.scope import WHOLE_PROJECT
from lib.tenants.freshness import load_freshness
from lib.ui.cards.asking import ask_details
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.details import conversation_file, conversation_list
from lib.ui.filters.address import default_view
from lib.ui.visit.session import Session
from tests.support.files import read_csv
from tests.support.pages import html_of, kpis_in, open_page, session_of
from tests.support.visitors import NOW


def rows_of(html):
    body = re.search(r"<tbody>(.*)</tbody>", html, re.DOTALL)
    return re.findall(r"<tr>(.*?)</tr>", body.group(1)) if body else []


def cells(row):
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_every_card_leads_to_its_conversations_with_the_filters_of_the_page(enter):
    enter("demo")
    html = html_of(open_page("conversaciones", entidad="Sur", periodo="este-mes"))
    links = re.findall(r'<a class="kpi-ver" href="([^"]+)"', html)
    assert [re.search(r"medida=(\w+)", link).group(1) for link in links] == [
        "messages",
        "unique_contacts",
        "conversations",
        "active_agents",
        # a rate of fewer than five cases is not shown, and nothing stands behind it
        "wait_time_p50",
    ]
    assert all("entidad=Sur" in link and "periodo=este-mes" in link for link in links)


def test_the_cards_of_intents_lead_to_the_conversations_that_had_them(enter):
    enter("demo")
    html = html_of(open_page("conversaciones", entidad="Sur"))
    links = re.findall(r'class="ver-detalle" href="([^"]+)"', html)
    asked = [link for link in links if "intent_conversations" in link]
    assert ["tecnicas=no" in link for link in asked] == [True, False]
    assert ["tecnicas=si" in link for link in asked] == [False, True]
    html = html_of(
        open_page("detalle", medida="intent_conversations", tecnicas="si", entidad="Sur")
    )
    assert "1 conversación de 1 contacto, solo intenciones técnicas" in html
    assert len(rows_of(html)) == 1
    html = html_of(
        open_page("detalle", medida="intent_conversations", tecnicas="no", entidad="Sur")
    )
    assert "2 conversaciones de 1 contacto, sin intenciones técnicas" in html


def test_the_rows_of_messages_add_up_to_the_figure_of_the_card(enter):
    enter("demo")
    shown = kpis_in(html_of(open_page("conversaciones", entidad="Sur")))
    html = html_of(open_page("detalle", medida="messages", entidad="Sur"))
    rows = [cells(row) for row in rows_of(html)]
    assert sum(int(row[-1]) for row in rows) == int(shown["messages"]) == 9
    assert {row[2] for row in rows} == {"Sur"}
    assert f"{len(rows)} conversaciones" in html
    assert all("*" in row[1] for row in rows)


@pytest.mark.parametrize(("slug", "foreign"), [("demo", "Oeste"), ("andina", "Sur")])
def test_the_list_of_one_project_has_no_word_of_the_other(enter, slug, foreign):
    enter(slug)
    html = html_of(open_page("detalle", medida="conversations"))
    assert rows_of(html)
    assert foreign not in html


def test_a_visitor_of_one_entity_sees_its_conversations_alone(enter, monkeypatch):
    enter("demo")
    open_page("inicio")
    monkeypatch.setattr(Session, "entities", property(lambda _session: ("Norte",)))
    html = html_of(open_page("detalle", medida="conversations"))
    assert {cells(row)[2] for row in rows_of(html)} == {"Norte"}


def test_a_measure_without_conversations_is_dropped_with_a_notice(enter):
    enter("demo")
    for measure in ("sent", "ventas", "<script>"):
        html = html_of(open_page("detalle", medida=measure))
        assert "no tiene detalle" in html
        assert len(rows_of(html)) == 7
        assert "<script" not in html


def test_a_page_that_does_not_exist_says_how_many_there_are(enter):
    enter("demo")
    assert "La página 9 no existe: hay 1" in html_of(open_page("detalle", pagina="9"))
    assert "1 a 7 de 7" in html_of(open_page("detalle", pagina="-3"))


def test_without_rows_the_page_says_so(enter):
    enter("demo")
    html = html_of(open_page("detalle", medida="messages", desde="2026-01-01", hasta="2026-01-02"))
    assert "Sin datos" in html


def test_without_a_database_the_page_says_so_and_tries_again(enter, monkeypatch):
    enter("demo")

    def down(*_args, **_kwargs):
        raise OperationalError("select", {}, Exception("connection refused by 10.0.0.1"))

    monkeypatch.setattr(conversation_list, "ask_details", down)
    html = html_of(open_page("detalle", medida="messages"))
    assert "Sin conexión con los datos" in html
    assert "10.0.0.1" not in html


def buttons(at):
    return [button.label for button in at.button if "Preparar" in button.label]


def test_the_list_is_saved_whole_with_the_count_of_the_page_and_masked(enter):
    enter("demo")
    at = open_page("detalle", medida="messages", entidad="Sur")
    assert buttons(at) == ["Preparar CSV de 3 conversaciones"]
    session = session_of("demo")
    view = replace(default_view(NOW.date()), entities=("Sur",))
    with tenant_connection(tenant_pools(), session.project_id) as connection:
        details = ask_details(connection, "messages", view, 1, scope=WHOLE_PROJECT)
    told = []
    freshness = load_freshness(session.project_id)
    made = conversation_file.conversation_file(session, freshness, details, view, told.append)
    _head, names, lines = read_csv(made.content)
    assert (made.rows, told) == (3, [1.0])
    assert names[-1] == "Mensajes"
    assert sum(int(line[-1]) for line in lines) == details.measured_total == 9
    assert all("*" in line[1] for line in lines)


def test_a_list_longer_than_a_file_may_be_is_told_so_and_not_cut(enter, monkeypatch):
    monkeypatch.setattr(conversation_file, "MOST_ROWS", 6)
    enter("demo")
    at = open_page("detalle", medida="conversations")
    assert buttons(at) == []
    assert "Son 7 conversaciones y un archivo trae hasta 6" in html_of(at)


def test_who_may_not_take_conversations_away_has_no_button(enter):
    enter("demo", role=Role.DIRECTOR)
    assert buttons(open_page("detalle", medida="conversations")) == []
