"""Lines become a table: which columns an answer has, and what each of them reads from a line."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from lib.metrics.catalog import Metric
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.lines import Line, Presentation
from lib.metrics.parts import Number, Parts
from lib.metrics.results import Column, Role, Row, change_between

# the id behind a shown name
KEY_COLUMNS: Mapping[str, str] = {
    "agent": "agent_id",
    "contact": "contact_key",
    "campaign": "campaign_id",
}

# role of the column, field of Change, words after the metric's label
CHANGES: tuple[tuple[Role, str, str], ...] = (
    ("prior", "prior", "periodo comparado"),
    ("change", "absolute", "cambio"),
    ("relative_change", "relative", "cambio %"),
)

Cell = tuple[Column, Callable[[Line], object]]


def table(
    wanted: Presentation, parts: Parts, lines: Sequence[Line], *, total: Number, compared: bool
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Columns and rows of an answer; `total` is what shares are shares of."""
    cells = _group_cells(wanted) + _value_cells(wanted, parts, total)
    if compared:
        cells += _prior_cells(wanted, parts)
    columns = tuple(column for column, _read in cells)
    return columns, tuple(tuple(read(line) for _column, read in cells) for line in lines)


def _group_cells(wanted: Presentation) -> list[Cell]:
    cells: list[Cell] = []
    for at, name in enumerate(wanted.group_by):
        cells.append((Column(name, DIMENSIONS[name].label_es, None, "group"), partial(_shown, at)))
    for at, name in enumerate(wanted.group_by):
        if name in KEY_COLUMNS:
            column = Column(KEY_COLUMNS[name], DIMENSIONS[name].label_es, None, "key")
            cells.append((column, partial(_key, at)))
    return cells


def _value_cells(wanted: Presentation, parts: Parts, total: Number) -> list[Cell]:
    cells: list[Cell] = [
        (
            Column(metric.name, _label(parts, metric), metric.unit, "metric"),
            partial(_value, parts, metric),
        )
        for metric in wanted.metrics
    ]
    for metric in wanted.metrics:
        if metric.name == wanted.share_of:
            column = Column(f"{metric.name}__share", "Participación", "porcentaje", "share")
            cells.append((column, partial(_share, parts, metric, total)))
    asked = {metric.name for metric in wanted.metrics}
    basis = [name for metric in wanted.metrics for name in parts.basis(metric)]
    for name in dict.fromkeys(basis):
        if name not in asked:
            cells.append((_basis_column(parts, name), partial(_part, name)))
    return cells


def _prior_cells(wanted: Presentation, parts: Parts) -> list[Cell]:
    cells: list[Cell] = []
    for at, name in enumerate(wanted.group_by):
        if DIMENSIONS[name].kind == "time":
            label = f"{DIMENSIONS[name].label_es} comparado"
            cells.append(
                (Column(f"{name}__prior", label, None, "prior_group"), partial(_prior_key, at))
            )
    for metric in wanted.metrics:
        for role, field, label in CHANGES:
            unit = "porcentaje" if role == "relative_change" else metric.unit
            column = Column(f"{metric.name}__{role}", f"{metric.label_es}, {label}", unit, role)
            cells.append((column, partial(_change, parts, metric, field)))
    return cells


def _label(parts: Parts, metric: Metric) -> str:
    return f"{metric.label_es}, aprox." if metric.name in parts.approximate else metric.label_es


def _basis_column(parts: Parts, name: str) -> Column:
    metric = parts.catalog.metrics.get(name)
    if metric is None:
        return Column(name, "n", None, "basis")
    return Column(name, metric.label_es, metric.unit, "basis")


def _shown(at: int, line: Line) -> object:
    return line.shown[at]


def _key(at: int, line: Line) -> object:
    return line.key[at]


def _prior_key(at: int, line: Line) -> object:
    return line.prior_key[at] if line.prior_key else None


def _value(parts: Parts, metric: Metric, line: Line) -> Number:
    return parts.value(metric, line.current)


def _part(name: str, line: Line) -> Number:
    return line.current.get(name)


def _share(parts: Parts, metric: Metric, total: Number, line: Line) -> Number:
    value = parts.value(metric, line.current)
    return None if value is None or not total else value / total


def _change(parts: Parts, metric: Metric, field: str, line: Line) -> Number:
    prior = None if line.prior is None else parts.value(metric, line.prior)
    change = change_between(parts.value(metric, line.current), prior, metric.unit)
    value: Number = getattr(change, field)
    return value
