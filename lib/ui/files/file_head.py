"""What stands above the rows of a file: whose data, which filters, which definitions, how fresh."""

from collections.abc import Iterable

from lib.metrics.scope import Scope
from lib.tenants.freshness import Freshness
from lib.tenants.projects import Project
from lib.ui.filters.address import View
from lib.ui.frame.brand import product_name
from lib.ui.words.formats import day, instant, integer
from lib.ui.words.labels import CHANNELS, DIRECTIONS, value_label


def file_head(
    project: Project,
    freshness: Freshness,
    view: View,
    *,
    scope: Scope,
    title: str,
    definitions: Iterable[tuple[str, str]],
    huella: str = "",
) -> list[tuple[str, str]]:
    """Names and values of the block, in order. Agents stand here by their code.

    `huella` is the code that brings these figures again, for a file of figures.
    """
    return [
        (product_name(project), title),
        ("Organización", project.name),
        ("Periodo", _days(view)),
        ("Entidades", _listed(view.entities or scope.entities or (), "Todas")),
        ("Canales", _listed(CHANNELS.get(channel, channel) for channel in view.channels)),
        ("Agentes (código)", _listed(view.agents)),
        ("Intenciones", _listed(view.intents, "Todas")),
        ("Direcciones", _listed((DIRECTIONS[d] for d in view.directions), "Todas")),
        *_rarer(view),
        *((f"Definición: {name}", text) for name, text in definitions),
        ("Datos hasta", instant(freshness.data_until, project.timezone)),
        ("Fecha de carga", instant(freshness.loaded_until, project.timezone)),
        ("Versión de los datos", integer(freshness.data_version)),
        ("Zona horaria", project.timezone),
        *([("Huella", huella)] if huella else []),
    ]


def _rarer(view: View) -> list[tuple[str, str]]:
    """Filters that most files do without: named only where they are set."""
    named = [
        (label, _listed(value_label(dimension, value or None) for value in values))
        for label, dimension, values in (
            ("Tipos de conversación", "conversation_type", view.conversation_types),
            ("Tiempos de espera", "wait_bucket", view.wait_buckets),
            ("Motivos de cierre", "close_reason", view.close_reasons),
            ("Días de la semana", "weekday", view.weekdays),
        )
        if values
    ]
    if view.hours:
        named.append(("Horas", _listed(value_label("hour", hour) for hour in view.hours)))
    return named


def _days(view: View) -> str:
    """Both days with a plain hyphen, which every spreadsheet shows."""
    first, last = day(view.start), day(view.end)
    return first if first == last else f"{first} - {last}"


def _listed(values: Iterable[str], everything: str = "Todos") -> str:
    return ", ".join(values) or everything
