"""From an answer of the metric core to a finished table: headings with units, Spanish values."""

from datetime import date

from lib.metrics.network import network_of
from lib.metrics.results import OTHERS, Column, MetricResult
from lib.ui.cards.result_table import Table
from lib.ui.words.formats import day, measure, month, percent, week
from lib.ui.words.labels import dimension_label, value_label

SHOWN_ROLES = frozenset({"group", "metric", "share", "prior", "relative_change"})
UNIT_SUFFIXES = {"porcentaje": " (%)", "segundos": " (s)", "COP": " (COP)"}
OTHERS_LABEL = "Otros"
NETWORK = "Mediana de las demás"
TIMES = {
    "wait": "Espera",
    "first_response": "Primera respuesta humana",
    "handle": "Tiempo de gestión",
}


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


def entities_table(result: MetricResult) -> Table:
    """The answer by entity, with the median of the other entities beside each figure.

    The median is unknown where fewer than four others have a value: it would tell whose they are.
    """
    plain = table_of(result)
    metrics = [column for column in result.columns if column.role == "metric"]
    middles = {column.name: network_of(result, column.name) for column in metrics}
    columns, values, numeric, texts, exact = [], [], [], [], []
    at = 0
    for place, name in enumerate(plain.columns):
        columns.append(name)
        values.append(plain.value_columns[place])
        numeric.append(plain.numeric[place])
        texts.append([row[place] for row in plain.rows])
        exact.append([row[place] for row in plain.values])
        if not plain.numeric[place]:
            continue
        column, middle = metrics[at], [m and m.median for m in middles[metrics[at].name]]
        at += 1
        columns.append(f"{NETWORK}: {name}")
        values.append(f"{NETWORK}: {name}{_suffix(column)}")
        numeric.append(True)
        texts.append([text_of(column, value) for value in middle])
        exact.append([_plain(column, value) for value in middle])
    return Table(
        tuple(columns),
        tuple(zip(*texts, strict=True)),
        tuple(numeric),
        tuple(values),
        tuple(zip(*exact, strict=True)),
    )


def times_table(result: MetricResult) -> Table:
    """One row per time of the contact centre: median, p90, and how many sessions they are of."""
    rows, values = [], []
    for name, label in TIMES.items():
        parts = [result.value(f"{name}_{part}") for part in ("time_p50", "time_p90", "count")]
        texts = [measure(part, "segundos") for part in parts[:2]]
        rows.append((label, *texts, measure(parts[2], "sesiones")))
        values.append((label, *parts))
    return Table(
        ("Tiempo", "p50", "p90", "n"),
        tuple(rows),
        (False, True, True, True),
        ("Tiempo", "p50 (s)", "p90 (s)", "n (sesiones)"),
        tuple(values),
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
