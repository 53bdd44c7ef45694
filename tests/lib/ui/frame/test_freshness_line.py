from datetime import UTC, datetime, timedelta

from lib.metrics.scope import WHOLE_PROJECT, Scope
from lib.tenants.freshness import Freshness
from lib.tenants.projects import Project
from lib.ui.files.file_head import file_head
from lib.ui.filters.address import preset_view
from lib.ui.frame.freshness_line import freshness_html, freshness_notices

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
DEMO = Project(900101, "demo", "Visionamos Demo", "America/Bogota", True)


def fresh(loaded=NOW - timedelta(minutes=5), held=None):
    return Freshness(12, NOW, NOW - timedelta(minutes=20), loaded, "abc", held, "a test failed")


def test_the_line_says_until_when_and_since_when_by_the_projects_clock():
    html = freshness_html(fresh(), DEMO, NOW)
    assert "Datos hasta 17/02/2026 09:40" in html
    assert "Actualizado hace 5 min" in html
    assert 'data-version="12"' in html
    assert freshness_notices(fresh(), DEMO, NOW) == []


def test_old_data_is_marked_and_announced():
    old = fresh(loaded=NOW - timedelta(hours=37))
    assert 'class="punto viejo"' in freshness_html(old, DEMO, NOW)
    assert freshness_notices(old, DEMO, NOW) == [
        "La última carga fue el 15/02/2026 21:00: las cifras pueden estar atrasadas."
    ]


def test_a_version_held_back_is_announced_without_its_inner_reason():
    held = fresh(held=NOW - timedelta(hours=1))
    assert 'class="punto retenido"' in freshness_html(held, DEMO, NOW)
    (notice,) = freshness_notices(held, DEMO, NOW)
    assert "17/02/2026 09:00" in notice
    assert "a test failed" not in notice


def test_without_any_data_the_line_says_so():
    assert "Aún no hay datos" in freshness_html(None, DEMO, NOW)
    assert freshness_notices(None, DEMO, NOW) == []


def test_a_file_says_whose_it_is_what_narrows_it_and_how_fresh_it_is():
    view = preset_view("este-mes", NOW.date())
    head = dict(
        file_head(
            DEMO,
            fresh(),
            view,
            scope=WHOLE_PROJECT,
            title="Agentes",
            definitions=[("Mensajes", "Qué.")],
        )
    )
    assert head["Indigitall Analytics"] == "Agentes"
    assert head["Organización"] == "Visionamos Demo"
    assert head["Periodo"] == "01/02/2026 - 17/02/2026"
    assert head["Entidades"] == "Todas"
    assert head["Canales"] == "Todos"
    assert head["Definición: Mensajes"] == "Qué."
    assert head["Fecha de carga"] == "17/02/2026 09:55"
    assert head["Versión de los datos"] == "12"
    limited = dict(
        file_head(DEMO, fresh(), view, scope=Scope(("Norte",)), title="x", definitions=[])
    )
    assert limited["Entidades"] == "Norte"
