from dataclasses import replace

from lib.ui.filters.address import preset_view
from lib.ui.home.attention import attention_items
from tests.support.answers import CATALOG, TODAY, grouped, totals

VIEW = preset_view("ayer", TODAY)
CALM_DAY = {
    "messages": 1000,
    "fallback_rate": 0.10,
    "fallback_messages": 10,
    "bot_handled_messages": 100,
    "wait_time_p50": 45,
    "wait_count": 30,
}


def entities(rates=(), bases=()):
    names = [f"Entidad {n}" for n in range(len(rates))]
    return grouped(
        {"entity": names},
        {
            "fallback_rate": ("porcentaje", rates),
            "bot_handled_messages": ("mensajes", bases),
        },
    )


def items(day=None, prior=None, by_entity=None):
    result = totals({**CALM_DAY, **(day or {})}, {**CALM_DAY, **(prior or {})})
    return attention_items("ayer", result, by_entity or entities(), CATALOG, VIEW)


def plain(text):
    return text.replace("\u00a0", " ")


def test_a_day_within_its_limits_is_said_to_be_in_order():
    (item,) = items()
    assert (item.level, item.text) == ("calm", "Todo en orden ayer")


def test_a_fallback_of_fifteen_percent_is_a_warning_and_over_twenty_five_critical():
    (warning,) = items({"fallback_rate": 0.15})
    (critical,) = items({"fallback_rate": 0.26})
    assert (warning.level, critical.level) == ("warning", "critical")
    assert "15,0 %" in plain(warning.text)
    assert "10 de 100" in warning.reason


def test_a_bad_rate_on_few_messages_is_no_news():
    assert items({"fallback_rate": 0.9, "bot_handled_messages": 19})[0].level == "calm"


def test_a_median_wait_over_the_target_is_news_with_enough_sessions():
    (item,) = items({"wait_time_p50": 61})
    assert item.level == "warning"
    assert "1 min 01 s" in plain(item.text)
    assert items({"wait_time_p50": 181})[0].level == "critical"
    assert items({"wait_time_p50": 60})[0].level == "calm"
    assert items({"wait_time_p50": 500, "wait_count": 4})[0].level == "calm"
    assert items({"wait_time_p50": None})[0].level == "calm"


def test_a_third_more_or_less_volume_is_news_both_ways():
    (fall,) = items({"messages": 600})
    assert "bajó 40,0 %" in plain(fall.text)
    assert fall.view.is_compared
    assert "subió 50,0 %" in plain(items({"messages": 1500})[0].text)
    assert items({"messages": 1290})[0].level == "calm"


def test_a_change_of_a_small_volume_is_chance():
    assert items({"messages": 90}, {"messages": 20})[0].level == "calm"


def test_entities_in_red_are_listed_worst_first_with_their_own_filter():
    found = items(by_entity=entities([0.30, 0.40, 0.9, 0.2], [50, 60, 5, 80]))
    assert [plain(item.text) for item in found] == [
        "Entidad 1: fallback de 40,0 % ayer",
        "Entidad 0: fallback de 30,0 % ayer",
    ]
    assert found[0].view == replace(VIEW, entities=("Entidad 1",))


def test_what_is_critical_comes_first():
    found = items({"fallback_rate": 0.2, "wait_time_p50": 200})
    assert [item.level for item in found] == ["critical", "warning"]


def test_a_day_that_is_not_loaded_is_not_called_calm():
    (item,) = items({"messages": None})
    assert (item.level, item.text) == ("warning", "Sin datos de ayer")
