from tests.support.metric_world import EMPTY
from tests.support.pages import html_of, kpis_in, open_page


def test_the_first_page_greets_and_shows_yesterday_and_today(enter):
    enter("demo")
    at = open_page("inicio")
    assert not at.exception
    html = html_of(at)
    assert "<h1>Buenos días</h1>" in html
    assert "lunes 16 de febrero de 2026" in html
    assert "martes 17 de febrero de 2026, hasta las 10:00" in html
    # 16 February: four messages of beto, two of cami
    assert kpis_in(html)["messages"] == "6"
    assert html.count('data-group="ayer"') == 6
    assert html.count('data-group="hoy"') == 6


def test_yesterday_has_a_line_of_thirty_days(enter):
    enter("demo")
    html = html_of(open_page("inicio"))
    assert "Mensajes, últimos 30 días" in html
    assert "data:image/svg+xml" in html


def test_what_needs_attention_links_to_the_conversations_of_that_day(enter):
    enter("demo")
    at = open_page("inicio")
    links = [link.proto for link in at.get("page_link")]
    assert any("periodo=ayer" in link.query_string for link in links)
    assert all("tenant=demo" in link.query_string for link in links)


def test_a_project_that_has_loaded_nothing_says_so(enter):
    enter("vacia")
    html = html_of(open_page("inicio"))
    assert "Aún no hay datos" in html
    assert str(EMPTY) not in html
