"""Tables of cards: searched, put in another order, and the SQL behind them for who may run some."""

import re

import pytest

from lib.auth.permissions import Role
from lib.ui.cards import body
from tests.support.pages import html_of, open_page

AGENTS = "<caption>Agentes"


def rows_of(html, caption=AGENTS):
    table = html.partition(caption)[2].partition("</table>")[0]
    cells = re.findall(r"<tr><td[^>]*>(.*?)</td>", table)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def test_a_long_table_is_ordered_and_searched_by_the_reader(enter, monkeypatch):
    monkeypatch.setattr(body, "LONG", 2)
    enter("demo")
    at = open_page("conversaciones")
    whole = rows_of(html_of(at))
    assert sorted(whole) == ["Agente 9", "Andrés Ramírez", "Laura Gómez"]
    at.selectbox(key="orden-agentes").select("Agente").run()
    assert rows_of(html_of(at)) == ["Agente 9", "Andrés Ramírez", "Laura Gómez"]
    at.text_input(key="buscar-agentes").set_value("gomez").run()
    assert rows_of(html_of(at)) == ["Laura Gómez"]
    at.text_input(key="buscar-agentes").set_value("<b>nadie").run()
    assert rows_of(html_of(at)) == []
    assert "Ninguna fila tiene esas palabras" in html_of(at)
    assert not at.exception


def test_a_short_table_has_nothing_to_search(enter):
    enter("demo")
    at = open_page("conversaciones")
    assert [box.key for box in at.text_input if (box.key or "").startswith("buscar-")] == []


def test_who_may_run_sql_reads_the_statements_and_no_value_of_another_project(enter):
    enter("demo", role=Role.SUPERVISOR)
    at = open_page("conversaciones")
    at.button_group(key="vista-direccion").set_value("SQL").run()
    (shown,) = at.code
    assert "from marts." in shown.value
    assert "900202" not in shown.value


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.OPERATIONS])
def test_others_are_not_offered_it(enter, role):
    enter("demo", role=role)
    at = open_page("conversaciones")
    assert at.button_group(key="vista-direccion").options == [
        "Gráfico",
        "Tabla",
    ]
