"""What a question returns: columns, rows, the days it was answered for, and what must be said."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from lib.metrics.errors import UnknownMetricError

if TYPE_CHECKING:
    import pandas as pd

Role = Literal[
    "group", "key", "metric", "share", "basis", "prior", "change", "relative_change", "prior_group"
]
NoteCode = Literal["by_turn", "by_session", "not_applicable", "too_few", "approximate"]
Row = tuple[object, ...]
OTHERS = "otros"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Roles: `group` is what rows are by, `key` the id behind a shown name, `basis` what a value was
    computed from (numerator, denominator, n), `prior` the value in the period compared with.
    """

    name: str
    label: str
    unit: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Resolved:
    """The days really asked, the days loaded, and whether the period still runs.

    `data_from` and `data_until` are the project's first and last day with data, None without any.
    """

    start: date
    end: date
    compare_start: date | None
    compare_end: date | None
    partial: bool
    data_from: date | None = None
    data_until: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of a metric must be told.

    by_turn: counted is what had such a turn; by_session: what had such an agent session;
    not_applicable: a filter means nothing to the metric; too_few: values with a small basis are
    hidden; approximate: a percentile read from a histogram.
    """

    metric: str
    code: NoteCode
    text_es: str


@dataclass(frozen=True, slots=True)
class Change:
    """A value against its prior one, in the metric's unit.

    A rate (0 to 1) changes by a difference of rates and has no relative change. `relative` is also
    None when the prior value is zero; both are None when a value is missing.
    """

    current: float | None
    prior: float | None
    absolute: float | None
    relative: float | None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """Rows of plain values: None is "sin dato", 0 is counted and none; rates go from 0 to 1.

    `folded` says how many groups past the limit the last row ("otros") stands for; 0 when none.
    `statements` are the SELECTs that were run, with the names of their bound parameters.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    resolved: Resolved
    notes: tuple[Note, ...] = ()
    statements: tuple[str, ...] = ()
    folded: int = 0

    def frame(self) -> "pd.DataFrame":
        """The rows as a DataFrame, one column per `columns`, values as they are."""
        import pandas as pd  # noqa: PLC0415  only readers of tables pay for loading it

        return pd.DataFrame(list(self.rows), columns=[column.name for column in self.columns])

    def position(self, name: str) -> int:
        """Where a column stands in each row. Raises UnknownMetricError naming those there are."""
        names = [column.name for column in self.columns]
        if name not in names:
            raise UnknownMetricError(name, names)
        return names.index(name)

    def column(self, name: str) -> tuple[object, ...]:
        """All values of one column, top to bottom. Raises UnknownMetricError."""
        place = self.position(name)
        return tuple(row[place] for row in self.rows)

    def value(self, metric: str, row: int = 0) -> float | None:
        """One value, of the only row when nothing was grouped. Raises UnknownMetricError."""
        return as_number(self.column(metric)[row]) if self.rows else None

    def change(self, metric: str, row: int = 0) -> Change:
        """How a metric moved against the period compared with. Raises UnknownMetricError."""
        names = (metric, f"{metric}__prior", f"{metric}__change", f"{metric}__relative_change")
        return Change(*(self.value(name, row) for name in names))

    def note(self, metric: str) -> Note | None:
        """What must be said first about one metric, None when nothing."""
        return next((note for note in self.notes if note.metric == metric), None)


def as_number(value: object) -> float | None:
    """A cell of a metric column as a number, None when it is missing."""
    return value if isinstance(value, int | float) else None


def change_between(current: float | None, prior: float | None, unit: str) -> Change:
    """The change of a value; see Change."""
    if current is None or prior is None:
        return Change(current, prior, None, None)
    relative = None if unit == "porcentaje" or prior == 0 else (current - prior) / prior
    return Change(current, prior, current - prior, relative)
