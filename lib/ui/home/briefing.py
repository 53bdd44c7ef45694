"""The first page: yesterday and today so far beside the same weekday, and what needs a look."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from lib.metrics.manifest import current_catalog
from lib.metrics.results import MetricResult, as_number
from lib.metrics.scope import Scope
from lib.tenants.freshness import Freshness
from lib.ui.cards.board import Board, detail_links
from lib.ui.cards.cached_metrics import Asked, Scene, cached_answers, scene_key
from lib.ui.cards.questions import KPIS
from lib.ui.filters.address import View, preset_view, write_view
from lib.ui.frame.errors import show_trouble
from lib.ui.frame.navigation import CONVERSACIONES
from lib.ui.frame.page import empty_page
from lib.ui.home.attention import Item, attention_items
from lib.ui.home.summary import DayFigures, Line, summary_lines
from lib.ui.kpis.kpi import kpi_grid
from lib.ui.kpis.kpi_row import kpis_of
from lib.ui.kpis.sparkline import sparkline
from lib.ui.words.formats import day_long

YESTERDAY, TODAY, ENTITIES, TREND = "ayer", "hoy", "entidades", "tendencia"
INTENTS, HOURS = "motivos", "horas"
SUMMARY_NEEDS = (YESTERDAY, ENTITIES, INTENTS, HOURS)
LEVEL_CLASSES = {"critical": "critico", "warning": "atento", "calm": "tranquilo"}
SHORTCUTS = (
    ("Conversaciones de ayer", "ayer"),
    ("Semana pasada", "semana-pasada"),
    ("Este mes", "este-mes"),
)


def greeting(now: datetime, timezone: str) -> str:
    """Good morning, afternoon or evening by the project's clock."""
    hour = now.astimezone(ZoneInfo(timezone)).hour
    if hour < 12:
        return "Buenos días"
    return "Buenas tardes" if hour < 19 else "Buenas noches"


def whole_hours_today(freshness: Freshness, now: datetime, today: date, timezone: str) -> int:
    """How many hours of today are complete in the published data; 0 when it has none of today."""
    if freshness.data_until is None:
        return 0
    until = min(freshness.data_until, now).astimezone(ZoneInfo(timezone))
    return until.hour if until.date() == today else 0


def briefing_questions(today: date, hours_today: int) -> list[Asked]:
    """What the first page asks. The running day is compared hour by hour, in whole hours."""
    yesterday = preset_view("ayer", today)
    asked = [
        Asked(YESTERDAY, "day_kpis", yesterday),
        Asked(ENTITIES, "day_entities", yesterday),
        Asked(TREND, "day_trend", yesterday),
        Asked(INTENTS, "day_intents", yesterday),
        Asked(HOURS, "day_hours", yesterday),
    ]
    if hours_today:
        asked.append(Asked(TODAY, "day_kpis", preset_view("hoy", today), hours_today))
    return asked


def day_cards(board: Board, asked_id: str) -> None:
    """The KPI cards of one day, with the thirty days before as a small line."""
    if asked_id in board.failed:
        show_trouble(board.failed[asked_id], card=asked_id)
    elif board.answered:
        st.html(_cards_html(board.answered, board.scene, asked_id, board.session.tenant))
    else:
        tenant = board.session.tenant
        st.html(cached_day_cards(*board.key, board.scene, asked_id, tenant=tenant))


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_day_cards(
    project_id: int,
    scope: Scope,
    data_version: int,
    scene: Scene,
    asked_id: str,
    *,
    tenant: str | None,
) -> str:
    """The HTML of one day's cards; links carry the tenant of dev mode."""
    answers = cached_answers(project_id, scope, data_version, scene)
    return _cards_html(answers, scene, asked_id, tenant)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_attention(project_id: int, scope: Scope, data_version: int, scene: Scene) -> list[Item]:
    """What needs a look, from yesterday's figures."""
    return _attention(cached_answers(project_id, scope, data_version, scene), scene)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_summary(project_id: int, scope: Scope, data_version: int, scene: Scene) -> list[Line]:
    """The sentences about yesterday."""
    return _summary(cached_answers(project_id, scope, data_version, scene), scene)


