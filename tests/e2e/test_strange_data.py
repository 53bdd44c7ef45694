"""Names and amounts nobody laid a page out for: 200 agents, 300 letters, right to left, markup."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import create_engine, text

from lib.db.scoped import close_app_connections
from tests.support.metric_world import PROJECT, TALKS, Talk
from tests.support.pages import build_pages_world
from tests.support.served_app import fresh_server

AGENTS = 200
LONG = "Cooperativa" + "larguísima" * 29  # 301 letters without a space
RIGHT_TO_LEFT = "تعاونية الأمل \u202edeúl"
MARKUP = "<script>document.title='roto'</script><img src=x onerror=\"document.title='roto'\">"
CROWD = tuple(
    Talk(f"contacto{number}", 16, "Norte", "cloudapi", f"8i:saldo 8b 9a:{1000 + number}")
    for number in range(AGENTS)
)
ENTITIES = {"Norte": LONG, "Sur": RIGHT_TO_LEFT}
INTENTS = {"saldo": MARKUP, "credito": LONG}
WAIT_MS = 60_000
PAGES = ("", "conversaciones", "ejecutivo", "detalle?medida=messages")


def rename(connection, column: str, names: dict[object, object]) -> None:
    """Another name for these values, in every mart that has the column."""
    tables = connection.execute(
        text(
            "select table_name from information_schema.columns"
            " where table_schema = 'marts' and column_name = :column"
        ),
        {"column": column},
    ).scalars()
    for table in list(tables):
        for old, new in names.items():
            connection.execute(
                text(
                    f"update marts.{table} set {column} = :new"
                    f" where {column} = :old and project_id = :project"
                ),
                {"new": new, "old": old, "project": PROJECT},
            )


@pytest.fixture(scope="module")
def server(module_database):
    build_pages_world(module_database, (*TALKS, *CROWD))
    engine = create_engine(module_database)
    with engine.begin() as connection:
        rename(connection, "entity", ENTITIES)
        rename(connection, "intent", INTENTS)
        rename(connection, "is_on_roster", {False: True})
        connection.execute(
            text(
                "update marts.dim_agents set agent_name = case agent_id when '1000' then :long"
                " when '1001' then :rtl else :markup || agent_id end"
                " where agent_id::int >= 1000 and project_id = :project"
            ),
            {"long": LONG, "rtl": RIGHT_TO_LEFT, "markup": MARKUP, "project": PROJECT},
        )
    engine.dispose()
    with fresh_server() as base_url:
        yield base_url
    close_app_connections()


@pytest.fixture(params=[(1440, 900), (360, 780)], ids=["desk", "phone"])
def visitor(request, browser: Browser):
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-CO")
    yield context.new_page(), width
    context.close()


def assert_laid_out(page, width):
    """No wider than the screen, nothing of the data has run, no card has failed."""
    expect(page.locator("h1").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator('[data-testid="stSkeleton"], .js-plotly-plot:empty')).to_have_count(
        0, timeout=WAIT_MS
    )
    page.wait_for_timeout(2_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "roto" not in page.title()
    assert page.locator("img[src=x]").count() == 0
    assert page.get_by_role("alert").count() == 0
    assert page.locator(".incidente").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_strange_names_and_many_agents_are_laid_out_without_breaking(server, visitor, name):
    page, width = visitor
    sign = "&" if "?" in name else "?"
    page.goto(f"{server}/{name}{sign}tenant=demo", timeout=WAIT_MS)
    assert_laid_out(page, width)


def test_a_page_filtered_by_each_strange_name_keeps_its_form(server, visitor):
    page, width = visitor
    for filters in (
        {"entidad": LONG},
        {"entidad": RIGHT_TO_LEFT},
        {"intencion": MARKUP},
    ):
        page.goto(
            f"{server}/conversaciones?{urlencode({'tenant': 'demo', **filters})}", timeout=WAIT_MS
        )
        assert_laid_out(page, width)
        assert page.locator(".aviso", has_text="no existe").count() == 0


def test_ten_years_are_shown_with_a_notice(server, visitor):
    page, width = visitor
    page.goto(
        f"{server}/conversaciones?tenant=demo&desde=2016-02-17&hasta=2026-02-17", timeout=WAIT_MS
    )
    assert_laid_out(page, width)
    expect(page.get_by_text("dos años").first).to_be_visible(timeout=WAIT_MS)


def test_the_figure_of_the_agents_is_what_was_written(server, visitor):
    page, _width = visitor
    page.goto(f"{server}/conversaciones?tenant=demo", timeout=WAIT_MS)
    active = page.locator('[data-metric="active_agents"]').first
    expect(active).to_have_attribute("data-value", str(AGENTS + 3), timeout=WAIT_MS)
