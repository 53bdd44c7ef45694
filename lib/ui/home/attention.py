"""What needs a look today: sentences from real thresholds, each with the view that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from lib.metrics.catalog import Catalog
from lib.metrics.lights import traffic_light
from lib.metrics.results import MetricResult, as_number
from lib.ui.filters.address import View
from lib.ui.words.formats import duration, integer, percent, signed

# Below these a change or a rate is chance, not news.
SMALLEST_VOLUME = 100
SMALLEST_BASE = 20
VOLUME_CHANGE = 0.30
SMALLEST_SESSIONS = 5
CRITICAL_WAIT_FACTOR = 3
MOST_ENTITIES = 3
Level = Literal["critical", "warning", "calm"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: what, why, and where it can be seen."""

    level: Level
    text: str
    reason: str
    view: View


def attention_items(
    day_name: str, day: MetricResult, entities: MetricResult, catalog: Catalog, view: View
) -> list[Item]:
    """The items for one finished day, the critical ones first; one calm item when there is none."""
    if day.value("messages") is None:
        reason = "La carga todavía no llega hasta ese día."
        return [Item("warning", f"Sin datos de {day_name}", reason, view)]
    found = [
        *_fallback(day_name, day, catalog, view),
        *_entities(day_name, entities, catalog, view),
        *_wait(day_name, day, catalog, view),
        *_volume(day_name, day, view),
    ]
    if not found:
        text = f"Todo en orden {day_name}"
        return [Item("calm", text, "Ningún indicador pasó sus límites.", view)]
    return sorted(found, key=lambda item: item.level != "critical")


def _fallback(day_name: str, day: MetricResult, catalog: Catalog, view: View) -> Iterable[Item]:
    rate, base = day.value("fallback_rate"), day.value("bot_handled_messages")
    light = traffic_light(catalog.metric("fallback_rate"), rate)
    if light in {"yellow", "red"} and (base or 0) >= SMALLEST_BASE:
        yield Item(
            "critical" if light == "red" else "warning",
            f"El bot no entendió {percent(rate)} de los mensajes {day_name}",
            f"{integer(day.value('fallback_messages'))} de {integer(base)} mensajes que atendió "
            "el bot; el límite es 15 %.",
            view,
        )


def _entities(
    day_name: str, entities: MetricResult, catalog: Catalog, view: View
) -> Iterable[Item]:
    """Entities in red by themselves, the worst first."""
    metric = catalog.metric("fallback_rate")
    rows = zip(
        entities.column("entity"),
        map(as_number, entities.column("fallback_rate")),
        map(as_number, entities.column("bot_handled_messages")),
        strict=True,
    )
    red = [
        (rate, str(entity), base)
        for entity, rate, base in rows
        if traffic_light(metric, rate) == "red" and rate and (base or 0) >= SMALLEST_BASE
    ]
    for rate, entity, base in sorted(red, reverse=True)[:MOST_ENTITIES]:
        yield Item(
            "critical",
            f"{entity}: fallback de {percent(rate)} {day_name}",
            f"Sobre {integer(base)} mensajes que atendió el bot; más de 25 % es crítico.",
            replace(view, entities=(entity,)),
        )


def _wait(day_name: str, day: MetricResult, catalog: Catalog, view: View) -> Iterable[Item]:
    wait, count = day.value("wait_time_p50"), day.value("wait_count")
    target = catalog.metric("wait_time_p50").thresholds.get("target")
    if wait is None or target is None or wait <= target or (count or 0) < SMALLEST_SESSIONS:
        return
    yield Item(
        "critical" if wait > CRITICAL_WAIT_FACTOR * target else "warning",
        f"La mitad de los contactos esperó más de {duration(wait)} {day_name}",
        f"Mediana de {integer(count)} sesiones de agente; la meta es {duration(target)}.",
        view,
    )


def _volume(day_name: str, day: MetricResult, view: View) -> Iterable[Item]:
    moved = day.change("messages")
    largest = max(moved.current or 0, moved.prior or 0)
    if moved.relative is None or largest < SMALLEST_VOLUME or abs(moved.relative) < VOLUME_CHANGE:
        return
    verb = "subió" if moved.relative > 0 else "bajó"
    yield Item(
        "warning",
        f"El volumen {verb} {percent(abs(moved.relative))} {day_name}",
        f"{integer(moved.current)} mensajes, {signed(integer(moved.absolute))} frente al mismo día "
        "de la semana anterior.",
        replace(view, is_compared=True),
    )
