"""A page's questions asked once, and its cards drawn from the answers, each standing for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape

import streamlit as st

from lib import clock
from lib.auth.permissions import Permission
from lib.metrics.details import has_details
from lib.metrics.manifest import current_catalog
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope
from lib.tenants.freshness import Freshness
from lib.ui.cards.body import (
    CHART,
    SQL,
    TABLE,
    Chart,
    ShownTable,
    chart_of,
    show_chart,
    show_sql,
    show_table,
    shown_table,
)
from lib.ui.cards.cached_metrics import (
    Asked,
    PartialAnswersError,
    Scene,
    cached_answers,
    cached_check,
    scene_key,
)
from lib.ui.cards.card_files import file_buttons
from lib.ui.cards.questions import QUESTIONS
from lib.ui.cards.registry import CARDS, Card
from lib.ui.filters.address import View, detail_link
from lib.ui.frame.errors import CARD_FAULTS, show_trouble
from lib.ui.frame.page import section
from lib.ui.frame.state_keys import MARK_CLICKED, switch_key
from lib.ui.kpis.kpi import kpi_grid
from lib.ui.kpis.kpi_row import kpis_of
from lib.ui.visit.page_log import note_query
from lib.ui.visit.session import Session

HINT = "haz clic en una barra, un punto o una hora para filtrar la página"


@dataclass(frozen=True, slots=True)
class Board:
    """One page load: who asks, which data version answers, and what could not be answered.

    `has_filters`: a click on a mark narrows the page, which has a bar of filters.
    """

    session: Session
    freshness: Freshness
    scene: Scene
    answered: Mapping[str, MetricResult] = field(default_factory=dict)
    failed: Mapping[str, Exception] = field(default_factory=dict)
    has_filters: bool = True

    def answer(self, asked_id: str) -> MetricResult:
        """The answer to one question, from the cache or this load. Raises why there is none."""
        if asked_id in self.failed:
            raise self.failed[asked_id]
        if self.answered:
            return self.answered[asked_id]
        return cached_answers(*self.key, self.scene)[asked_id]

    @property
    def key(self) -> tuple[int, Scope, int]:
        """Project, the reader's scope, data version: how every cached function is keyed."""
        return self.session.project_id, self.session.scope, self.freshness.data_version


def open_board(
    session: Session, freshness: Freshness, asked: Sequence[Asked], *, has_filters: bool = True
) -> Board:
    """Ask all questions of a page in one snapshot. Raises when the database is out of reach."""
    scene = Scene(clock.today(session.project.timezone), tuple(asked))
    board = Board(session, freshness, scene, has_filters=has_filters)
    note_query(session.identity, [one.question for one in asked], [one.view for one in scene.asked])
    try:
        cached_check(*board.key, scene)
    except PartialAnswersError as partial:
        return replace(board, answered=partial.answers, failed=partial.errors)
    return board


def kpi_row(board: Board, asked_id: str, metrics: tuple[str, ...]) -> None:
    """The row of KPI cards of one question."""
    if asked_id in board.failed:
        show_trouble(board.failed[asked_id], card=asked_id)
    elif board.answered:
        links = detail_links(board.scene.view_of(asked_id), metrics, board.session.tenant)
        st.html(_kpi_html(board.answered[asked_id], asked_id, metrics, links))
    else:
        tenant = board.session.tenant
        st.html(cached_kpis(*board.key, board.scene, asked_id, metrics=metrics, tenant=tenant))


