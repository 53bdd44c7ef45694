"""Answers of the metric core made by hand, for the tests of what is drawn from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.results import Column, MetricResult, Note, Resolved

TODAY = date(2026, 2, 17)


def metric(name: str, label: str, unit: str, **changes: object) -> Metric:
    """A metric with the least that a card needs."""
    values: dict[str, object] = {
        "definition_es": f"Definición de {label}.",
        "direction": "neutral",
        "owner": "analitica",
        "dimensions": ("day",),
        "thresholds": {},
        "synonyms": (),
        "caveat": None,
        "since": None,
    }
    return Metric(name=name, label_es=label, unit=unit, **(values | changes))


CATALOG = Catalog(
    MappingProxyType(
        {
            item.name: item
            for item in (
                metric("messages", "Mensajes", "mensajes"),
                metric("conversations", "Conversaciones", "conversaciones"),
                metric("containment_rate", "Contención simple", "porcentaje"),
                metric("effective_containment_rate", "Contención efectiva", "porcentaje"),
                metric("fallback_messages", "Mensajes en fallback", "mensajes"),
                metric("bot_handled_messages", "Entrantes atendidos", "mensajes"),
                metric(
                    "fallback_rate",
                    "Tasa de fallback",
                    "porcentaje",
                    direction="up_is_bad",
                    thresholds={"green_below": 0.15, "red_above": 0.25},
                    caveat="Ojo con el denominador.",
                    numerator="fallback_messages",
                    denominator="bot_handled_messages",
                ),
                metric(
                    "wait_time_p50",
                    "Espera (mediana)",
                    "segundos",
                    direction="up_is_bad",
                    thresholds={"target": 60},
                ),
                metric("wait_time_p90", "Espera (p90)", "segundos", direction="up_is_bad"),
                metric("wait_count", "Sesiones con espera", "sesiones"),
            )
        }
    ),
    MappingProxyType({}),
)


def totals(
    values: Mapping[str, float | None],
    prior: Mapping[str, float | None] | None = None,
    notes: Sequence[Note] = (),
) -> MetricResult:
    """One row of totals, beside 10 to 16 February when `prior` is given."""
    columns, row = [], []
    for name, value in values.items():
        unit = CATALOG.metrics[name].unit
        columns.append(Column(name, CATALOG.metrics[name].label_es, unit, "metric"))
        row.append(value)
        if prior is not None:
            before = prior.get(name)
            known = value is not None and before is not None
            is_relative = known and before != 0 and unit != "porcentaje"
            columns += [
                Column(f"{name}__prior", "", unit, "prior"),
                Column(f"{name}__change", "", unit, "change"),
                Column(f"{name}__relative_change", "", "porcentaje", "relative_change"),
            ]
            row += [
                before,
                value - before if known else None,
                (value - before) / before if is_relative else None,
            ]
    compared = (date(2026, 2, 10), date(2026, 2, 16)) if prior is not None else (None, None)
    return MetricResult(
        tuple(columns), (tuple(row),), Resolved(TODAY, TODAY, *compared, False), tuple(notes)
    )


def grouped(
    groups: Mapping[str, Sequence[object]],
    metrics: Mapping[str, tuple[str, Sequence[object]]],
    notes: Sequence[Note] = (),
    *,
    compared: bool = False,
    partial: bool = False,
) -> MetricResult:
    """Rows by groups; metrics as name -> (unit, values). A name with __ gets the role behind it."""
    columns = [
        Column(name, name, None, "prior_group" if name.endswith("__prior") else "group")
        for name in groups
    ]
    for name, (unit, _values) in metrics.items():
        role = name.partition("__")[2] or "metric"
        columns.append(Column(name, name.capitalize(), unit, role))
    cells = [*groups.values(), *(values for _unit, values in metrics.values())]
    prior = (date(2026, 2, 9), date(2026, 2, 9)) if compared else (None, None)
    return MetricResult(
        tuple(columns),
        tuple(zip(*cells, strict=True)),
        Resolved(TODAY, TODAY, *prior, partial),
        tuple(notes),
    )
