"""«Descargar PDF»: the figures of the executive page on paper, of the reader's own project."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import text

from lib.db.scoped import app_connection
from lib.db.tenant import tenant_connection
from lib.metrics.errors import OutsideEntitiesError
from lib.metrics.huella import resolve_huella
from lib.metrics.results import MetricResult
from lib.metrics.scope import WHOLE_PROJECT
from lib.tenants.freshness import load_freshness
from lib.ui.cards.asking import ask
from lib.ui.cards.board import Board
from lib.ui.cards.cached_metrics import Scene, tenant_pools
from lib.ui.cards.questions import EXECUTIVE_KPIS
from lib.ui.cards.registry import CARDS
from lib.ui.executive.executive_view import MONTH, QUARTER, executive_questions
from lib.ui.executive.report_file import PAGES, report_file, report_of
from lib.ui.words.formats import measure
from tests.support.pages import NAMES, session_of
from tests.support.visitors import NOW


@pytest.fixture(params=["demo", "andina"])
def board(request, world, monkeypatch) -> Board:
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    return board_of(request.param, NOW.date())


def board_of(slug: str, today: date, **filters: object) -> Board:
    """The executive page of a day, each of its questions narrowed by these filters."""
    session = session_of(slug)
    asked = tuple(
        replace(one, view=replace(one.view, **filters)) for one in executive_questions(today)
    )
    answers: dict[str, MetricResult] = {}
    with tenant_connection(tenant_pools(), session.project_id) as connection:
        for one in asked:
            answers[one.id] = ask(connection, one.question, one.view, scope=WHOLE_PROJECT)
    freshness = load_freshness(session.project_id)
    return Board(session, freshness, Scene(today, asked), answered=answers)


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content), strict=True).pages
    return "".join("".join(page.extract_text().split()) for page in pages).replace("\u200b", "")


def test_every_figure_of_the_page_stands_in_the_file_and_is_what_the_metric_says(board):
    assert_paper_is_the_page(board)


@pytest.mark.parametrize("slug", ["demo", "andina"])
@given(
    today=st.dates(date(2026, 2, 9), date(2026, 2, 17)),
    entities=st.sampled_from([(), ("Norte",)]),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_on_any_day_and_for_any_entity_the_file_is_the_page(
    world, monkeypatch, slug, today, entities
):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    assert_paper_is_the_page(board_of(slug, today, entities=entities))


def assert_paper_is_the_page(board):
    report = report_of(board)
    words = words_of(report_file(board).content)
    blocks = {block.title: block for section in report.sections for block in section.blocks}
    for title, asked in (("Este mes", MONTH), ("Este trimestre", QUARTER)):
        assert len(blocks[title].figures) == len(EXECUTIVE_KPIS)
        conversations = board.answered[asked].value("conversations")
        assert blocks[title].figures[0].value == measure(conversations, "")
    for card in (CARDS[name] for _title, names in PAGES for name in names):
        block, table = blocks[card.title], card.table(board.answered[card.question])
        assert block.rows in {table.rows, ()}
        for cell in (cell for row in block.rows for cell in row):
            assert "".join(cell.split()) in words
    assert "".join(NAMES[board.session.tenant].split()) in words


def test_each_huella_of_the_file_brings_the_figures_again(board):
    blocks = [block for section in report_of(board).sections for block in section.blocks]
    codes = [block.huella for block in blocks if block.huella]
    assert len(codes) >= 4
    project = board.session.project_id
    for code in codes:
        assert resolve_huella(tenant_pools(), project, code, WHOLE_PROJECT).is_reproduced
    with app_connection(project_id=project) as connection:
        kept = set(connection.execute(text("select code from app.huellas")).scalars())
    assert {code.replace("-", "") for code in codes} <= {code.replace("-", "") for code in kept}


def test_what_a_reader_may_not_see_says_so_and_the_rest_stands(board):
    question = CARDS["canales"].question
    refused = OutsideEntitiesError("campaign_sent")
    answered = {name: result for name, result in board.answered.items() if name != question}
    partial = replace(board, answered=answered, failed={question: refused})
    words = words_of(report_file(partial).content)
    assert "Sinacceso" in words
    assert "Contenciónsimpleyefectiva" in words