def card_rows(board: Board, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """The charts in rows of one or two, under headings where a row has one."""
    for at, (title, cards) in enumerate(rows):
        if title:
            section(title, HINT if board.has_filters and not at else "")
        for column, card in zip(st.columns(len(cards)), cards, strict=True):
            with column:
                chart_card(board, card)


@st.fragment
def chart_card(board: Board, card_id: str) -> None:
    """One card: title, chart or table as the reader chooses, and the file of its table.

    A click on a mark of the chart narrows the whole page to it.
    """
    if st.session_state.pop(MARK_CLICKED, False):
        st.rerun()
    card = CARDS[card_id]
    with st.container(key=f"tarjeta-{card.id}"):
        shape = _card_head(board, card)
        try:
            _card_body(board, card, shape)
        except CARD_FAULTS as error:
            show_trouble(error, card=card.id)


@st.cache_data(max_entries=2_000, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_kpis(
    project_id: int,
    scope: Scope,
    data_version: int,
    scene: Scene,
    asked_id: str,
    *,
    metrics: tuple[str, ...],
    tenant: str | None,
) -> str:
    """The HTML of a row of KPI cards; links carry the tenant of dev mode."""
    result = cached_answers(project_id, scope, data_version, scene)[asked_id]
    return _kpi_html(
        result, asked_id, metrics, detail_links(scene.view_of(asked_id), metrics, tenant)
    )


@st.cache_data(max_entries=2_000, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_table(
    project_id: int,
    scope: Scope,
    data_version: int,
    scene: Scene,
    card_id: str,
    *,
    order: str,
    search: str,
) -> ShownTable:
    """A card's table, arranged as asked."""
    card = CARDS[card_id]
    answers = cached_answers(project_id, scope, data_version, scene)
    return shown_table(card, answers[card.question], order, search)


# a resource and not data: the figure is read by every visitor and changed by none
@st.cache_resource(max_entries=2_000, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_chart(
    project_id: int, scope: Scope, data_version: int, scene: Scene, card_id: str
) -> Chart:
    """A card's figure with what its marks mean, and what is said below it."""
    card = CARDS[card_id]
    return chart_of(
        card, scene, cached_answers(project_id, scope, data_version, scene)[card.question]
    )


def detail_links(view: View, metrics: Sequence[str], tenant: str | None) -> dict[str, str]:
    """Where the conversations behind each metric are, for those that count any."""
    catalog = current_catalog()
    return {name: detail_link(name, view, tenant) for name in metrics if has_details(catalog, name)}


def _card_head(board: Board, card: Card) -> str:
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.html(
            f'<div class="titulo-tarjeta"><h3>{escape(card.title)}</h3>'
            f"<p>{escape(card.subtitle)}</p></div>",
            width="stretch",
        )
        shape = st.segmented_control(
            f"Ver {card.title} como",
            (CHART, TABLE, SQL) if board.session.may(Permission.RUN_SQL) else (CHART, TABLE),
            default=TABLE if card.opens_as_table else CHART,
            required=True,
            key=switch_key(card.id),
            label_visibility="collapsed",
        )
        question = QUESTIONS[card.question]
        if has_details(current_catalog(), question.metrics[0]):
            view = board.scene.view_of(card.question)
            address = detail_link(
                question.metrics[0], view, board.session.tenant, technical=question.technical
            )
            st.html(
                f'<a class="ver-detalle" href="{escape(address, quote=True)}" target="_self" '
                f'aria-label="Ver detalle de {escape(card.title, quote=True)}">Ver detalle</a>',
                width="content",
            )
        answer = partial(board.answer, card.question)
        file_buttons(board.session, board.freshness, board.scene, card, answer)
    return shape or CHART


def _card_body(board: Board, card: Card, shape: str) -> None:
    if card.question in board.failed:
        show_trouble(board.failed[card.question], card=card.id)
    elif shape == SQL:
        show_sql(board.answer(card.question))
    elif shape == TABLE:
        show_table(card, partial(_table, board, card))
    elif board.answered:
        _show(board, card, chart_of(card, board.scene, board.answered[card.question]))
    else:
        _show(board, card, cached_chart(*board.key, board.scene, card.id))


def _table(board: Board, card: Card, order: str, search: str) -> ShownTable:
    if board.answered:
        return shown_table(card, board.answered[card.question], order, search)
    return cached_table(*board.key, board.scene, card.id, order=order, search=search)


def _show(board: Board, card: Card, chart: Chart) -> None:
    show_chart(card, chart, board.scene, board.session.tenant, narrows=board.has_filters)


def _kpi_html(
    result: MetricResult, asked_id: str, metrics: tuple[str, ...], links: Mapping[str, str]
) -> str:
    return kpi_grid(kpis_of(result, current_catalog(), metrics, group=asked_id, details=links))
