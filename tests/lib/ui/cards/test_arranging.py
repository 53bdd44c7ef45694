"""Tables in another order, and searched: no row is invented, lost or torn apart."""

import pytest

from lib.ui.cards.arranging import FIRST_UP, arranged
from lib.ui.cards.result_table import Table

TABLE = Table(
    columns=("Entidad", "Mensajes"),
    rows=(("Sur", "9"), ("Ñandú", "1.200"), ("norte", "sin dato"), ("Otros", "5.000")),
    numeric=(False, True),
    value_columns=("Entidad", "Mensajes"),
    values=(("Sur", 9), ("Ñandú", 1200), ("norte", None), ("Otros", 5000)),
    links=("/s", "/ñ", "/n", ""),
)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (FIRST_UP, ["Sur", "Ñandú", "norte", "Otros"]),
        ("", ["Sur", "Ñandú", "norte", "Otros"]),
        ("Entidad", ["Ñandú", "norte", "Sur", "Otros"]),
        # figures from the largest down, what is unknown after them, the rest of all at the end
        ("Mensajes", ["Ñandú", "Sur", "norte", "Otros"]),
    ],
)
def test_rows_are_ordered_by_a_column(order, names):
    table = arranged(TABLE, order, "")
    assert [row[0] for row in table.rows] == names
    together = {*zip(TABLE.rows, TABLE.values, TABLE.links, strict=True)}
    assert {*zip(table.rows, table.values, table.links, strict=True)} == together


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("NANDU", ["Ñandú"]),
        ("1.200", ["Ñandú"]),
        ("nandu 1.200", ["Ñandú"]),
        ("nandu 9", []),
        ("<script>", []),
        ("  ", ["Sur", "Ñandú", "norte", "Otros"]),
    ],
)
def test_rows_with_all_the_words_are_kept(search, names):
    assert [row[0] for row in arranged(TABLE, "", search).rows] == names
