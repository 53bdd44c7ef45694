"""Control de Conversaciones: what happened in the conversations of a period, and with whom."""

import streamlit as st

from lib import clock
from lib.ui.cards.board import card_rows, kpi_row, open_board
from lib.ui.cards.cached_metrics import Asked, cached_options
from lib.ui.cards.questions import CONVERSATION_QUESTIONS, KPIS
from lib.ui.filters.filter_bar import current_view, filter_bar
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import notices, page_head, page_trouble, section
from lib.ui.visit.session import require_session
from lib.ui.words.formats import date_range

session = require_session()
ROWS = (
    ("Volumen", ("mensajes",)),
    ("", ("direccion", "tipo")),
    ("", ("hora", "semana_hora")),
    ("Motivos", ("intenciones", "intenciones_tecnicas")),
    ("Atención de los agentes", ("agentes",)),
    ("", ("espera", "cierre")),
    ("Contactos", ("contactos",)),
)
freshness = page_head("Control de Conversaciones", session)
today = clock.today(session.project.timezone)
try:
    options = cached_options(session.project_id, session.scope, freshness.data_version)
    view, dropped = current_view(options, today)
    filter_bar(session, view, options, today)
    notices(dropped)
    asked = [Asked(name, name, view) for name in CONVERSATION_QUESTIONS]
    board = open_board(session, freshness, asked)
except EXPECTED as error:
    page_trouble(error)
    st.stop()
section("Indicadores", date_range(view.start, view.end))
kpi_row(board, "kpis", KPIS)
card_rows(board, ROWS)
