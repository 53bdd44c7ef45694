"""The audit log as people read it: when, what, who, in words."""

from collections.abc import Mapping, Sequence

from lib.audit.trail import Entry
from lib.audit.verify import ChainVerdict
from lib.ui.cards.registry import CARDS
from lib.ui.cards.result_table import Table
from lib.ui.words.formats import instant, integer
from lib.ui.words.labels import ACTIONS, AUDIT_DETAILS, MODES, REVEAL_REASONS, ROLES

__all__ = ["trail_table", "verdict_text"]

COLUMNS = ("Fecha y hora", "Qué", "Quién", "Detalle", "Incidente")
LONGEST_DETAIL = 300
QUESTIONS: Mapping[str, str] = {
    **{card.question: card.title for card in CARDS.values()},
    "kpis": "Indicadores",
    "campaign_kpis": "Indicadores de campañas",
    "executive_month": "Indicadores del mes",
    "executive_quarter": "Indicadores del trimestre",
    "day_kpis": "Indicadores del día",
    "day_entities": "Entidades del día",
    "day_trend": "Tendencia",
    "day_intents": "Motivos del día",
    "day_hours": "Horas del día",
    "details": "Detalle de conversaciones",
    "timeline": "Una conversación",
    "huella": "La cifra de una huella",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "mode": MODES,
    "role": ROLES,
    "metrics": QUESTIONS,
    "reason": REVEAL_REASONS,
}
FAULTS = {
    "changed": "fue cambiada",
    "missing": "falta",
    "moved": "no está en su lugar",
    "purged": "lo anterior se quitó sin que conste o antes de tiempo",
    "head": "no es la última que se escribió",
}


def trail_table(entries: Sequence[Entry], timezone: str) -> Table:
    """One row per event, its instant in the project's time zone."""
    rows = tuple(
        (
            instant(entry.happened_at, timezone),
            ACTIONS.get(entry.action.value, entry.action.value),
            entry.actor,
            _detail(entry.detail),
            entry.incident or "",
        )
        for entry in entries
    )
    return Table(COLUMNS, rows, (False,) * len(COLUMNS), COLUMNS, rows)


def verdict_text(verdict: ChainVerdict) -> str:
    """What the proof of the log found, in a sentence."""
    if verdict.is_intact:
        return (
            f"La cadena está completa: {integer(verdict.rows)} filas comprobadas, "
            f"la última con la huella {verdict.head[:12]}."
        )
    fault = FAULTS.get(verdict.fault or "", "no coincide")
    return (
        f"La cadena está rota en la fila {integer(verdict.first_bad)}: {fault}. "
        "Avisa a quien opera la plataforma y no cambies nada."
    )


def _detail(detail: Mapping[str, object]) -> str:
    parts = [
        f"{word}: {_value(name, detail[name])}"
        for name, word in AUDIT_DETAILS.items()
        if detail.get(name) not in (None, "", [])
    ]
    text = "; ".join(parts)
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_value(name, part) for part in value))
    if isinstance(value, int):
        return integer(value)
    return WORDS.get(name, {}).get(str(value), str(value))
