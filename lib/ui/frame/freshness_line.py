"""The line that says how fresh the numbers are, and whether a newer build is held back."""

from datetime import datetime, timedelta
from html import escape

from lib.tenants.freshness import Freshness
from lib.tenants.projects import Project
from lib.ui.words.formats import ago, instant, integer

# A load that finds nothing new leaves no trace here, and a Sunday can be silent: only more is odd.
STALE_AFTER = timedelta(hours=36)


def freshness_html(freshness: Freshness | None, project: Project, now: datetime) -> str:
    """One line: until when there is data, when it was loaded, which version this is."""
    if freshness is None:
        return '<p class="frescura"><span><i class="punto viejo"></i>Aún no hay datos</span></p>'
    until, loaded = freshness.data_until, freshness.loaded_until
    state = "retenido" if freshness.held_back_since else "viejo" if is_stale(freshness, now) else ""
    parts = [f'<i class="punto {state}"></i>Datos hasta {escape(instant(until, project.timezone))}']
    if loaded:
        parts.append(f"Actualizado {escape(ago(loaded, now))}")
    parts.append(f"Versión {integer(freshness.data_version)}")
    spans = "".join(f"<span>{part}</span>" for part in parts)
    return f'<p class="frescura" data-version="{freshness.data_version}">{spans}</p>'


def is_stale(freshness: Freshness, now: datetime) -> bool:
    """Whether nothing new has been loaded for longer than a silent weekend."""
    return freshness.loaded_until is None or now - freshness.loaded_until > STALE_AFTER


def freshness_notices(freshness: Freshness | None, project: Project, now: datetime) -> list[str]:
    """What a reader must know about the age of the numbers, in whole sentences."""
    if freshness is None:
        return []
    notices = []
    if freshness.held_back_since:
        since = instant(freshness.held_back_since, project.timezone)
        notices.append(
            f"La última carga ({since}) no pasó las pruebas de calidad: se muestran los datos "
            "de la versión anterior mientras se corrige."
        )
    elif is_stale(freshness, now) and freshness.loaded_until:
        loaded = instant(freshness.loaded_until, project.timezone)
        notices.append(f"La última carga fue el {loaded}: las cifras pueden estar atrasadas.")
    return notices
