"""The filter bar: widgets that show what the address says, and write to it what the reader chooses.

The address is the only state. Every run reads it, checks it against what the project has, and sets
the widgets accordingly, so links, reloads and the browser's back button all work.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from lib.metrics.filters import CONVERSATION_TYPES, DIRECTIONS, WAIT_BUCKETS, WITHOUT_VALUE
from lib.metrics.options import Options
from lib.ui.filters.address import METRIC, TECHNICAL, View, default_view, read_view, write_view
from lib.ui.filters.periods import CUSTOM, FIRST_DAY, PRESETS, days_of, natural_grain, period_label
from lib.ui.frame.state_keys import chip_key, filter_key
from lib.ui.visit.session import Session
from lib.ui.words.formats import date_range
from lib.ui.words.labels import CLOSE_REASONS, GRAINS, WEEKDAYS, value_label

MULTIPLE: Mapping[str, tuple[str, str]] = {
    "entities": ("Entidad", "Todas"),
    "channels": ("Canal", "Todos"),
    "agents": ("Agente", "Todos"),
    "intents": ("Intención", "Todas"),
    "directions": ("Dirección", "Todas"),
}
# filters that fewer readers set by hand than by a click on a mark
RARER: Mapping[str, tuple[str, str]] = {
    "conversation_types": ("Tipo de conversación", "Todos"),
    "weekdays": ("Día de la semana", "Todos"),
    "hours": ("Hora", "Todas"),
    "wait_buckets": ("Tiempo de espera", "Todos"),
    "close_reasons": ("Motivo de cierre", "Todos"),
}
EVERY = {**MULTIPLE, **RARER}
# the dimension whose words name the values of a filter; others are named as they are
WORDS: Mapping[str, str] = {
    "channels": "channel",
    "directions": "direction",
    "conversation_types": "conversation_type",
    "weekdays": "weekday",
    "hours": "hour",
    "wait_buckets": "wait_bucket",
    "close_reasons": "close_reason",
}
FIXED: Mapping[str, tuple[object, ...]] = {
    "directions": DIRECTIONS,
    "conversation_types": CONVERSATION_TYPES,
    "weekdays": tuple(WEEKDAYS),
    "hours": tuple(range(24)),
    "wait_buckets": (*WAIT_BUCKETS, WITHOUT_VALUE),
    "close_reasons": (*CLOSE_REASONS, WITHOUT_VALUE),
}
COMPARE_HELP = "Muestra también el periodo anterior en los gráficos y las tablas."


def current_view(options: Options, today: date) -> tuple[View, tuple[str, ...]]:
    """What the address of this run asks for, and the notices about what was dropped."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    return read_view(params, options, today)


def filter_bar(
    session: Session,
    view: View,
    options: Options,
    today: date,
    *,
    names: Collection[str] = (*MULTIPLE, *RARER),
    grains: Sequence[str] = tuple(GRAINS),
) -> None:
    """Draw the bar and its chips for a view, with the filters and steps that mean something here.

    A change writes the address; the run that follows reads it.
    """
    shown = [name for name in MULTIPLE if name in names]
    rarer = [name for name in RARER if name in names]
    changed = partial(_write, session.tenant, view, today)
    _show_view(view)
    with st.container(key="filtros"):
        has_days = view.preset == CUSTOM
        columns = iter(
            st.columns(3 + 2 * has_days + len(shown) + bool(rarer), vertical_alignment="bottom")
        )
        with next(columns):
            _choose_one("Periodo", "preset", (*PRESETS, CUSTOM), period_label, changed)
        if has_days:
            for name, label in (("start", "Desde"), ("end", "Hasta")):
                with next(columns):
                    _choose_day(label, name, today, changed)
        for name in shown:
            with next(columns):
                _choose_many(name, options, changed)
        if rarer:
            with next(columns), st.popover("Más filtros", width="stretch"):
                for name in rarer:
                    _choose_many(name, options, changed)
        with next(columns):
            _choose_one("Agrupar por", "grain", grains, GRAINS.__getitem__, changed)
        with next(columns):
            st.toggle(
                "Comparar", key=filter_key("is_compared"), help=COMPARE_HELP, on_change=changed
            )
        _chips(session, view, options, today)


def _choose_one(
    label: str,
    name: str,
    choices: Sequence[str],
    naming: Callable[[str], str],
    changed: Callable[[], None],
) -> None:
    st.selectbox(
        label,
        choices,
        key=filter_key(name),
        format_func=naming,
        filter_mode=None,
        on_change=changed,
    )


