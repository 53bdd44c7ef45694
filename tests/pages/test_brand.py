"""White label: each project has its own name, colour and logo, at once and nobody else's."""

import io
import re

import pytest
import streamlit as st
from PIL import Image
from sqlalchemy import create_engine, text

from lib.config import CHECKOUT
from lib.metrics.scope import WHOLE_PROJECT
from lib.tenants.brands import load_logo
from lib.tenants.freshness import load_freshness
from lib.tenants.projects import load_project
from lib.ui.files.file_head import file_head
from lib.ui.filters.address import preset_view
from lib.ui.frame.brand import contrast_with_white, icon_of, logo_of, product_name, readable
from tests.support.pages import SLUGS, html_of, open_page
from tests.support.visitors import NOW

PUT = """
insert into app.brands (project_id, name, primary_color, accent_color, logo, logo_type)
values (:project, :name, :color, '#76c043', :logo, :kind)
on conflict (project_id) do update set
    name = excluded.name, primary_color = excluded.primary_color,
    logo = excluded.logo, logo_type = excluded.logo_type
"""


def picture(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 16), color).save(file, format="PNG")
    return file.getvalue()


@pytest.fixture
def put(world, monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    engine = create_engine(world)

    def as_brand(slug, name, color, logo=None):
        values = {"project": SLUGS[slug], "name": name, "color": color, "logo": logo}
        with engine.begin() as connection:
            connection.execute(text(PUT), values | {"kind": "image/png" if logo else None})

    yield as_brand
    with engine.begin() as connection:
        connection.execute(text("delete from app.brands"))
    engine.dispose()


def colour_in(html):
    return re.findall(r"--azul: (#[0-9a-f]{6})", html)


def test_each_project_has_its_own_name_and_colour_and_never_the_others(put, enter):
    put("demo", "Panel Visionamos", "#8a1538")
    put("andina", "Tablero Andino", "#004d40")
    for slug, color, own, foreign in (
        ("demo", "#8a1538", "Panel Visionamos", "Tablero Andino"),
        ("andina", "#004d40", "Tablero Andino", "Panel Visionamos"),
    ):
        enter(slug)
        html = html_of(open_page("conversaciones"))
        assert colour_in(html) == [color]
        project = load_project(SLUGS[slug])
        assert product_name(project) == own
        assert own in str(logo_of(project))
        assert foreign not in html + str(logo_of(project))


def test_a_changed_row_is_seen_without_a_restart_the_logo_included(put, enter):
    red, green = picture("red"), picture("green")
    put("demo", "Uno", "#8a1538", red)
    assert logo_of(load_project(SLUGS["demo"])) == red
    put("demo", "Dos", "#004d40", green)
    project = load_project(SLUGS["demo"])
    assert (product_name(project), logo_of(project), icon_of(project)) == ("Dos", green, green)
    enter("demo")
    assert colour_in(html_of(open_page("conversaciones"))) == ["#004d40"]


def test_the_logo_of_another_project_cannot_be_read_by_its_digest(put):
    put("demo", "Uno", "#8a1538", picture("blue"))
    digest = load_project(SLUGS["demo"]).look.logo_digest
    load_logo.cache_clear()
    assert load_logo(SLUGS["andina"], digest) is None
    assert load_logo(SLUGS["demo"], digest) == picture("blue")


def test_files_name_the_brand_and_not_the_product(put):
    put("demo", "Panel Visionamos", "#8a1538")
    project = load_project(SLUGS["demo"])
    head = file_head(
        project,
        load_freshness(project.project_id),
        preset_view("ayer", NOW.date()),
        scope=WHOLE_PROJECT,
        title="Agentes",
        definitions=(),
    )
    assert head[0] == ("Panel Visionamos", "Agentes")
    assert "Indigitall" not in str(head)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "ن" * 120, '"/><x y="'])
def test_a_strange_name_is_shown_as_text(put, enter, name):
    put("demo", name, "#ffff00")
    logo = logo_of(load_project(SLUGS["demo"]))
    assert "<script" not in logo
    assert logo.count("<") == 4
    assert "#ffff00" in icon_of(load_project(SLUGS["demo"]))
    enter("demo")
    html = html_of(open_page("conversaciones"))
    assert "<script" not in html


def test_a_pale_colour_is_darkened_until_it_can_be_read():
    assert readable("#0052a3") == "#0052a3"
    for pale in ("#ffffff", "#ffff00", "#76c043", "#a0a3bd"):
        dark = readable(pale)
        assert contrast_with_white([int(dark[at : at + 2], 16) for at in (1, 3, 5)]) >= 4.5
    # black on white, by definition
    assert contrast_with_white([0, 0, 0]) == pytest.approx(21)


def test_a_project_without_a_brand_looks_like_the_product(world, enter):
    st.cache_data.clear()
    enter("andina")
    assert colour_in(html_of(open_page("conversaciones"))) == []
    assert product_name(load_project(SLUGS["andina"])) == "Indigitall Analytics"


def test_the_tab_has_one_picture_before_and_after_the_page_is_there(world):
    served = CHECKOUT / "lib" / "web" / "assets" / "favicon.svg"
    assert served.read_text(encoding="utf-8") == icon_of(load_project(SLUGS["andina"]))
