"""Campañas: what was sent on each channel, what arrived, what was read and clicked."""

import streamlit as st

from lib import clock
from lib.ui.campaigns.campaign_view import FILTERS, STEPS, campaign_options, campaign_view
from lib.ui.cards.board import card_rows, kpi_row, open_board
from lib.ui.cards.cached_metrics import Asked, cached_options
from lib.ui.cards.questions import CAMPAIGN_KPIS, CAMPAIGN_QUESTIONS
from lib.ui.filters.filter_bar import filter_bar
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import empty_page, notices, page_head, page_trouble, section
from lib.ui.visit.session import require_session
from lib.ui.words.formats import date_range

session = require_session()
ROWS = (
    ("Volumen", ("envios",)),
    ("", ("embudo", "canales")),
    ("Campañas", ("campanas",)),
)

freshness = page_head("Campañas", session)
today = clock.today(session.project.timezone)
try:
    options = campaign_options(
        cached_options(session.project_id, session.scope, freshness.data_version)
    )
    if not options.channels:
        empty_page(
            "Sin campañas",
            "Ningún canal de esta organización tiene campañas, o tu acceso es a algunas entidades.",
        )
        st.stop()
    view, dropped = campaign_view(options, today)
    filter_bar(session, view, options, today, names=FILTERS, grains=STEPS)
    notices(dropped)
    board = open_board(session, freshness, [Asked(name, name, view) for name in CAMPAIGN_QUESTIONS])
except EXPECTED as error:
    page_trouble(error)
    st.stop()
section("Indicadores", date_range(view.start, view.end))
kpi_row(board, "campaign_kpis", CAMPAIGN_KPIS)
card_rows(board, ROWS)