def _choose_day(label: str, name: str, today: date, changed: Callable[[], None]) -> None:
    st.date_input(
        label,
        key=filter_key(name),
        format="DD/MM/YYYY",
        min_value=FIRST_DAY,
        max_value=today,
        on_change=changed,
    )


def _choose_many(name: str, options: Options, changed: Callable[[], None]) -> None:
    label, everything = EVERY[name]
    st.multiselect(
        label,
        _choices(name, options),
        key=filter_key(name),
        format_func=_naming(name, options),
        placeholder=everything,
        select_all=False,
        on_change=changed,
    )


def _show_view(view: View) -> None:
    """Make the widgets say what the address says."""
    shown: dict[str, object] = {name: list(getattr(view, name)) for name in EVERY}
    shown |= {"preset": view.preset, "grain": view.grain, "is_compared": view.is_compared}
    if view.preset == CUSTOM:
        shown |= {"start": view.start, "end": view.end}
    for name, value in shown.items():
        if st.session_state.get(filter_key(name)) != value:
            st.session_state[filter_key(name)] = value


def _write(tenant: str | None, before: View, today: date) -> None:
    """A widget changed: the address becomes what the widgets say."""
    chosen: dict[str, Any] = {
        name: tuple(sorted(st.session_state[filter_key(name)])) for name in EVERY
    }
    preset = st.session_state[filter_key("preset")]
    start, end = _chosen_days(preset, before, today)
    grain = st.session_state[filter_key("grain")]
    if (start, end) != (before.start, before.end) and grain == before.grain:
        grain = natural_grain(start, end)
    view = View(
        preset=preset,
        start=start,
        end=end,
        is_compared=st.session_state[filter_key("is_compared")],
        grain=grain,
        **chosen,
    )
    go_to(view, tenant)


def _chosen_days(preset: str, before: View, today: date) -> tuple[date, date]:
    if preset != CUSTOM:
        return days_of(preset, today)
    start = st.session_state.get(filter_key("start")) or before.start
    end = st.session_state.get(filter_key("end")) or before.end
    if start <= end:
        return start, end
    # the day that was moved past the other one takes it along
    return (start, start) if start != before.start else (end, end)


def go_to(view: View, tenant: str | None) -> None:
    """Write a view into the address, keeping of it the tenant of dev mode and what is listed."""
    kept = {
        name: st.query_params.get_all(name)
        for name in (METRIC, TECHNICAL)
        if name in st.query_params
    }
    st.query_params.from_dict(write_view(view, tenant) | kept)


def _chips(session: Session, view: View, options: Options, today: date) -> None:
    """One button per filter in force, which removes it, and one that removes all."""
    default = default_view(today)
    active = [
        (name, position, value)
        for name in EVERY
        for position, value in enumerate(getattr(view, name))
    ]
    if not active and view == default:
        return
    with st.container(horizontal=True, gap="small", key="etiquetas"):
        if view.preset != default.preset:
            label = f"Periodo: {period_label(view.preset)}"
            if view.preset == CUSTOM:
                label = f"Periodo: {date_range(view.start, view.end)}"
            without = replace(
                view, preset=default.preset, start=default.start, end=default.end, grain="day"
            )
            _chip(label, chip_key("periodo", 0), without, session.tenant)
        for name, position, value in active:
            kept = tuple(other for other in getattr(view, name) if other != value)
            text = f"{EVERY[name][0]}: {_naming(name, options)(value)}"
            _chip(text, chip_key(name, position), _with(view, name, kept), session.tenant)
        st.button(
            "Limpiar filtros",
            key=chip_key("todo", 0),
            type="tertiary",
            on_click=go_to,
            args=(default, session.tenant),
        )


def _chip(text: str, key: str, without: View, tenant: str | None) -> None:
    st.button(
        _plain(text),
        key=key,
        icon=":material/close:",
        icon_position="right",
        help="Quitar este filtro",
        on_click=go_to,
        args=(without, tenant),
    )


def _with(view: View, name: str, values: tuple[object, ...]) -> View:
    changed: dict[str, Any] = {name: values}
    return replace(view, **changed)


def _choices(name: str, options: Options) -> tuple[object, ...]:
    if name in FIXED:
        return FIXED[name]
    if name == "agents":
        return tuple(agent_id for agent_id, _name in options.agents)
    names: tuple[str, ...] = getattr(options, name)
    return names


def _naming(name: str, options: Options) -> Callable[[Any], str]:
    if name == "agents":
        return dict(options.agents).__getitem__
    dimension = WORDS.get(name, "")
    return lambda value: value_label(dimension, None if value == WITHOUT_VALUE else value)


def _plain(text: str) -> str:
    """Text of the data as a button's label: its marks are not formatting."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|$:~" else sign for sign in text)
