"""The campaigns of two projects: sums by hand, unknown is not 0, and nothing of the other's."""

import re

from lib.db.tenant import tenant_connection
from lib.metrics.scope import WHOLE_PROJECT
from lib.ui.cards.asking import ask
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.cards.campaign_drawings import campaign_funnel
from lib.ui.filters.address import preset_view
from lib.ui.visit.session import Session
from tests.support.pages import html_of, kpis_in, open_page
from tests.support.visitors import NOW


def rows_of(html, caption):
    table = re.search(rf"<caption>{caption}.*?</table>", html, re.DOTALL).group(0)
    lines = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    return {
        cells[0]: cells[1:]
        for cells in (re.findall(r"<td[^>]*>(.*?)</td>", line) for line in lines)
    }


def test_the_cards_are_the_sums_of_the_channels_that_report(enter):
    enter("demo")
    kpis = kpis_in(html_of(open_page("campanas")))
    assert kpis["sent"] == str(100 + 50 + 20 + 5 + 7)
    assert kpis["delivered"] == str(80 + 40 + 16 + 5 + 30)
    assert kpis["reads"] == str(8 + 2 + 6 + 9)
    assert kpis["clicks"] == str(8 + 4 + 3 + 5)


def test_what_a_channel_does_not_report_is_said_and_never_0(enter):
    enter("demo")
    channels = rows_of(html_of(open_page("campanas")), "Resultados por canal")
    # sent, delivered, reads, clicks
    assert channels["SMS"][:4] == ["50", "40", "sin dato", "sin dato"]
    assert channels["WhatsApp"][:4] == ["25", "21", "10", "4"]
    assert "Chat web" not in channels


def test_a_channel_in_the_address_narrows_the_page_and_filters_of_messages_are_dropped(enter):
    enter("demo")
    html = html_of(open_page("campanas", canal="sms", hora="9", entidad="Norte"))
    assert kpis_in(html)["sent"] == "50"
    assert "no separan campañas" in html
    assert "La entidad «Norte» no existe" in html


def test_one_day_is_shown_by_day_because_campaigns_know_no_hour(enter):
    enter("demo")
    html = html_of(open_page("campanas", periodo="ayer", grano="hora"))
    assert "No se pudo calcular" not in html
    assert kpis_in(html)["sent"] == "20"


def test_two_projects_see_their_own_campaigns(enter):
    enter("demo")
    assert "Secreta" not in html_of(open_page("campanas"))
    enter("andina")
    html = html_of(open_page("campanas"))
    assert kpis_in(html)["sent"] == "900"
    assert list(rows_of(html, "Resultados por campaña")) == ["Secreta"]


def test_a_visitor_of_one_entity_is_told_that_there_are_none_for_her(enter, monkeypatch):
    enter("demo")
    open_page("inicio")
    monkeypatch.setattr(Session, "entities", property(lambda _session: ("Norte",)))
    html = html_of(open_page("campanas"))
    assert "Sin campañas" in html
    assert kpis_in(html) == {}


def test_the_rates_of_the_funnel_are_of_the_channels_that_report_both_steps(enter, world):
    enter("demo")
    view = preset_view("ultimos-30", NOW.date())
    with tenant_connection(tenant_pools(), 900101) as connection:
        result = ask(connection, "campaign_funnel", view, scope=WHOLE_PROJECT)
    bars = campaign_funnel(result, view).figure.data[0]
    assert bars.y == ("Enviados", "Entregados", "Leídos", "Clics")
    # by hand: (80 + 40 + 16 + 5) / 175, (8 + 2 + 6) / 51 and (8 + 4) / 120
    assert [text.replace("\u00a0", " ") for text in bars.text] == [
        "182",
        "171 · Entrega 80,6 %",
        "25 · Lectura (mínimo) 31,4 %",
        "20 · CTR 10,0 %",
    ]
