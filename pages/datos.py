"""Datos: what is loaded, how fresh it is, how loading goes, and what every figure means."""

from lib.ui.cards.cached_metrics import cached_options
from lib.ui.data.data_view import data_state, loading_state, metric_catalog
from lib.ui.frame.errors import EXPECTED
from lib.ui.frame.navigation import DATOS
from lib.ui.frame.page import page_head, page_trouble, section
from lib.ui.visit.session import require_screen, require_session

session = require_session()
freshness = page_head(DATOS.title, session)
require_screen(session, DATOS)
try:
    options = cached_options(session.project_id, session.scope, freshness.data_version)
    section("En servicio", "la versión que muestran todas las páginas")
    data_state(session, freshness, options)
    section("Lecturas", "cómo salió la última lectura de cada lista")
    loading_state(session)
    section("Catálogo de métricas", "una definición para páginas, archivos e informes")
    metric_catalog()
except EXPECTED as error:
    page_trouble(error)
