"""Conversación: one conversation step by step, and what was written for who may see it."""

from lib.ui.details.conversation_page import conversation_page
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import page_head, page_trouble
from lib.ui.visit.session import require_session

session = require_session()
page_head("Una conversación", session)
try:
    conversation_page(session)
except EXPECTED as error:
    page_trouble(error)
