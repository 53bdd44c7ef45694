from lib.ui.executive.executive_view import executive_questions, last_months
from lib.ui.executive.story import story_lines
from tests.support.answers import CATALOG, TODAY, grouped, totals

MONTH = {
    "conversations": 120,
    "containment_rate": 0.7,
    "effective_containment_rate": 0.5,
    "fallback_rate": 0.2,
    "wait_time_p50": 90,
}
BEFORE = {**MONTH, "conversations": 100, "effective_containment_rate": 0.45, "wait_time_p50": 60}


def by_entity(rates, talks=50):
    names = [f"E{number}" for number in range(len(rates))]
    return grouped(
        {"entity": names},
        {
            "conversations": ("conversaciones", [talks] * len(rates)),
            "fallback_rate": ("porcentaje", rates),
        },
    )


def lines(month, entities):
    return [text.replace("\u00a0", " ") for text in story_lines(month, entities, CATALOG)]


def test_five_sentences_tell_the_month():
    assert lines(totals(MONTH, BEFORE), by_entity([0.1, 0.1, 0.1, 0.1, 0.4])) == [
        "Van 120 conversaciones este mes, 20,0 % más que a esta altura del mes pasado.",
        "El bot resolvió 50,0 % de sus conversaciones, 5,0 puntos más; "
        "70,0 % no pasaron a una persona.",
        "La tasa de fallback es 20,0 %, entre 15 % y 25 %: conviene mirarla.",
        "La mitad de los contactos esperó menos de 1 min 30 s; el mes pasado era 1 min 00 s.",
        "E4 es la entidad que más se aparta: fallback de 40,0 %, "
        "30,0 puntos sobre la mediana de las demás.",
    ]


def test_no_entity_is_named_among_few_or_with_few_conversations():
    assert len(lines(totals(MONTH, BEFORE), by_entity([0.1, 0.9]))) == 4
    assert len(lines(totals(MONTH, BEFORE), by_entity([0.1, 0.1, 0.1, 0.1, 0.4], talks=3))) == 4


def test_a_month_without_conversations_or_without_a_base_says_so():
    empty = totals({**MONTH, "conversations": 0}, BEFORE)
    assert lines(empty, by_entity([])) == ["Este mes todavía no tiene conversaciones."]
    first = totals(MONTH, {})
    assert lines(first, by_entity([]))[0].endswith("no hay con qué compararlas.")


def test_the_trend_is_of_twelve_months_the_running_one_included():
    view = last_months(TODAY)
    assert (view.start.isoformat(), view.end, view.grain) == ("2025-03-01", TODAY, "month")
    assert len({asked.id for asked in executive_questions(TODAY)}) == 7
