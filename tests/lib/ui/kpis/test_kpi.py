import pytest

from lib.metrics.results import Note
from lib.ui.kpis.kpi import Change, Kpi, kpi_card, kpi_grid, tone_of
from lib.ui.kpis.kpi_row import kpis_of
from tests.support.answers import CATALOG, totals

RATE = {"fallback_rate": 0.2, "fallback_messages": 20, "bot_handled_messages": 100}


def plain(text):
    return text.replace("\u00a0", " ")


def card(name, result):
    return kpis_of(result, CATALOG, [name], group="kpis")[0]


@pytest.mark.parametrize(
    ("change", "direction", "tone"),
    [
        (1, "up_is_good", "good"),
        (-1, "up_is_good", "bad"),
        (1, "up_is_bad", "bad"),
        (-1, "up_is_bad", "good"),
        (1, "neutral", "neutral"),
        (0, "up_is_bad", "neutral"),
    ],
)
def test_up_is_not_always_good(change, direction, tone):
    assert tone_of(change, direction) == tone


def test_a_count_has_its_unit_its_change_and_its_definition():
    kpi = card("messages", totals({"messages": 1200}, {"messages": 1000}))
    assert (kpi.value, kpi.unit, kpi.raw) == ("1.200", "mensajes", "1200")
    assert plain(kpi.change.text) == "+20,0 %"
    assert (kpi.change.arrow, kpi.change.tone) == ("▲", "neutral")
    assert kpi.change.against == "frente a 10 feb – 16 feb"
    assert kpi.details[0] == "Definición de Mensajes."
    assert "10/02/2026 – 16/02/2026: 1.000" in kpi.details


def test_a_rate_has_its_light_its_parts_and_a_change_in_points():
    before = {"fallback_rate": 0.25, "fallback_messages": 25, "bot_handled_messages": 100}
    kpi = card("fallback_rate", totals(RATE, before))
    assert plain(kpi.value) == "20,0 %"
    assert kpi.light == "yellow"
    assert kpi.note == "20 de 100"
    assert (plain(kpi.change.text), kpi.change.arrow, kpi.change.tone) == ("−5,0 pp", "▼", "good")
    assert "Numerador: Mensajes en fallback, 20" in kpi.details
    assert "Denominador: Entrantes atendidos, 100" in kpi.details
    assert "Ojo con el denominador." in kpi.details


@pytest.mark.parametrize(
    ("share", "light"),
    [(0.1499, "green"), (0.15, "yellow"), (0.25, "yellow"), (0.2501, "red"), (0, "green")],
)
def test_fifteen_and_twenty_five_percent_are_yellow(share, light):
    assert card("fallback_rate", totals({**RATE, "fallback_rate": share})).light == light


def test_a_rate_on_fewer_than_five_cases_is_hidden():
    few = {"fallback_rate": 0.5, "fallback_messages": 2, "bot_handled_messages": 4}
    kpi = card("fallback_rate", totals(few, few))
    assert (kpi.value, kpi.raw, kpi.light, kpi.change) == ("muestra insuficiente", "", None, None)


def test_a_median_shows_its_spread_and_how_many_it_stands_on():
    waits = {"wait_time_p50": 107.5, "wait_time_p90": 400, "wait_count": 82}
    kpi = card("wait_time_p50", totals(waits, {**waits, "wait_time_p50": 100}))
    assert (kpi.label, plain(kpi.value), kpi.raw) == ("Espera p50", "1 min 48 s", "107.5")
    assert plain(kpi.note) == "p90 6 min 40 s · n 82"
    assert kpi.change.tone == "bad"


def test_a_median_of_very_few_makes_no_comparison():
    waits = {"wait_time_p50": 10, "wait_time_p90": 10, "wait_count": 2}
    assert card("wait_time_p50", totals(waits, waits)).change is None


def test_nothing_changed_and_nothing_to_compare_with_are_said():
    assert card("messages", totals({"messages": 5}, {"messages": 5})).change.text == "sin cambio"
    missing = card("messages", totals({"messages": 5}, {"messages": None}))
    assert missing.change.text == "sin base para comparar"
    from_zero = card("messages", totals({"messages": 5}, {"messages": 0}))
    assert from_zero.change.text == "+5"
    assert card("messages", totals({"messages": 5})).change is None


def test_missing_and_not_applicable_are_words_and_never_zero():
    kpi = card("messages", totals({"messages": None}))
    assert (kpi.value, kpi.raw, kpi.unit) == ("sin dato", "", "")
    note = Note("messages", "not_applicable", "No aplica con el filtro de agente.")
    kpi = card("messages", totals({"messages": None}, notes=[note]))
    assert kpi.value == "no aplica"
    assert kpi.details[-1] == note.text_es


def test_a_count_by_turn_says_so():
    note = Note("messages", "by_turn", "Cuenta lo que tuvo al menos un turno.")
    kpi = card("messages", totals({"messages": 3}, notes=[note]))
    assert kpi.note == "por turno"
    assert kpi.details[-1] == note.text_es


def test_zero_is_a_number():
    assert card("messages", totals({"messages": 0})).raw == "0"


def test_the_card_carries_its_number_for_machines_and_escapes_everything():
    kpi = Kpi(
        group='g"',
        metric='m"',
        label="<b>Etiqueta</b>",
        value="1<2",
        raw="1",
        unit="<u>",
        change=Change("<i>", "▲", "bad", "<s>"),
        light="red",
        details=("<script>",),
        note="<p>",
    )
    html = kpi_card(kpi)
    assert 'data-metric="m&quot;"' in html
    assert 'data-value="1"' in html
    assert "<b>" not in html
    assert "<script>" not in html
    assert "<u>" not in html
    assert 'aria-label="Semáforo en rojo: Crítico"' in html
    assert 'class="malo"' in html


def test_a_grid_holds_every_card():
    cards = kpis_of(
        totals({"messages": 1, "wait_count": 2}), CATALOG, ["messages", "wait_count"], group="kpis"
    )
    assert kpi_grid(cards).count("<article") == 2
