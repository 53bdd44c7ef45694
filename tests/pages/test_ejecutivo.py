"""Ana's page: the month, the quarter and the entities of her own project."""

import re

import pytest

from lib.auth.permissions import Role
from lib.ui.visit.session import Session
from tests.support.pages import html_of, kpis_in, open_page


def test_the_month_and_the_quarter_are_counted_for_the_project(enter):
    enter("demo")
    at = open_page("ejecutivo")
    assert not at.exception
    html = html_of(at)
    # seven conversations, all in February and in the first quarter
    assert kpis_in(html)["conversations"] == "7"
    assert html.count('data-metric="conversations" data-value="7"') == 2
    assert "Van 7 conversaciones este mes" in html


@pytest.mark.parametrize(("slug", "foreign"), [("demo", "Oeste"), ("andina", "Sur")])
def test_no_entity_of_the_other_project_is_compared(enter, slug, foreign):
    enter(slug)
    html = html_of(open_page("ejecutivo"))
    assert "Norte" in html
    assert foreign not in html


def test_the_median_of_few_other_entities_is_not_told(enter):
    enter("demo")
    html = html_of(open_page("ejecutivo"))
    table = re.search(r"<caption>Comparación.*?</table>", html, re.DOTALL).group(0)
    heads = re.findall(r"<th[^>]*>(.*?)</th>", table)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table.partition("<tbody>")[2].partition("</tr>")[0])
    medians = [cell for head, cell in zip(heads, cells, strict=True) if head.startswith("Mediana")]
    assert medians == ["sin dato"] * 4


def test_a_visitor_of_one_entity_sees_the_page_without_campaigns(enter, monkeypatch):
    enter("demo")
    open_page("inicio")
    monkeypatch.setattr(Session, "entities", property(lambda _session: ("Norte",)))
    html = html_of(open_page("ejecutivo"))
    assert "Sur" not in html
    assert "Sin acceso" in html
    assert int(kpis_in(html)["conversations"]) < 7


@pytest.mark.parametrize(
    ("role", "title"),
    [
        (Role.DIRECTOR, "Resumen ejecutivo"),
        (Role.SUPERVISOR, "Control de Conversaciones"),
        (Role.OPERATIONS, "Buenos días"),
        (Role.ADMIN, "Buenos días"),
    ],
)
def test_a_visit_begins_at_the_page_of_the_role(enter, role, title):
    enter("demo", role=role)
    assert f"<h1>{title}</h1>" in html_of(open_page("inicio"))


def test_the_first_page_can_be_opened_once_the_visit_has_begun(enter):
    enter("demo", role=Role.DIRECTOR)
    at = open_page("inicio")
    assert "<h1>Resumen ejecutivo</h1>" in html_of(at)
    assert "<h1>Buenos días</h1>" in html_of(at.switch_page("pages/inicio.py").run())
