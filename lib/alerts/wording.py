"""What an alert says, in Spanish: whose data, what happened, since when, what to do. No content."""

from datetime import datetime
from zoneinfo import ZoneInfo

from lib.alerts.book import Entry, News
from lib.alerts.incidents import Kind
from lib.clock import BOGOTA

__all__ = ["body", "subject"]

WHAT: dict[Kind, str] = {
    "stale": "no se lee {subject} completo",
    "ingest_failed": "falló la lectura de {subject}",
    "held_back": "una prueba de calidad retuvo la versión nueva",
    "build_failed": "falló la construcción de las tablas",
    "publication_late": "hay datos leídos que no se publican",
}
NEXT: dict[Kind, str] = {
    "stale": "revise que el worker y los horarios de Prefect estén activos",
    "ingest_failed": "vea la corrida y app.sync_state; la siguiente corrida completa lo que falta",
    "held_back": "vea el motivo en app.data_versions; el tablero sigue con la versión anterior",
    "build_failed": "vea app.dbt_runs; el tablero sigue con la versión anterior",
    "publication_late": "vea las corridas de transform y app.dbt_runs",
}
MANUAL = "Qué hacer con cada aviso: docs/operacion/alertas.md"


def subject(news: News) -> str:
    """One line: how many incidents and whose."""
    slugs = sorted({entry.incident.slug for entry in (*news.open, *news.resolved)})
    counted = [
        f"{count} {word if count == 1 else word + 's'}"
        for count, word in ((len(news.open), "alerta"), (len(news.resolved), "recuperación"))
        if count
    ]
    shown = ", ".join(slugs[:3]) + (f" y {len(slugs) - 3} más" if len(slugs) > 3 else "")
    return f"Analítica: {' y '.join(counted)} ({shown})".replace("recuperacións", "recuperaciones")


def body(news: News) -> str:
    """Every incident on a line of its own, the open ones first with what to do."""
    lines = [
        f"[ALERTA] {_line(entry)} desde {_moment(entry.incident.since)}"
        f" ({_rounds(entry.times)}). Siguiente paso: {NEXT[entry.incident.kind]}."
        for entry in news.open
    ]
    lines += [
        f"[RESUELTO] {_line(entry)}: terminó {_moment(entry.resolved_at)}."
        for entry in news.resolved
        if entry.resolved_at
    ]
    return "\n".join([*lines, "", MANUAL])


def _line(entry: Entry) -> str:
    incident = entry.incident
    return f"{incident.slug}: {WHAT[incident.kind].format(subject=incident.subject)}"


def _rounds(times: int) -> str:
    return "visto una vez" if times == 1 else f"visto {times} veces"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(BOGOTA)):%Y-%m-%d %H:%M} (Bogotá)"
