"""Detalle: the conversations behind a figure, with the filters it was counted under."""

import streamlit as st

from lib import clock
from lib.ui.cards.cached_metrics import cached_options
from lib.ui.details.conversation_list import asked_metric, conversation_list
from lib.ui.filters.filter_bar import current_view, filter_bar
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import notices, page_head, page_trouble
from lib.ui.visit.session import require_session

session = require_session()
freshness = page_head("Detalle de conversaciones", session)
today = clock.today(session.project.timezone)
try:
    options = cached_options(session.project_id, session.scope, freshness.data_version)
    view, dropped = current_view(options, today)
    filter_bar(session, view, options, today)
    metric, unknown = asked_metric()
    notices((*dropped, *unknown))
    conversation_list(session, freshness, metric, view)
except EXPECTED as error:
    page_trouble(error)
    st.stop()
