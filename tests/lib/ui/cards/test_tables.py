from datetime import date

import pytest

from lib.metrics.results import OTHERS
from lib.ui.cards.result_table import ROW_LIMIT, Table, table_html
from lib.ui.cards.tables import table_of
from tests.support.answers import grouped


def plain(row):
    return tuple(text.replace("\u00a0", " ") for text in row)


def test_rows_are_spanish_on_the_screen_and_exact_in_the_file():
    table = table_of(
        grouped(
            {"direction": ["inbound", "bot"]},
            {
                "messages": ("mensajes", [1200, 0]),
                "messages__share": ("porcentaje", [0.6667, None]),
                "wait": ("segundos", [90.5, None]),
            },
        )
    )
    assert table.columns == ("Dirección", "Messages", "Messages__share", "Wait")
    assert table.value_columns[2:] == ("Messages__share (%)", "Wait (s)")
    assert plain(table.rows[0]) == ("Entrante", "1.200", "66,7 %", "1 min 31 s")
    assert plain(table.rows[1]) == ("Bot", "0", "sin dato", "sin dato")
    assert table.values == (("Entrante", 1200, 66.67, 90.5), ("Bot", 0, None, None))
    assert table.numeric == (False, True, True, True)


@pytest.mark.parametrize(
    ("group", "text"),
    [("day", "09/02/2026"), ("week", "9 al 15 feb 2026"), ("month", "feb 2026")],
)
def test_steps_of_time_are_named_for_a_reader(group, text):
    table = table_of(grouped({group: [date(2026, 2, 9)]}, {"messages": ("mensajes", [1])}))
    assert table.rows[0][0] == text


def test_keys_and_bases_stay_out_and_a_comparison_comes_in():
    result = grouped(
        {"agent": ["Laura Gómez", OTHERS]},
        {
            "agent_id__key": (None, ["1201", None]),
            "messages": ("mensajes", [3, 4]),
            "n__basis": (None, [9, 9]),
            "messages__prior": ("mensajes", [2, 0]),
            "messages__relative_change": ("porcentaje", [0.5, None]),
        },
    )
    table = table_of(result)
    assert table.columns == ("Agente", "Messages", "Messages__prior", "Messages__relative_change")
    assert plain(table.rows[0]) == ("Laura Gómez", "3", "2", "50,0 %")
    assert table.rows[1][0] == "Otros"


def small(rows):
    return Table(("Agente", "Mensajes"), tuple(rows), (False, True), ("a", "b"), ())


def test_a_table_is_escaped_captioned_and_reachable_by_keyboard():
    html = table_html(small([("<b>Laura</b>", "3")]), "Agentes <todos>")
    assert "<b>" not in html
    assert "<caption>Agentes &lt;todos&gt;</caption>" in html
    assert 'tabindex="0"' in html
    assert '<th scope="col" class="num">Mensajes</th>' in html
    assert '<td class="num">3</td>' in html


def test_a_long_table_shows_its_first_rows_and_says_where_the_rest_is():
    html = table_html(small([(str(n), "1") for n in range(ROW_LIMIT + 5)]), "x")
    assert html.count("<tr>") == ROW_LIMIT + 1
    assert f"Se muestran {ROW_LIMIT} de {ROW_LIMIT + 5} filas" in html
    assert "Se muestran" not in table_html(small([("a", "1")]), "x")
