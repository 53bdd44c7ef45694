"""Resumen ejecutivo: how the month and the quarter go, entity by entity, on one page."""

import streamlit as st

from lib import clock
from lib.ui.cards.board import card_rows, kpi_row, open_board
from lib.ui.cards.questions import EXECUTIVE_KPIS
from lib.ui.executive.executive_view import MONTH, QUARTER, executive_questions
from lib.ui.executive.report_file import PAGES, report_button
from lib.ui.executive.story import story
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import page_head, page_trouble, section
from lib.ui.visit.session import require_session
from lib.ui.words.formats import date_range

session = require_session()

freshness = page_head("Resumen ejecutivo", session)
try:
    asked = executive_questions(clock.today(session.project.timezone))
    board = open_board(session, freshness, asked, has_filters=False)
    report_button(board)
    section("Qué cambió", "frente a los mismos días del mes pasado")
    story(board)
except EXPECTED as error:
    page_trouble(error)
    st.stop()
month, quarter = (board.scene.view_of(name) for name in (MONTH, QUARTER))
section("Este mes", date_range(month.start, month.end))
kpi_row(board, MONTH, EXECUTIVE_KPIS)
section("Este trimestre", date_range(quarter.start, quarter.end))
kpi_row(board, QUARTER, EXECUTIVE_KPIS)
card_rows(board, PAGES)
