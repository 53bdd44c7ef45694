from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.tenants.freshness import Freshness
from lib.ui.home.briefing import briefing_questions, greeting, whole_hours_today, yesterday_title

TODAY = date(2026, 2, 17)
BOGOTA = "America/Bogota"


def at(hour, minute=0, day=17):
    """An instant by Bogotá's clock."""
    return datetime(2026, 2, day, hour, minute, tzinfo=ZoneInfo(BOGOTA)).astimezone(UTC)


def fresh(data_until):
    return Freshness(1, at(10), data_until, at(10), "abc", None, None)


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "Buenos días"), (11, "Buenos días"), (12, "Buenas tardes"), (19, "Buenas noches")],
)
def test_the_greeting_follows_the_projects_clock(hour, words):
    assert greeting(at(hour), BOGOTA) == words


@pytest.mark.parametrize(
    ("data_until", "hours"),
    [
        (at(9, 59), 9),
        (at(0, 30), 0),
        (at(23, 59, day=16), 0),
        (at(15), 10),
        (None, 0),
    ],
)
def test_only_whole_hours_that_are_loaded_are_compared(data_until, hours):
    assert whole_hours_today(fresh(data_until), at(10, 20), TODAY, BOGOTA) == hours


def test_today_is_asked_only_when_it_has_a_whole_hour():
    assert [asked.id for asked in briefing_questions(TODAY, 0)] == [
        "ayer",
        "entidades",
        "tendencia",
        "motivos",
        "horas",
    ]
    today = briefing_questions(TODAY, 9)[-1]
    assert (today.id, today.hour_to, today.view.start) == ("hoy", 9, TODAY)


def test_yesterday_has_a_full_name():
    assert yesterday_title(TODAY) == "lunes 16 de febrero de 2026"
