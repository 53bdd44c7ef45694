from dataclasses import replace
from datetime import date

import pytest

from lib.charts.theme import BLUE, DIRECTION_COLORS, GREY
from lib.metrics.dimensions import CONVERSATION_TYPES
from lib.metrics.results import OTHERS
from lib.ui.cards import drawings
from lib.ui.cards.drawing_parts import MOST_BARS
from lib.ui.cards.questions import CAMPAIGN_QUESTIONS, CONVERSATION_QUESTIONS, QUESTIONS
from lib.ui.cards.registry import CARDS
from lib.ui.executive.executive_view import executive_questions
from lib.ui.filters.address import default_view
from tests.support.answers import TODAY, grouped

VIEW = default_view(TODAY)
EXECUTIVE_QUESTIONS = [asked.question for asked in executive_questions(TODAY)]


def plain(text):
    return text.replace("\u00a0", " ")


def test_days_are_short_on_the_axis_and_whole_in_the_hover():
    result = grouped({"day": [date(2026, 2, 16), TODAY]}, {"messages": ("mensajes", [5, None])})
    trace = drawings.over_time(result, VIEW).figure.data[0]
    assert trace.x == ("16 feb", "17 feb")
    assert trace.y == (5, None)
    assert plain(trace.hovertext[0]) == "lun 16 feb<br><b>5</b> mensajes"
    assert trace.hovertext[1] == "mar 17 feb<br>sin dato"


def test_weeks_are_drawn_by_their_monday():
    result = grouped({"week": [date(2026, 2, 9)]}, {"messages": ("mensajes", [5])})
    trace = drawings.over_time(result, replace(VIEW, grain="week")).figure.data[0]
    assert plain(trace.hovertext[0]).startswith("9 al 15 feb")


def test_the_prior_period_is_a_dashed_line_with_its_own_days():
    result = grouped(
        {"day": [TODAY], "day__prior": [date(2026, 2, 10)]},
        {"messages": ("mensajes", [5]), "messages__prior": ("mensajes", [7])},
        compared=True,
    )
    now, before = drawings.over_time(result, VIEW).figure.data
    assert (now.name, before.name) == ("Este periodo", "Periodo anterior")
    assert before.line.dash == "dash"
    assert before.hovertext[0].startswith("mar 10 feb")


def test_a_running_period_ends_dotted():
    days = {"day": [date(2026, 2, 16), TODAY]}
    result = grouped(days, {"messages": ("mensajes", [5, 2])}, partial=True)
    assert "dot" in [trace.line.dash for trace in drawings.over_time(result, VIEW).figure.data]


def test_each_direction_has_its_own_colour_and_says_its_share():
    result = grouped(
        {"direction": ["inbound", "bot", "agent"]},
        {
            "messages": ("mensajes", [6, 3, 1]),
            "messages__share": ("porcentaje", [0.6, 0.3, 0.1]),
        },
    )
    trace = drawings.by_direction(result, VIEW).figure.data[0]
    assert trace.y == ("Entrante", "Bot", "Agente")
    assert list(trace.marker.color) == [DIRECTION_COLORS[d] for d in ("inbound", "bot", "agent")]
    assert plain(trace.text[0]) == "6 · 60,0 %"


def test_the_week_runs_from_monday_and_the_day_from_midnight():
    result = grouped({"weekday": [7, 1], "hour": [23, 0]}, {"messages": ("mensajes", [9, 4])})
    drawing = drawings.weekday_hour(result, VIEW)
    trace, points = drawing.figure.data
    assert trace.y[0] == "Lun"
    assert trace.y[-1] == "Dom"
    assert trace.z[0][0] == 4
    assert trace.z[6][23] == 9
    assert trace.z[3][12] is None
    assert plain(points.hovertext[167]) == "Domingo, 23:00 a 23:59<br><b>9</b> mensajes"
    assert drawing.marks[points.customdata[167]].kept == (("weekdays", 7), ("hours", 23))