def summary_list(board: Board) -> None:
    """The briefing, each sentence with a link that opens Conversaciones with its filters."""
    for failed in SUMMARY_NEEDS:
        if failed in board.failed:
            show_trouble(board.failed[failed], card="resumen")
            return
    if board.answered:
        lines = _summary(board.answered, board.scene)
    else:
        lines = cached_summary(*board.key, board.scene)
    if not lines:
        empty_page("Sin resumen", "La carga todavía no llega hasta ayer.", "franja")
    for position, line in enumerate(lines):
        with st.container(key=f"resumen-{position}", horizontal=True, vertical_alignment="center"):
            st.html(f'<p class="atencion">{escape(line.text)}</p>', width="stretch")
            view_link("Ver", line.view, board.session.tenant)


def attention_list(board: Board) -> None:
    """The list, each line with a link that opens Conversaciones with its filters."""
    for failed in (YESTERDAY, ENTITIES):
        if failed in board.failed:
            show_trouble(board.failed[failed], card="atencion")
            return
    if board.answered:
        items = _attention(board.answered, board.scene)
    else:
        items = cached_attention(*board.key, board.scene)
    for position, item in enumerate(items):
        level = LEVEL_CLASSES[item.level]
        with st.container(
            key=f"atencion-{level}-{position}", horizontal=True, vertical_alignment="center"
        ):
            st.html(
                f'<p class="atencion">{escape(item.text)}<small>{escape(item.reason)}</small></p>',
                width="stretch",
            )
            view_link("Ver conversaciones", item.view, board.session.tenant)


def view_link(label: str, view: View, tenant: str | None) -> None:
    """A link to Conversaciones that carries a view."""
    params = [
        (name, value) for name, values in write_view(view, tenant).items() for value in values
    ]
    st.page_link(
        CONVERSACIONES.file,
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params=params,
    )


def shortcuts(board: Board) -> None:
    """Links to the periods people open most."""
    with st.container(horizontal=True):
        for label, preset in SHORTCUTS:
            view_link(label, preset_view(preset, board.scene.today), board.session.tenant)


def _attention(answers: Mapping[str, MetricResult], scene: Scene) -> list[Item]:
    view = replace(scene.view_of(YESTERDAY))
    return attention_items("ayer", answers[YESTERDAY], answers[ENTITIES], current_catalog(), view)


def _summary(answers: Mapping[str, MetricResult], scene: Scene) -> list[Line]:
    figures = DayFigures(*(answers[name] for name in SUMMARY_NEEDS))
    return summary_lines(figures, scene.view_of(YESTERDAY))


def _cards_html(
    answers: Mapping[str, MetricResult], scene: Scene, asked_id: str, tenant: str | None
) -> str:
    asked = next(asked for asked in scene.asked if asked.id == asked_id)
    hours = tuple(range(asked.hour_to)) if asked.hour_to < 24 else ()
    links = detail_links(replace(asked.view, hours=hours), KPIS, tenant)
    trend = answers.get(TREND)
    extras = {name: _spark(trend, name) for name in KPIS} if trend and asked_id == YESTERDAY else {}
    cards = kpis_of(
        answers[asked_id], current_catalog(), KPIS, group=asked_id, extras=extras, details=links
    )
    return kpi_grid(cards)


def _spark(trend: MetricResult, metric: str) -> str:
    values = [as_number(value) for value in trend.column(metric)]
    label = current_catalog().metric(metric).label_es
    return sparkline(values, f"{label}, últimos {len(values)} días")


def yesterday_title(today: date) -> str:
    """lunes 16 de febrero de 2026"""
    return day_long(today - timedelta(days=1))
