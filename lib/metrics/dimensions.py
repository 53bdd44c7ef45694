"""The words after "por": what an answer can be grouped by, and how each reads its column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lib.metrics.errors import UnknownDimensionError
from lib.metrics.filters import CONVERSATION_TYPES, DIRECTIONS, WAIT_BUCKETS
from lib.metrics.periods import DateRange

Kind = Literal["time", "cycle", "code", "name"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to group.

    `kind`: time (buckets of the period, gaps filled), cycle (hour, weekday: all of them shown),
    code (a fixed list in its own order), name (what the data hold). `sql` is written over
    `{column}`, the expression of the semantic model. `closed` drops values outside `domain`;
    without `keeps_missing` rows that have no value form no group.
    """

    name: str
    column: str
    label_es: str
    kind: Kind = "name"
    sql: str = "{column}"
    domain: tuple[object, ...] = ()
    closed: bool = False
    keeps_missing: bool = True


# cast to timestamp first: date_trunc on a date would pass through the session's time zone
WEEK = "cast(date_trunc('week', cast({column} as timestamp)) as date)"
MONTH = "cast(date_trunc('month', cast({column} as timestamp)) as date)"

_ALL = (
    Dimension("day", "local_date", "Día", "time"),
    Dimension("week", "local_date", "Semana", "time", WEEK),
    Dimension("month", "local_date", "Mes", "time", MONTH),
    Dimension("hour", "local_hour", "Hora", "cycle", domain=tuple(range(24)), closed=True),
    Dimension(
        "weekday",
        "local_weekday",
        "Día de la semana",
        "cycle",
        domain=tuple(range(1, 8)),
        closed=True,
    ),
    Dimension("entity", "entity", "Entidad"),
    Dimension("channel", "channel", "Canal"),
    # campaign, system and note rows are in the marts and never counted as messages
    Dimension("direction", "direction", "Dirección", "code", domain=DIRECTIONS, closed=True),
    Dimension("intent", "intent", "Intención", keeps_missing=False),
    Dimension(
        "is_technical_intent", "is_technical_intent", "Intención técnica", keeps_missing=False
    ),
    Dimension("agent", "agent_id", "Agente", keeps_missing=False),
    Dimension("close_reason", "close_reason", "Motivo de cierre"),
    Dimension(
        "conversation_type",
        "conversation_type",
        "Tipo de conversación",
        "code",
        domain=CONVERSATION_TYPES,
    ),
    Dimension("wait_bucket", "wait_bucket", "Tiempo de espera", "code", domain=WAIT_BUCKETS),
    Dimension("contact", "contact_key", "Contacto", keeps_missing=False),
    Dimension("campaign", "campaign_id", "Campaña"),
    Dimension("platform", "platform", "Plataforma"),
    Dimension("purpose", "purpose", "Propósito"),
    Dimension("billing_category", "billing_category", "Categoría de cobro"),
)
DIMENSIONS: Mapping[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
GRAINS = ("day", "week", "month")


def dimension_of(name: str) -> Dimension:
    """The dimension of that name. Raises UnknownDimensionError with those that exist."""
    if name not in DIMENSIONS:
        raise UnknownDimensionError(name, DIMENSIONS)
    return DIMENSIONS[name]


def bucket_start(grain: str, day: date) -> date:
    """First day of the day, week (Monday) or month a day belongs to."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day


def buckets(grain: str, period: DateRange) -> list[date]:
    """First days of every bucket the period touches; the first one may begin before the period."""
    return list(dict.fromkeys(bucket_start(grain, day) for day in period.dates()))


def checked_group_by(names: Iterable[str] | str | None) -> tuple[str, ...]:
    """Group names without repeats. Raises UnknownDimensionError for one that does not exist."""
    given = (names,) if isinstance(names, str) else tuple(names or ())
    return tuple(dict.fromkeys(dimension_of(name).name for name in given))
