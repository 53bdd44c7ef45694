"""What a reader must be told about a number that filters changed the meaning of, in Spanish."""

from collections.abc import Collection, Iterable, Mapping

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.compiler import Plan
from lib.metrics.histograms import TOLERANCE
from lib.metrics.results import Note
from lib.metrics.routing import SESSION_DIMENSIONS, TURN_DIMENSIONS

FILTER_WORDS: Mapping[str, str] = {
    "entity": "entidad",
    "channel": "canal",
    "agent": "agente",
    "intent": "intención",
    "direction": "dirección",
    "conversation_type": "tipo de conversación",
    "is_technical_intent": "intención técnica",
    "hour": "hora",
    "weekday": "día de la semana",
    "campaign": "campaña",
    "platform": "plataforma",
    "purpose": "propósito",
    "close_reason": "motivo de cierre",
    "wait_bucket": "tiempo de espera",
}


def notes_of(
    catalog: Catalog, metrics: Iterable[Metric], plan: Plan, hidden: Collection[str] = ()
) -> tuple[Note, ...]:
    """What is to be said of each metric; one that does not apply has no other note.

    `hidden` names the metrics of which some value was left out for its small basis.
    """
    notes: list[Note] = []
    for metric in metrics:
        needed = catalog.base_metrics([metric.name])
        stuck = [plan.unanswerable[name] for name in needed if name in plan.unanswerable]
        by_turn = [way for name in needed if (way := plan.routes.get(name)) and way.counts_by_turn]
        if stuck:
            words = _words(stuck[0].filters)
            text = f"No aplica con el filtro de {words}."
            notes.append(Note(metric.name, "not_applicable", text))
            continue
        if metric.name in hidden:
            text = f"Sin valor donde la base es menor que {metric.minimum_n}."
            notes.append(Note(metric.name, "too_few", text))
        if any(plan.routes[name].histogram for name in needed):
            text = f"Valor aproximado (aprox.): puede diferir hasta {TOLERANCE:.0%} del exacto."
            notes.append(Note(metric.name, "approximate", text))
        if by_turn:
            used = (*plan.group_by, *by_turn[0].direct, *by_turn[0].narrowed)
            words = _words([name for name in dict.fromkeys(used) if name in TURN_DIMENSIONS])
            text = f"Cuenta lo que tuvo al menos un turno de esa selección ({words})."
            grouped = TURN_DIMENSIONS.intersection(plan.group_by)
            text += " Las filas no se suman entre sí." if grouped else ""
            notes.append(Note(metric.name, "by_turn", text))
        narrowed = [name for base in needed for name in plan.routes[base].narrowed]
        if of_sessions := SESSION_DIMENSIONS.intersection(narrowed):
            words = _words(sorted(of_sessions))
            text = f"Cuenta conversaciones con una sesión de agente de esa selección ({words})."
            notes.append(Note(metric.name, "by_session", text))
    return tuple(notes)


def _words(filters: Iterable[str]) -> str:
    return " y ".join(FILTER_WORDS.get(name, name) for name in filters)
