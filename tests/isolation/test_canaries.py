"""Words of one project, planted in every text of its marts, looked for in all another one gets.

The websocket as it comes, the files it offers, the answers to HTTP, what the application logs, and
the audit log: a visitor of one project asks for every page in every way, and the words of the other
one are nowhere. The chat's tools read through the same connection and are not built yet.
"""

import httpx
import pytest
from sqlalchemy import create_engine, text

from lib.config import get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.frame.navigation import SCREENS
from lib.web.cookies import SessionCookie
from tests.support.metric_world import OTHER, PROJECT, mart_columns
from tests.support.pages import build_pages_world, secret_for
from tests.support.served_app import fresh_server
from tests.support.streamlit_visitor import listen

CANARIES = {"demo": "canarioverde", "andina": "canariorojo"}
NUMBERS = {"demo": PROJECT, "andina": OTHER}
# texts that people wrote or that name somebody or something of the project
FREE_TEXTS = frozenset(
    {
        *("contact_masked", "contact_id", "contact_name", "agent_name", "agent_email", "intent"),
        *("intent_label", "intent_raw", "holiday_name", "project_name", "entity", "entity_rule"),
        *("body", "question", "answer_raw", "campaign_name", "campaign_id", "purpose"),
    }
)
ADDRESSES = (
    "",
    "periodo=ultimos-90&comparar=si",
    "desde=2026-01-01&hasta=2026-02-17&grano=semana",
    "entidad={own}%20Norte&direccion=entrante",
    "entidad=Oeste&agente=7&intencion=secreto",
    "tenant=andina",
    "tenant=demo",
    f"tenant={OTHER}&project_id={OTHER}&proyecto={PROJECT}",
)


@pytest.fixture(scope="module")
def planted(module_database):
    """The world of the pages, with a canary before every free text of both projects."""
    build_pages_world(module_database)
    engine = create_engine(module_database)
    found = set()
    with engine.begin() as connection:
        for mart, columns in mart_columns(get_settings().manifest_dir / "manifest.json").items():
            for column in FREE_TEXTS & set(columns):
                found.add(column)
                for slug, word in CANARIES.items():
                    connection.execute(
                        text(
                            f"update marts.{mart} set {column} = :word || ' ' || {column}"
                            " where project_id = :project_id"
                        ),
                        {"word": word, "project_id": NUMBERS[slug]},
                    )
    engine.dispose()
    assert found == FREE_TEXTS
    yield
    close_app_connections()
    tenant_pools.cache_clear()


@pytest.fixture(scope="module")
def heard(planted, tmp_path_factory):
    """What each project's visitor got, in turns, from one application, and what was logged."""
    log = tmp_path_factory.mktemp("canaries") / "app.log"
    answers = dict.fromkeys(CANARIES, b"")
    with fresh_server(log, LOG_LEVEL="DEBUG") as base_url:
        for number, address in enumerate(ADDRESSES):
            for screen in SCREENS:
                for slug, own in CANARIES.items():
                    asked = address.format(own=own)
                    # one person may not take as many files as all of these addresses have
                    secret = secret_for(slug, subject=f"persona {number}")
                    cookie = f"{SessionCookie(is_https=False).name}={secret}"
                    answers[slug] += listen(base_url, screen.address, cookie=cookie, query=asked)
                    answers[slug] += httpx.get(
                        f"{base_url}/{screen.address}?{asked}",
                        headers={"Cookie": cookie},
                        trust_env=False,
                    ).content
    return answers, log.read_text(encoding="utf-8")


@pytest.mark.parametrize(("reader", "foreign"), [("demo", "andina"), ("andina", "demo")])
def test_no_word_of_another_project_reaches_a_visitor_by_any_page_file_or_answer(
    heard, reader, foreign
):
    answers, _log = heard
    # the reader's own words are there, so they would be seen
    assert answers[reader].count(CANARIES[reader].encode()) > 50
    assert answers[reader].count(CANARIES[foreign].encode()) == 0


def test_the_log_names_nothing_of_any_project(heard):
    _answers, log = heard
    assert "app_started" in log
    assert [word for word in CANARIES.values() if word in log] == []


def test_the_audit_log_of_a_project_holds_no_word_of_another(heard):
    engine = engine_for_role(OWNER)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select project_id, detail::text as detail from app.audit_queue"
                " union all select project_id, detail::text from app.audit_log"
            )
        ).all()
    engine.dispose()
    assert {row.project_id for row in rows} >= {PROJECT, OTHER}
    own = [row.detail for row in rows if row.project_id == PROJECT]
    assert [detail for detail in own if CANARIES["andina"] in detail] == []
