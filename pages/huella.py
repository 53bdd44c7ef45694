"""Huella: a code brings the figure it was given for, and says whether it is still the same."""

from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.page import page_head, page_trouble
from lib.ui.huella.huella_page import huella_page
from lib.ui.visit.session import require_session

session = require_session()
page_head("La cifra de una huella", session)
try:
    huella_page(session)
except EXPECTED as error:
    page_trouble(error)
