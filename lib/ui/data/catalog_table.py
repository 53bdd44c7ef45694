"""The catalogue of metrics: what each one means, how it is computed, who owns it, what changed."""

from collections.abc import Sequence

from lib.metrics.definitions import Definition
from lib.ui.cards.result_table import Table
from lib.ui.words.formats import day, integer, plain

COLUMNS = ("Métrica", "Definición", "Fórmula", "Unidad", "Dueño", "Versión", "Cambios")
NO_CHANGES = "Sin cambios"


def catalog_table(definitions: Sequence[Definition]) -> Table:
    """One row per metric, by its Spanish name; the newest change first."""
    ordered = sorted(definitions, key=lambda one: plain(one.label_es))
    rows = tuple(
        (
            one.label_es,
            " ".join(filter(None, (one.definition_es, one.caveat))),
            one.formula_es,
            one.unit,
            one.owner,
            integer(one.version),
            _changes(one),
        )
        for one in ordered
    )
    numeric = tuple(name == "Versión" for name in COLUMNS)
    return Table(COLUMNS, rows, numeric, COLUMNS, rows)


def matching(definitions: Sequence[Definition], asked: str) -> list[Definition]:
    """The metrics with every word of `asked` in their names, synonyms or definition.

    Accents and capitals are nothing.
    """
    words = plain(asked).split()
    return [one for one in definitions if all(word in _searched(one) for word in words)]


def _searched(one: Definition) -> str:
    return plain(" ".join((one.name, one.label_es, one.definition_es, *one.synonyms)))


def _changes(one: Definition) -> str:
    newest_first = sorted(one.changes, key=lambda change: change.date, reverse=True)
    told = "; ".join(f"{day(change.date)}: {change.text_es}" for change in newest_first)
    return told or NO_CHANGES
