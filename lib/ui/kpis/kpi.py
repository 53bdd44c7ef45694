"""KPI cards as HTML: figure, unit, change, light, definition on hover. Everything is escaped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from lib.metrics.lights import Light

Tone = Literal["good", "bad", "neutral"]
Arrow = Literal["▲", "▼", "="]
LIGHTS_ES: Mapping[Light, str] = {"green": "verde", "yellow": "amarillo", "red": "rojo"}
LIGHT_WORDS: Mapping[Light, str] = {"green": "Normal", "yellow": "Atención", "red": "Crítico"}
TONE_CLASSES: Mapping[Tone, str] = {"good": "bueno", "bad": "malo", "neutral": "neutro"}


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved against the period it is compared with, and whether that is good."""

    text: str
    arrow: Arrow
    tone: Tone
    against: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """One card. `raw` is the plain number for machines, empty when there is none.

    `group` tells apart two cards of one metric on one page; `extra` is finished HTML, `href` where
    the rows behind the figure are.
    """

    group: str
    metric: str
    label: str
    value: str
    raw: str
    unit: str
    change: Change | None = None
    light: Light | None = None
    details: tuple[str, ...] = ()
    note: str = ""
    extra: str = ""
    href: str = ""


def tone_of(change: float, direction: str) -> Tone:
    """Whether a change is good news; for most figures up is neither good nor bad."""
    if change == 0 or direction not in {"up_is_good", "up_is_bad"}:
        return "neutral"
    return "good" if (change > 0) == (direction == "up_is_good") else "bad"


def kpi_grid(cards: Iterable[Kpi], css_class: str = "") -> str:
    """A row of cards that becomes two per row on a telephone."""
    return f'<div class="kpis {escape(css_class)}">{"".join(map(kpi_card, cards))}</div>'


def kpi_card(kpi: Kpi) -> str:
    """One card; the details open on hover and when the card has the keyboard."""
    tip = "".join(f"<span>{escape(line)}</span>" for line in kpi.details)
    tip_id = escape(f"definicion-{kpi.group}-{kpi.metric}", quote=True)
    return (
        f'<article class="kpi" tabindex="0" data-group="{escape(kpi.group, quote=True)}" '
        f'data-metric="{escape(kpi.metric, quote=True)}" '
        f'data-value="{escape(kpi.raw, quote=True)}" aria-describedby="{tip_id}">'
        f'<h3 class="kpi-nombre">{escape(kpi.label)}{_light(kpi.light)}</h3>'
        f'<p class="kpi-cifra{"" if kpi.raw else " hueca"}">{escape(kpi.value)}'
        f'<span class="kpi-unidad">{escape(kpi.unit)}</span></p>'
        f"{_change(kpi.change)}{_note(kpi.note)}{kpi.extra}{_link(kpi)}"
        + (f'<div class="kpi-detalle" role="tooltip" id="{tip_id}">{tip}</div>' if tip else "")
        + "</article>"
    )


def _light(light: Light | None) -> str:
    if light is None:
        return ""
    word = LIGHT_WORDS[light]
    return (
        f'<span class="luz {LIGHTS_ES[light]}" role="img" aria-label="Semáforo en '
        f'{LIGHTS_ES[light]}: {word}">{word}</span>'
    )


def _change(change: Change | None) -> str:
    if change is None:
        return ""
    return (
        f'<p class="kpi-cambio"><span class="{TONE_CLASSES[change.tone]}">{change.arrow} '
        f"{escape(change.text)}</span> <span>{escape(change.against)}</span></p>"
    )


def _link(kpi: Kpi) -> str:
    if not kpi.href or not kpi.raw:
        return ""
    label = f"Ver detalle de {kpi.label}"
    return (
        f'<a class="kpi-ver" href="{escape(kpi.href, quote=True)}" target="_self" '
        f'aria-label="{escape(label, quote=True)}">Ver detalle</a>'
    )


def _note(note: str) -> str:
    return f'<p class="kpi-nota">{escape(note)}</p>' if note else ""
