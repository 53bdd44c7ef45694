"""Inicio: yesterday and today so far against the same weekday, and what needs attention."""

import streamlit as st

from lib import clock
from lib.ui.cards.board import open_board
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import empty_page, page_head, page_trouble, section
from lib.ui.home.briefing import (
    TODAY,
    YESTERDAY,
    attention_list,
    briefing_questions,
    day_cards,
    greeting,
    shortcuts,
    summary_list,
    whole_hours_today,
    yesterday_title,
)
from lib.ui.visit.home_page import go_home
from lib.ui.visit.session import require_session
from lib.ui.words.formats import day_long

session = require_session()
go_home(session)
timezone = session.project.timezone
now, today = clock.now(), clock.today(timezone)
freshness = page_head(greeting(now, timezone), session)
hours = whole_hours_today(freshness, now, today, timezone)
try:
    board = open_board(session, freshness, briefing_questions(today, hours))
except EXPECTED as error:
    page_trouble(error)
    st.stop()

section("Resumen", yesterday_title(today))
summary_list(board)
section("Ayer", f"{yesterday_title(today)}, frente al mismo día de la semana anterior")
day_cards(board, YESTERDAY)
section("Lo que necesita atención")
attention_list(board)
if hours:
    section("Hoy", f"{day_long(today)}, hasta las {hours}:00, frente a las mismas horas")
    day_cards(board, TODAY)
else:
    section("Hoy", day_long(today))
    advice = "Las cifras aparecen con la próxima carga."
    empty_page("Hoy todavía no hay horas completas", advice, "franja")
section("Ir a")
shortcuts(board)
