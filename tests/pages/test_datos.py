"""Datos: the state of one's own project and the catalogue, for who may see them."""

import re
from datetime import date

import pytest
from sqlalchemy import create_engine, text

from lib.auth.permissions import Role
from lib.indigitall.endpoint_file import load_endpoints
from lib.metrics.definitions import get_definitions
from lib.tenants.sync_states import SyncState, load_sync_states
from lib.ui.data.catalog_table import COLUMNS, catalog_table, matching
from lib.ui.data.loading_table import failure_sentences, good_readings, loading_table
from lib.ui.frame.errors import NOT_ALLOWED
from lib.ui.words.labels import ENDPOINTS
from tests.support.metric_world import EMPTY, OTHER, PROJECT
from tests.support.pages import html_of, open_page
from tests.support.visitors import NOW

READ = "insert into app.sync_state values (:project, :endpoint, :now, :good, :status, null, :until)"


@pytest.fixture(autouse=True)
def read_lists(world, monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    engine = create_engine(world)
    rows = (
        (PROJECT, "chat_history", NOW, "ok", date(2026, 2, 16)),
        (PROJECT, "contacts", None, "failed", None),
        (OTHER, "sms_daily", NOW, "not_offered", None),
    )
    with engine.begin() as connection:
        for project, endpoint, good, status, until in rows:
            values = {"project": project, "endpoint": endpoint, "now": NOW}
            values |= {"good": good, "status": status, "until": until}
            connection.execute(text(READ), values)
    yield
    with engine.begin() as connection:
        connection.execute(text("delete from app.sync_state"))
    engine.dispose()


def test_each_project_sees_how_its_own_lists_were_read(enter):
    enter("demo")
    html = html_of(open_page("datos"))
    assert "Falló la última lectura de: Contactos." in html
    assert "Mensajes</td>" in html
    assert "16/02/2026" in html
    assert "SMS por día" not in html
    enter("andina")
    html = html_of(open_page("datos"))
    assert "SMS por día" in html
    assert "No ofrecido por la cuenta" in html
    assert "Contactos</td>" not in html


def test_a_project_that_was_never_read_has_no_states():
    assert load_sync_states(EMPTY) == ()


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ADMIN, True), (Role.SUPERVISOR, False), (Role.DIRECTOR, False)],
)
def test_only_who_answers_for_the_data_sees_them(enter, role, may):
    enter("demo", role=role)
    html = html_of(open_page("datos"))
    assert ("Lecturas de datos" in html) is may
    assert (NOT_ALLOWED.heading in html) is not may


def test_the_catalogue_is_searched_without_accents(enter):
    enter("demo")
    at = open_page("datos")
    whole = re.search(r"(\d+) de (\d+) métricas", html_of(at))
    assert whole.group(1) == whole.group(2) == str(len(get_definitions()))
    at.text_input(key="catalogo-buscar").set_value("CONTENCION efectiva").run()
    html = html_of(at)
    assert "Contención efectiva" in html
    assert "Mensajes</td>" not in html.partition("Catálogo de métricas")[2]
    at.text_input(key="catalogo-buscar").set_value("<script>").run()
    assert "Ninguna métrica" in html_of(at)


def test_every_metric_has_formula_owner_and_version():
    table = catalog_table(get_definitions())
    assert len(table.rows) == len(get_definitions())
    for row in table.rows:
        told = dict(zip(COLUMNS, row, strict=True))
        assert all(told[name] for name in COLUMNS if name != "Unidad")
    assert [row[0] for row in catalog_table(matching(get_definitions(), "ctr")).rows]


def test_what_failed_stands_first_and_is_told():
    good = SyncState("chat_history", "ok", NOW, NOW, date(2026, 2, 16))
    bad = SyncState("sms_daily", "failed", NOW, None, None)
    table = loading_table([good, bad], "America/Bogota")
    assert [row[:2] for row in table.rows] == [("SMS por día", "Falló"), ("Mensajes", "Bien")]
    assert table.rows[0][2] == "sin dato"
    assert failure_sentences([good]) == []
    assert "SMS por día" in failure_sentences([good, bad])[0]
    assert good_readings([good, bad]) == "1 de 2 lecturas salieron bien la última vez"


def test_every_list_of_the_api_has_a_spanish_name():
    assert set(ENDPOINTS) == set(load_endpoints())
