"""«Descargar PDF»: the executive page as a report to send, made of the same answers and tables."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from lib.auth.permissions import Permission
from lib.charts.paper import BESIDE, WIDE, svg
from lib.metrics.catalog import Catalog
from lib.metrics.huella import make_huella
from lib.metrics.manifest import current_catalog
from lib.metrics.results import MetricResult
from lib.reports.document import Block, Figure, Report, Section
from lib.reports.pdf import pdf_bytes
from lib.ui.cards.asking import as_value
from lib.ui.cards.board import Board
from lib.ui.cards.body import is_empty, note_texts
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.cards.questions import EXECUTIVE_KPIS
from lib.ui.cards.registry import CARDS
from lib.ui.executive.executive_view import MONTH, QUARTER
from lib.ui.executive.story import ENTITIES, story_lines
from lib.ui.files.exports import MadeFile, exported
from lib.ui.frame.brand import accent_of, product_name
from lib.ui.frame.errors import CARD_FAULTS, log_incident, trouble_of
from lib.ui.frame.state_keys import file_key
from lib.ui.kpis.kpi import Kpi
from lib.ui.kpis.kpi_row import kpis_of
from lib.ui.words.formats import date_range, instant

TITLE = "Resumen ejecutivo"
REPORT = "ejecutivo"
BLUE_DEEP = "#0052A3"
# A table of so many columns stands beside its chart.
NARROW = 3
# The sections after the first, each with its cards.
PAGES = (
    ("Doce meses", ("tendencia", "contencion")),
    ("Entidades", ("comparacion",)),
    ("Atención y campañas del mes", ("tiempos", "canales")),
)


def report_button(board: Board) -> None:
    """The button, for who may take figures away; the file is made when it is clicked."""
    if not board.session.may(Permission.EXPORT_TABLES):
        return
    view = board.scene.view_of(MONTH)
    st.download_button(
        "Descargar PDF",
        data=partial(
            exported, board.session, REPORT, view, partial(report_file, board), kind="pdf"
        ),
        file_name=f"resumen-ejecutivo_{board.scene.today.isoformat()}.pdf",
        mime="application/pdf",
        key=file_key("pdf", REPORT),
        on_click="ignore",
    )


def report_file(board: Board) -> MadeFile:
    """The report as PDF; what could not be answered says so in its place."""
    report = report_of(board)
    rows = sum(len(block.rows) for section in report.sections for block in section.blocks)
    return MadeFile(pdf_bytes(report), rows)


def report_of(board: Board) -> Report:
    """The report as data: a summary, the cards of the page, and what each figure means."""
    project, freshness = board.session.project, board.freshness
    month = board.scene.view_of(MONTH)
    return Report(
        product=product_name(project),
        color=accent_of(project, BLUE_DEEP),
        title=TITLE,
        organisation=project.name,
        period=date_range(month.start, month.end),
        freshness=f"Datos hasta {instant(freshness.data_until, project.timezone)}",
        sections=(
            Section("Qué cambió", tuple(_summary(board))),
            *(
                Section(title, tuple(_card(board, name) for name in names))
                for title, names in PAGES
            ),
            Section("Qué significa cada cifra", (_definitions(current_catalog()),)),
        ),
    )


def _summary(board: Board) -> Iterator[Block]:
    catalog = current_catalog()
    try:
        texts = story_lines(board.answer(MONTH), board.answer(ENTITIES), catalog)
        yield Block("En palabras", "Frente a los mismos días del mes pasado", tuple(texts))
    except CARD_FAULTS as error:
        yield _untold("En palabras", error)
    for title, asked in (("Este mes", MONTH), ("Este trimestre", QUARTER)):
        view = board.scene.view_of(asked)
        try:
            cards = kpis_of(board.answer(asked), catalog, EXECUTIVE_KPIS, group=asked)
            figures = tuple(map(_figure, cards))
            yield Block(
                title,
                date_range(view.start, view.end),
                figures=figures,
                huella=_huella(board, asked),
            )
        except CARD_FAULTS as error:
            yield _untold(title, error)


def _figure(kpi: Kpi) -> Figure:
    moved = f"{kpi.change.arrow} {kpi.change.text} {kpi.change.against}" if kpi.change else ""
    return Figure(kpi.label, kpi.value, kpi.unit, tuple(filter(None, (moved, kpi.note))))


def _card(board: Board, name: str) -> Block:
    card = CARDS[name]
    try:
        result = board.answer(card.question)
        return _card_block(board, name, result)
    except CARD_FAULTS as error:
        return _untold(card.title, error)


def _card_block(board: Board, name: str, result: MetricResult) -> Block:
    card = CARDS[name]
    if is_empty(result):
        return Block(card.title, card.subtitle, (card.empty, *note_texts(result)))
    table = card.table(result)
    drawing = None
    if not card.opens_as_table:
        drawing = card.draw(result, board.scene.view_of(card.question))
    return Block(
        card.title,
        card.subtitle,
        note_texts(result),
        svg=svg(drawing.figure, BESIDE if len(table.columns) <= NARROW else WIDE)
        if drawing
        else "",
        columns=table.columns,
        rows=table.rows,
        numeric=table.numeric,
        huella=_huella(board, card.question),
    )


def _definitions(catalog: Catalog) -> Block:
    metrics = [catalog.metric(name) for name in EXECUTIVE_KPIS]
    return Block(
        "Definiciones",
        "Con la huella de una tabla se vuelven a pedir sus cifras",
        columns=("Cifra", "Definición"),
        rows=tuple((metric.label_es, metric.definition_es) for metric in metrics),
        numeric=(False, False),
    )


def _huella(board: Board, asked: str) -> str:
    question = as_value(
        asked, board.scene.view_of(asked), today=board.scene.today, scope=board.session.scope
    )
    return make_huella(tenant_pools(), board.session.project_id, question).code


def _untold(title: str, error: Exception) -> Block:
    """Where a part failed: what the page says in its place, with the number of the incident."""
    trouble = trouble_of(error)
    incident = log_incident(error, card=title)
    return Block(title, sentences=(f"{trouble.heading}. {trouble.advice} Incidente {incident}.",))
