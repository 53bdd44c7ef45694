"""From an answer to KPI cards: formats, notes, lights and the definition behind each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.lights import traffic_light
from lib.metrics.results import Change as Moved
from lib.metrics.results import MetricResult
from lib.ui.kpis.kpi import Arrow, Change, Kpi, tone_of
from lib.ui.words.formats import (
    NBSP,
    date_range,
    day_short,
    decimal,
    integer,
    measure,
    percent,
    signed,
)
from lib.ui.words.labels import NO_VALUE, NOT_APPLICABLE, SMALL_SAMPLE

SMALLEST_BASE = 5
UNIT_WORDS: Mapping[str, str] = {"porcentaje": "", "segundos": ""}
COUNTS: Mapping[str, str] = {"wait_time_p50": "wait_count"}
LABELS: Mapping[str, str] = {"wait_time_p50": "Espera p50"}
NOTE_WORDS: Mapping[str, str] = {
    "by_turn": "por turno",
    "by_session": "por sesión de agente",
    "approximate": "aproximado",
}


def kpis_of(
    result: MetricResult,
    catalog: Catalog,
    metrics: Sequence[str],
    *,
    group: str,
    extras: Mapping[str, str] | None = None,
    details: Mapping[str, str] | None = None,
) -> list[Kpi]:
    """One card per metric of an ungrouped answer.

    `extras` is finished HTML, the small lines; `details` the address of what stands behind each.
    """
    return [
        replace(
            _kpi(result, catalog, catalog.metric(name)),
            group=group,
            extra=(extras or {}).get(name, ""),
            href=(details or {}).get(name, ""),
        )
        for name in metrics
    ]


def _kpi(result: MetricResult, catalog: Catalog, metric: Metric) -> Kpi:
    value = result.value(metric.name)
    note = result.note(metric.name)
    does_not_apply = note is not None and note.code == "not_applicable"
    is_small = _base(result, metric) < SMALLEST_BASE
    hides_rate = is_small and metric.unit == "porcentaje"
    hidden = NOT_APPLICABLE if does_not_apply else SMALL_SAMPLE if hides_rate else None
    if value is None and not does_not_apply:
        hidden = NO_VALUE
    details = _details(result, catalog, metric)
    said = [item.text_es for item in result.notes if item.metric == metric.name]
    details = (*details, *said)
    return Kpi(
        group="",
        metric=metric.name,
        label=LABELS.get(metric.name, metric.label_es),
        value=hidden or measure(value, metric.unit),
        raw="" if hidden or value is None else f"{value:.10g}",
        unit="" if hidden else UNIT_WORDS.get(metric.unit, metric.unit),
        change=None if hidden or is_small else _change(result, metric),
        light=None if hidden else traffic_light(metric, value),
        details=details,
        note=(NOTE_WORDS.get(note.code) if note else None) or _under(result, metric),
    )


def _base(result: MetricResult, metric: Metric) -> float:
    """How many cases a rate or a median stands on; a count stands on itself."""
    if metric.denominator:
        return result.value(metric.denominator) or 0
    if metric.name in COUNTS:
        return result.value(COUNTS[metric.name]) or 0
    return float("inf")


def _change(result: MetricResult, metric: Metric) -> Change | None:
    resolved = result.resolved
    if resolved.compare_start is None or resolved.compare_end is None:
        return None
    against = f"frente a {_days(result)}"
    moved = result.change(metric.name)
    if moved.absolute is None:
        return Change("sin base para comparar", "=", "neutral", against)
    if moved.absolute == 0:
        return Change("sin cambio", "=", "neutral", against)
    arrow: Arrow = "▲" if moved.absolute > 0 else "▼"
    tone = tone_of(moved.absolute, metric.direction)
    return Change(_moved_text(moved, metric), arrow, tone, against)


def _moved_text(moved: Moved, metric: Metric) -> str:
    if metric.unit == "porcentaje":
        return f"{signed(decimal((moved.absolute or 0) * 100))}{NBSP}pp"
    if moved.relative is None:
        return signed(measure(moved.absolute, metric.unit))
    return signed(percent(moved.relative))


def _days(result: MetricResult) -> str:
    start, end = result.resolved.compare_start, result.resolved.compare_end
    if start is None or end is None:
        return ""
    return day_short(start) if start == end else f"{day_short(start)} – {day_short(end)}"


def _under(result: MetricResult, metric: Metric) -> str:
    """The line under a figure: what a rate is made of, how a median spreads."""
    if metric.numerator and metric.denominator:
        parts = result.value(metric.numerator), result.value(metric.denominator)
        return f"{integer(parts[0])} de {integer(parts[1])}" if parts[1] else ""
    if metric.name == "wait_time_p50" and result.value("wait_count"):
        p90, count = result.value("wait_time_p90"), result.value("wait_count")
        return f"p90 {measure(p90, 'segundos')} · n {integer(count)}"
    return ""


def _details(result: MetricResult, catalog: Catalog, metric: Metric) -> tuple[str, ...]:
    """Definition, what it was computed from, the value compared with, and what to beware of."""
    lines = [metric.definition_es]
    if metric.numerator and metric.denominator:
        for role, name in (("Numerador", metric.numerator), ("Denominador", metric.denominator)):
            part = catalog.metric(name)
            lines.append(f"{role}: {part.label_es}, {measure(result.value(name), part.unit)}")
    if metric.name == "wait_time_p50":
        lines.append(f"n: {integer(result.value('wait_count'))} sesiones con espera medida")
    resolved = result.resolved
    if resolved.compare_start and resolved.compare_end:
        prior = measure(result.change(metric.name).prior, metric.unit)
        lines.append(f"{date_range(resolved.compare_start, resolved.compare_end)}: {prior}")
    if metric.caveat:
        lines.append(metric.caveat)
    return tuple(lines)
