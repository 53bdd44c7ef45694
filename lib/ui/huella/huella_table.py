"""The figures a huella stands for, in words: what was asked, and each value as a reader sees it."""

from datetime import date

from lib.metrics.asked import Figures, Question
from lib.metrics.catalog import Catalog
from lib.metrics.results import OTHERS
from lib.ui.cards.result_table import Table
from lib.ui.cards.tables import OTHERS_LABEL
from lib.ui.words.formats import date_range, day, measure, percent
from lib.ui.words.labels import dimension_label, value_label

SUFFIXES = {
    "share": "participación",
    "prior": "periodo anterior",
    "change": "cambio",
    "relative_change": "cambio (%)",
}
OF_SHARES = frozenset({"share", "relative_change"})
# the key of a contact means nothing to a reader
UNSHOWN = frozenset({"contact_key"})
FILTERS = (
    ("entities", "entity"),
    ("channels", "channel"),
    ("agents", "agent"),
    ("intents", "intent"),
    ("directions", "direction"),
    ("conversation_types", "conversation_type"),
    ("campaigns", "campaign"),
    ("close_reasons", "close_reason"),
    ("wait_buckets", "wait_bucket"),
)


def asked_words(question: Question, catalog: Catalog) -> tuple[str, str]:
    """The metrics of a question, and its period with its filters."""
    names = ", ".join(catalog.metric(name).label_es for name in question.metrics)
    period = question.filters.period
    told = [date_range(period.start, period.end)]
    if question.scope.entities is not None:
        told.append(f"Entidades del lector: {', '.join(question.scope.entities)}")
    for field, dimension in FILTERS:
        values = getattr(question.filters, field)
        if values:
            shown = ", ".join(value_label(dimension, value or None) for value in values)
            told.append(f"{dimension_label(dimension)}: {shown}")
    if question.window is not None and (question.window.hours or question.window.weekdays):
        hours = ", ".join(value_label("hour", hour) for hour in question.window.hours)
        days = ", ".join(value_label("weekday", number) for number in question.window.weekdays)
        told += [part for part in (hours, days) if part]
    return names, " · ".join(told)


def figures_table(figures: Figures, catalog: Catalog) -> Table:
    """The figures as a table, in the order they were shown in."""
    kept = [at for at, name in enumerate(figures.columns) if name not in UNSHOWN]
    names = [figures.columns[at] for at in kept]
    rows = tuple(
        tuple(_cell(name, row[at], catalog) for at, name in zip(kept, names, strict=True))
        for row in figures.rows
    )
    columns = tuple(_heading(name, catalog) for name in names)
    numeric = tuple(name.partition("__")[0] in catalog.metrics for name in names)
    return Table(columns, rows, numeric, columns, rows)


def _heading(name: str, catalog: Catalog) -> str:
    base, _, suffix = name.partition("__")
    label = catalog.metrics[base].label_es if base in catalog.metrics else dimension_label(base)
    return f"{label}, {SUFFIXES.get(suffix, suffix)}" if suffix else label


def _cell(name: str, value: object, catalog: Catalog) -> str:
    base, _, suffix = name.partition("__")
    if base in catalog.metrics:
        if suffix in OF_SHARES and isinstance(value, (int, float)):
            return percent(value)
        return measure(value, catalog.metrics[base].unit)
    if value == OTHERS:
        return OTHERS_LABEL
    if base in {"day", "week", "month"} and isinstance(value, str):
        return day(date.fromisoformat(value[:10]))
    return value_label(base, value)
