"""From an answer of the metric core to a finished table: headings with units, Spanish values."""

from datetime import date

from lib.metrics.results import OTHERS, Column, MetricResult
from lib.ui.cards.result_table import Table
from lib.ui.words.formats import day, measure, month, percent, week
from lib.ui.words.labels import dimension_label, value_label

SHOWN_ROLES = frozenset({"group", "metric", "share", "prior", "relative_change"})
UNIT_SUFFIXES = {"porcentaje": " (%)", "segundos": " (s)", "COP": " (COP)"}
OTHERS_LABEL = "Otros"


def table_of(result: MetricResult) -> Table:
    """The answer as texts for the screen and as plain values for the file, in the same order."""
    shown = [(at, column) for at, column in enumerate(result.columns) if column.role in SHOWN_ROLES]
    columns = [column for _at, column in shown]
    return Table(
        columns=tuple(_heading(column) for column in columns),
        rows=tuple(tuple(text_of(column, row[at]) for at, column in shown) for row in result.rows),
        numeric=tuple(column.role != "group" for column in columns),
        value_columns=tuple(_heading(column) + _suffix(column) for column in columns),
        values=tuple(tuple(_plain(column, row[at]) for at, column in shown) for row in result.rows),
    )


def text_of(column: Column, value: object) -> str:
    """One cell as a reader sees it."""
    if column.role in {"group", "prior_group"}:
        return _group_text(column.name, value)
    if column.role in {"share", "relative_change"}:
        return percent(value) if isinstance(value, (int, float)) else measure(None, "")
    return measure(value, column.unit or "")


def _group_text(name: str, value: object) -> str:
    if value == OTHERS:
        return OTHERS_LABEL
    if isinstance(value, date):
        return _date_text(name, value)
    return value_label(name, value)


def _date_text(name: str, value: date) -> str:
    if name.startswith("week"):
        return f"{week(value)} {value.year}"
    return month(value) if name.startswith("month") else day(value)


def _heading(column: Column) -> str:
    return dimension_label(column.name) if column.role == "group" else column.label


def _suffix(column: Column) -> str:
    if column.role in {"share", "relative_change"}:
        return UNIT_SUFFIXES["porcentaje"]
    return UNIT_SUFFIXES.get(column.unit or "", "")


def _plain(column: Column, value: object) -> object:
    """The exact value for a spreadsheet: percentages as 12,7 and not 0,127."""
    if column.role == "group":
        return _group_text(column.name, value)
    is_share = column.role in {"share", "relative_change"} or column.unit == "porcentaje"
    if is_share and isinstance(value, (int, float)):
        return round(value * 100, 2)
    return value