def test_hours_are_named_from_start_to_end():
    result = grouped({"hour": [8, 9]}, {"messages": ("mensajes", [1, 2])})
    trace = drawings.by_hour(result, VIEW).figure.data[0]
    assert trace.x == ("8", "9")
    assert trace.hovertext[0].startswith("08:00 a 8:59")


def test_conversation_types_are_bars_with_their_shares():
    result = grouped(
        {"conversation_type": list(CONVERSATION_TYPES)},
        {
            "conversations": ("conversaciones", [3, 1, 0]),
            "conversations__share": ("porcentaje", [0.75, 0.25, 0]),
        },
    )
    trace = drawings.conversation_type(result, VIEW).figure.data[0]
    assert trace.y == ("Solo bot", "Mixta", "Solo agente")
    assert [plain(text) for text in trace.text] == ["3 · 75,0 %", "1 · 25,0 %", "0 · 0,0 %"]


def test_hours_and_weekdays_in_the_place_of_days_are_named_and_never_dotted():
    hours = grouped({"hour": [8, 9]}, {"messages": ("mensajes", [1, 2])}, partial=True)
    trace, *more = drawings.over_time(hours, replace(VIEW, grain="hour")).figure.data
    assert (trace.x, more) == (("08:00", "09:00"), [])
    week = grouped({"weekday": [1, 7]}, {"messages": ("mensajes", [1, 2])})
    trace = drawings.over_time(week, replace(VIEW, grain="weekday")).figure.data[0]
    assert trace.x == ("Lunes", "Domingo")


def test_a_ranking_has_the_best_first_without_the_rest():
    result = grouped(
        {"intent": [f"i{n}" for n in range(20)] + [OTHERS]},
        {"intent_conversations": ("conversaciones", list(range(21, 0, -1)))},
    )
    trace = drawings.intents(result, VIEW).figure.data[0]
    assert len(trace.y) == MOST_BARS
    assert trace.y[0] == "i0"
    assert OTHERS not in trace.y
    assert drawings.technical_intents(result, VIEW).figure.data[0].marker.color == GREY


def test_names_of_the_data_cannot_format_or_link():
    result = grouped(
        {"intent": ['<a href="http://x">y</a>']}, {"intent_conversations": ("conversaciones", [1])}
    )
    trace = drawings.intents(result, VIEW).figure.data[0]
    assert "<a" not in trace.y[0]
    assert "<a" not in trace.hovertext[0]


def test_two_contacts_with_the_same_mask_keep_a_bar_each():
    result = grouped({"contact": ["+57 3** *** **67"] * 2}, {"messages": ("mensajes", [5, 4])})
    assert drawings.contacts(result, VIEW).figure.data[0].y == (
        "+57 3** *** **67",
        "+57 3** *** **67 (2)",
    )


def test_waits_and_reasons_have_spanish_names():
    waits = grouped({"wait_bucket": ["0-1", None]}, {"agent_sessions": ("sesiones", [2, 1])})
    assert drawings.wait_buckets(waits, VIEW).figure.data[0].x == ("Menos de 1 min", "Sin asignar")
    reasons = grouped(
        {"close_reason": ["AGENT_ACTION", None]},
        {
            "agent_sessions": ("sesiones", [2, 1]),
            "agent_sessions__share": ("porcentaje", [0.67, 0.33]),
        },
    )
    assert drawings.close_reasons(reasons, VIEW).figure.data[0].y == (
        "Cierre del agente",
        "Sin motivo registrado",
    )


def test_agents_are_drawn_by_their_messages():
    result = grouped({"agent": ["Laura Gómez"]}, {"agent_messages": ("mensajes", [5])})
    trace = drawings.agents(result, VIEW).figure.data[0]
    assert (trace.x, trace.y, trace.marker.color) == ((5,), ("Laura Gómez",), BLUE)


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.id)
def test_every_card_asks_a_question_of_the_page_and_names_its_unit(card):
    assert card.question in QUESTIONS
    assert card.question in (*CONVERSATION_QUESTIONS, *CAMPAIGN_QUESTIONS, *EXECUTIVE_QUESTIONS)
    assert card.subtitle
    assert card.empty.endswith(".")
