"""Other ways to the same answers: recorded statements told another schema, pages' sets complete."""

from datetime import date

from infra.bench.backend import Executed
from infra.bench.other_ways import WITHOUT_POLICY, pointed_at, staging_statements
from infra.bench.question_sets import EXECUTIVE, question_sets
from lib.config import CHECKOUT
from lib.metrics.manifest import FILE_NAME, load_catalog
from lib.ui.cards.questions import CONVERSATION_QUESTIONS


def test_a_recorded_statement_is_told_the_other_schema_and_keeps_its_values():
    ran = Executed("select 1 from marts.fct_a as facts where marts.fct_a.x = %(x)s", {"x": 1})
    (other,) = pointed_at(WITHOUT_POLICY, [ran])
    assert "marts." not in other.sql
    assert other.sql.count(f"{WITHOUT_POLICY}.fct_a") == 2
    assert other.values == {"x": 1}


def test_both_pages_are_asked_over_both_periods():
    sets = question_sets(date(2026, 2, 16))
    assert [(s.name, s.start, s.end) for s in sets] == [
        ("Conversaciones, 30 days", date(2026, 1, 18), date(2026, 2, 16)),
        ("Ejecutivo, 30 days", date(2026, 1, 18), date(2026, 2, 16)),
        ("Conversaciones, 12 months", date(2025, 2, 17), date(2026, 2, 16)),
        ("Ejecutivo, 12 months", date(2025, 2, 17), date(2026, 2, 16)),
    ]
    assert set(sets[0].asks) == set(CONVERSATION_QUESTIONS)
    assert set(sets[1].asks) == set(EXECUTIVE)


def test_every_metric_of_the_executive_page_is_in_the_catalogue(environment):
    catalog = load_catalog(CHECKOUT / "warehouse" / "target" / FILE_NAME)
    for metrics, groups, _ in EXECUTIVE.values():
        for name in metrics:
            assert set(groups) <= set(catalog.metric(name).dimensions), name


def test_staging_is_asked_the_same_four_questions():
    statements = staging_statements({"project": 1})
    assert len(statements) == 4
    assert all("staging.stg_indigitall__messages" in s.sql for s in statements)
