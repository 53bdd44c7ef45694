"""The probe as a page in Markdown that can be sent to Indigitall: names of fields and no values."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from lib.clock import now
from lib.indigitall.probe import EndpointProbe

__all__ = ["report"]

STATUS_ES = {
    "ok": "responde",
    "empty": "responde sin registros",
    "not_offered": "no ofrecido a esta credencial",
    "refused": "rechazado",
    "failed": "falló",
}
HEAD = (
    "| Endpoint | Estado | Campos presentes | Faltan | Opcionales ausentes | Otros que no leemos |",
    "| --- | --- | --- | --- | --- | --- |",
)


class Probed(Protocol):
    """A project's probe."""

    @property
    def project_id(self) -> int: ...
    @property
    def endpoints(self) -> Sequence[EndpointProbe]: ...
    @property
    def error(self) -> str: ...


def report(probes: Iterable[Probed], api_url: str | None) -> str:
    """The page. It names endpoints, projects' numbers and fields, and nothing a field holds."""
    host = urlsplit(api_url or "").hostname or "sin dirección configurada"
    lines = [
        "# Revisión de la API de Indigitall",
        "",
        f"Servidor consultado: `{host}`. Momento: {now():%Y-%m-%d %H:%M} UTC.",
        "",
        "Cada endpoint se consultó una vez, con la ventana más pequeña y un registro. Esta página",
        "contiene nombres de campos; no contiene valores, credenciales ni datos de personas.",
    ]
    for found in probes:
        lines += ["", f"## Aplicación {found.project_id}", ""]
        if found.error:
            lines.append("No se pudo consultar: falta configuración de nuestro lado.")
            continue
        lines += [*HEAD, *map(_row, found.endpoints), "", *_questions(found.endpoints)]
    return "\n".join(lines).rstrip() + "\n"


def _row(found: EndpointProbe) -> str:
    status = STATUS_ES[found.status] + (f" ({found.reason})" if found.reason else "")
    answered = found.status == "ok"
    return (
        f"| `{found.method} {found.path}` | {status} | {len(found.present) if answered else '—'} |"
        f" {_names(found.missing)} | {_names(found.lacking)} | {_names(found.new)} |"
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "—"


def _questions(endpoints: Sequence[EndpointProbe]) -> list[str]:
    """What we would like to be told, one line per endpoint that is not as expected."""
    asked = []
    for found in endpoints:
        place = f"`{found.method} {found.path}`"
        if found.missing:
            asked.append(f"- {place}: ¿cómo se llaman hoy {_names(found.missing)}?")
        elif found.status == "not_offered":
            asked.append(f"- {place}: ¿con qué ruta y credencial se ofrece?")
        elif found.status in {"refused", "failed"}:
            asked.append(f"- {place}: ¿por qué responde {found.reason}?")
    return ["### Preguntas", "", *asked] if asked else []
