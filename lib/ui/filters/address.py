"""The address is the state of a page: filters are read from it, checked, and written back.

Nothing personal and no tenant is in it, but for the `tenant` of dev mode, which is only carried on.
A value that makes no sense is dropped with a Spanish notice; the page opens all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from lib.metrics.filters import CONVERSATION_TYPES, WAIT_BUCKETS, WITHOUT_VALUE
from lib.metrics.options import Options
from lib.ui.filters.periods import (
    CUSTOM,
    DEFAULT,
    FIRST_DAY,
    LONGEST_DAYS,
    PRESETS,
    days_of,
    natural_grain,
)
from lib.ui.words.formats import day
from lib.ui.words.labels import CLOSE_REASONS

TENANT = "tenant"
METRIC, TECHNICAL = "medida", "tecnicas"
CONTACT, DAY = "contacto", "dia"
Params = Mapping[str, Sequence[str]]
DIRECTION_SLUGS = {"entrante": "inbound", "bot": "bot", "agente": "agent"}
TYPE_SLUGS = dict(zip(("solo-bot", "mixta", "solo-agente"), CONVERSATION_TYPES, strict=True))
HOUR_SLUGS = {str(hour): hour for hour in range(24)}
WEEKDAY_NAMES = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
WEEKDAY_SLUGS = {name: number for number, name in enumerate(WEEKDAY_NAMES, start=1)}
MISSING_SLUGS = {"sin-dato": WITHOUT_VALUE}
# what an address says for the values of the filters that are the same in every project
SLUGS: Mapping[str, Mapping[str, str] | Mapping[str, int]] = {
    "direccion": DIRECTION_SLUGS,
    "tipo": TYPE_SLUGS,
    "hora": HOUR_SLUGS,
    "dia-semana": WEEKDAY_SLUGS,
    "cierre": {code.lower().replace("_", "-"): code for code in CLOSE_REASONS} | MISSING_SLUGS,
    "espera": {bucket: bucket for bucket in WAIT_BUCKETS} | MISSING_SLUGS,
}
GRAIN_SLUGS = {
    "hora": "hour",
    "dia": "day",
    "semana": "week",
    "mes": "month",
    "dia-semana": "weekday",
}
YES, NO = frozenset({"si", "sí", "1"}), frozenset({"no", "0"})
MULTIPLE = {
    "entidad": "entities",
    "canal": "channels",
    "agente": "agents",
    "intencion": "intents",
    "direccion": "directions",
    "tipo": "conversation_types",
    "hora": "hours",
    "dia-semana": "weekdays",
    "cierre": "close_reasons",
    "espera": "wait_buckets",
}
NOUNS = {
    "entidad": "La entidad",
    "canal": "El canal",
    "agente": "El agente",
    "intencion": "La intención",
    "direccion": "La dirección",
    "tipo": "El tipo de conversación",
    "hora": "La hora",
    "dia-semana": "El día de la semana",
    "cierre": "El motivo de cierre",
    "espera": "El tiempo de espera",
}


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: days (both included), what narrows them, and how they are laid out.

    `hours` are local hours (0 to 23), `weekdays` 1 (Monday) to 7.
    """

    preset: str
    start: date
    end: date
    entities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    conversation_types: tuple[str, ...] = ()
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    close_reasons: tuple[str, ...] = ()
    wait_buckets: tuple[str, ...] = ()
    is_compared: bool = False
    grain: str = "day"

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter besides the period is set."""
        return any(getattr(self, field) for field in MULTIPLE.values())


def default_view(today: date) -> View:
    """The page as it opens without any filter."""
    return preset_view(DEFAULT, today)


def preset_view(preset: str, today: date) -> View:
    """A whole preset period and nothing else."""
    start, end = days_of(preset, today)
    return View(preset=preset, start=start, end=end, grain=natural_grain(start, end))


def read_view(params: Params, options: Options, today: date) -> tuple[View, tuple[str, ...]]:
    """The view an address asks for, and a Spanish notice for each value that was dropped."""
    notices: list[str] = []
    preset, start, end = _period(params, today, notices)
    chosen: dict[str, Any] = {
        field: _known(params.get(name, ()), _choices(name, options), NOUNS[name], notices)
        for name, field in MULTIPLE.items()
    }
    view = View(
        preset=preset,
        start=start,
        end=end,
        is_compared=_flag(params, "comparar", notices),
        grain=_grain(params, start, end, notices),
        **chosen,
    )
    return view, tuple(notices)


def write_view(view: View, tenant: str | None = None) -> dict[str, list[str]]:
    """The shortest address that means this view; what equals the defaults is left out."""
    params: dict[str, list[str]] = {TENANT: [tenant]} if tenant else {}
    if view.preset == CUSTOM:
        params |= {"desde": [view.start.isoformat()], "hasta": [view.end.isoformat()]}
    elif view.preset != DEFAULT:
        params["periodo"] = [view.preset]
    for name, field in MULTIPLE.items():
        values: tuple[str, ...] = getattr(view, field)
        if values:
            slugs = {code: slug for slug, code in SLUGS.get(name, {}).items()}
            params[name] = [slugs[value] if slugs else value for value in values]
    if view.is_compared:
        params["comparar"] = ["si"]
    if view.grain != natural_grain(view.start, view.end):
        params["grano"] = [slug for slug, code in GRAIN_SLUGS.items() if code == view.grain]
    return params


def link(path: str, view: View, tenant: str | None = None) -> str:
    """A relative address that opens `path` with this view."""
    query = urlencode(write_view(view, tenant), doseq=True)
    return f"{path}?{query}" if query else path


def detail_link(
    metric: str, view: View, tenant: str | None = None, *, technical: bool | None = None
) -> str:
    """A relative address of the conversations behind a metric of this view.

    `technical`: of technical intents alone, or of the others alone.
    """
    params = {METRIC: [metric], **write_view(replace(view, is_compared=False), tenant)}
    if technical is not None:
        params[TECHNICAL] = ["si" if technical else "no"]
    return f"detalle?{urlencode(params, doseq=True)}"


def conversation_link(contact_key: str, when: date, tenant: str | None = None) -> str:
    """A relative address of one conversation; the key says nothing of who the contact is."""
    params = {CONTACT: contact_key, DAY: when.isoformat()} | ({TENANT: tenant} if tenant else {})
    return f"conversacion?{urlencode(params)}"


def filter_names(view: View) -> tuple[str, ...]:
    """The fields of the view that narrow it, in the order of the filter bar."""
    return tuple(f.name for f in fields(view) if f.name in MULTIPLE.values())


def _period(params: Params, today: date, notices: list[str]) -> tuple[str, date, date]:
    default = (DEFAULT, *days_of(DEFAULT, today))
    if "desde" in params or "hasta" in params:
        return _custom_period(params, today, notices) or default
    asked = _single(params, "periodo")
    if asked is None:
        return default
    if asked not in PRESETS:
        notices.append(f"El periodo «{_quoted(asked)}» no existe: se muestran los últimos 30 días.")
        return default
    return asked, *days_of(asked, today)


def _custom_period(
    params: Params, today: date, notices: list[str]
) -> tuple[str, date, date] | None:
    start, end = _day(_single(params, "desde")), _day(_single(params, "hasta"))
    if end is None and _single(params, "hasta") is None:
        end = today
    fault = None
    if start is None or end is None:
        fault = "Las fechas de la dirección no son válidas"
    elif start < FIRST_DAY:
        fault = f"No hay datos anteriores al {day(FIRST_DAY)}"
    elif start > end:
        fault = f"La fecha inicial ({day(start)}) es posterior a la final ({day(end)})"
    elif start > today:
        fault = f"El periodo empieza en el futuro ({day(start)})"
    elif (end - start).days >= LONGEST_DAYS:
        fault = "El periodo supera dos años"
    if fault or start is None or end is None:
        notices.append(f"{fault}: se muestran los últimos 30 días.")
        return None
    return CUSTOM, start, min(end, today)


def _known(
    asked: Iterable[str],
    choices: Mapping[str, str] | Mapping[str, int],
    noun: str,
    notices: list[str],
) -> tuple[str | int, ...]:
    """The values that exist, once each, in a fixed order: one filter is one key of the cache."""
    found: set[Any] = set()
    for value in dict.fromkeys(asked):
        if value in choices:
            found.add(choices[value])
        else:
            notices.append(f"{noun} «{_quoted(value)}» no existe: se quitó del filtro.")
    return tuple(sorted(found))


def _choices(name: str, options: Options) -> Mapping[str, str] | Mapping[str, int]:
    """What an address may say for one filter, and the value it means."""
    if name in SLUGS:
        return SLUGS[name]
    if name == "agente":
        return {agent_id: agent_id for agent_id, _name in options.agents}
    return {value: value for value in getattr(options, MULTIPLE[name])}


def _flag(params: Params, name: str, notices: list[str]) -> bool:
    asked = (_single(params, name) or "no").lower()
    if asked not in YES | NO:
        notices.append("El valor de «comparar» no es válido: se esperaba «si» o «no».")
    return asked in YES


def _grain(params: Params, start: date, end: date, notices: list[str]) -> str:
    asked = _single(params, "grano")
    if asked is not None and asked not in GRAIN_SLUGS:
        known = ", ".join(f"«{slug}»" for slug in GRAIN_SLUGS)
        notices.append(f"El valor de «grano» no es válido: se esperaba uno de {known}.")
        asked = None
    return GRAIN_SLUGS[asked] if asked else natural_grain(start, end)


def _single(params: Params, name: str) -> str | None:
    values = params.get(name, ())
    return values[-1] if values else None


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _quoted(value: str) -> str:
    clean = "".join(character for character in value if character.isprintable())
    return clean if len(clean) <= 40 else f"{clean[:39]}…"


__all__ = [
    "CONTACT",
    "DAY",
    "METRIC",
    "TECHNICAL",
    "TENANT",
    "View",
    "conversation_link",
    "default_view",
    "detail_link",
    "filter_names",
    "link",
    "preset_view",
    "read_view",
    "write_view",
]
