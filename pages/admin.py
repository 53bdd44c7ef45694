"""Administración: the audit log and its proof, and who is in."""

import streamlit as st

from lib.ui.admin.audit_view import audit_view
from lib.ui.admin.people_list import people_list
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.navigation import ADMINISTRACION
from lib.ui.frame.page import page_title, page_trouble, section
from lib.ui.visit.session import require_screen, require_session

session = require_session()
page_title(ADMINISTRACION.title, session)
require_screen(session, ADMINISTRACION)
try:
    trail, people = st.tabs(["Auditoría", "Sesiones abiertas"])
    with trail:
        section("Auditoría", "lo que se hizo en tu organización, lo más reciente primero")
        audit_view(session)
    with people:
        section("Sesiones abiertas", "quién está dentro ahora")
        people_list(session)
except EXPECTED as error:
    page_trouble(error)
