"""The sentences of the briefing, from a handful of figures."""

from dataclasses import replace
from datetime import date

from lib.ui.filters.address import preset_view
from lib.ui.home.summary import DayFigures, summary_lines
from tests.support.answers import grouped, totals

VIEW = preset_view("ayer", date(2026, 2, 17))
DAY = {
    "messages": 120,
    "fallback_rate": 0.2,
    "bot_handled_messages": 50,
    "wait_time_p50": 95,
    "wait_count": 8,
}
BEFORE = {"messages": 100, "fallback_rate": 0.18, "bot_handled_messages": 40, "wait_time_p50": 60}


def compared(group, names, metric, now, before):
    unit = "mensajes"
    changes = [a - b for a, b in zip(now, before, strict=True)]
    return grouped(
        {group: names},
        {
            metric: (unit, now),
            f"{metric}__prior": (unit, before),
            f"{metric}__change": (unit, changes),
            f"{metric}__relative_change": ("porcentaje", [None] * len(now)),
        },
        compared=True,
    )


FIGURES = DayFigures(
    day=totals(DAY, BEFORE),
    entities=compared("entity", ["Norte", "Sur"], "messages", [70, 50], [55, 45]),
    intents=compared("intent", ["saldo", "pago"], "intent_conversations", [4, 9], [12, 5]),
    hours=grouped({"hour": [9, 10]}, {"messages": ("mensajes", [30, 90])}),
)


def texts(figures):
    return [line.text.replace("\u00a0", " ") for line in summary_lines(figures, VIEW)]


def test_five_sentences_say_what_changed_where_and_when():
    assert texts(FIGURES) == [
        "Ayer hubo 120 mensajes, 20,0 % más que el lunes anterior; "
        "donde más cambió fue en Norte (+15).",
        "El motivo que más cambió fue «saldo»: 4 conversaciones (−8).",
        "La hora pico fue la de las 10:00, con 90 mensajes.",
        "El bot no entendió 20,0 % de los 50 mensajes que atendió, 2,0 puntos más.",
        "La mitad de quienes pidieron un agente esperó menos de 1 min 35 s (antes 1 min 00 s), "
        "en 8 sesiones.",
    ]


def test_every_sentence_leads_to_its_own_figures():
    volume, intent, peak, _bot, _wait = summary_lines(FIGURES, VIEW)
    assert (volume.view.entities, volume.view.is_compared) == (("Norte",), True)
    assert intent.view.intents == ("saldo",)
    assert peak.view.hours == (10,)


def test_a_fall_is_explained_by_who_fell():
    fallen = replace(
        FIGURES,
        day=totals({**DAY, "messages": 80}, BEFORE),
        entities=compared("entity", ["Norte", "Sur"], "messages", [60, 20], [50, 50]),
    )
    assert texts(fallen)[0] == (
        "Ayer hubo 80 mensajes, 20,0 % menos que el lunes anterior; "
        "donde más cambió fue en Sur (−30)."
    )


def test_small_changes_have_no_driver_and_small_bases_no_sentence():
    quiet = DayFigures(
        day=totals({**DAY, "messages": 101, "bot_handled_messages": 4, "wait_count": 2}, BEFORE),
        entities=compared("entity", ["Norte"], "messages", [51], [50]),
        intents=compared("intent", ["saldo"], "intent_conversations", [5], [4]),
        hours=grouped({"hour": [9]}, {"messages": ("mensajes", [None])}),
    )
    assert texts(quiet) == ["Ayer hubo 101 mensajes, 1,0 % más que el lunes anterior."]


def test_without_a_base_or_without_data_nothing_is_made_up():
    alone = replace(FIGURES, day=totals(DAY, {}))
    assert texts(alone)[0] == "Ayer hubo 120 mensajes; no hay con qué compararlos."
    same = replace(FIGURES, day=totals({**DAY, "messages": 100}, BEFORE))
    assert texts(same)[0] == "Ayer hubo 100 mensajes, los mismos que el lunes anterior."
    assert texts(replace(FIGURES, day=totals({**DAY, "messages": None}, BEFORE))) == []
