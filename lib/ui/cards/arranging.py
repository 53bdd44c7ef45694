"""A table as a reader wants it: its rows in another order, or only those with certain words."""

from collections.abc import Callable
from dataclasses import replace

from lib.ui.cards.result_table import Table
from lib.ui.cards.tables import OTHERS_LABEL
from lib.ui.words.formats import plain

FIRST_UP = "Ordenar por…"


def arranged(table: Table, order: str, search: str) -> Table:
    """The rows with every word of `search`, by the column `order`: figures from the largest down.

    Texts go from A on; what has no figure goes last, and so does the row of all others. An order
    that is no column changes nothing. Accents and capitals are nothing.
    """
    words = plain(search).split()
    kept = [at for at, row in enumerate(table.rows) if _has(row, words)]
    if order in table.columns:
        kept.sort(key=_key(table, table.columns.index(order)))
    return replace(
        table,
        rows=tuple(table.rows[at] for at in kept),
        values=tuple(table.values[at] for at in kept),
        links=tuple(table.links[at] for at in kept) if table.links else (),
    )


def _has(row: tuple[str, ...], words: list[str]) -> bool:
    texts = plain(" ".join(row))
    return all(word in texts for word in words)


def _key(table: Table, column: int) -> Callable[[int], tuple[bool, bool, float, str]]:
    def of_row(at: int) -> tuple[bool, bool, float, str]:
        value = table.values[at][column]
        is_rest = table.rows[at][0] == OTHERS_LABEL
        if isinstance(value, (int, float)):
            return is_rest, False, -value, ""
        return is_rest, value is None, 0, plain(str(value))

    return of_row
