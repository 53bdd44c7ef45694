from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.metrics.options import Options
from lib.ui.filters.address import View, default_view, link, preset_view, read_view, write_view

TODAY = date(2026, 2, 17)
OPTIONS = Options(
    entities=("Cooprofesionales", "Utrahuilca"),
    channels=("webchat", "whatsapp"),
    agents=(("1201", "Laura Gómez"), ("1202", "Andrés Ramírez")),
    intents=("consulta_saldo", "pago_cuota"),
    timezone="America/Bogota",
    first_date=date(2025, 1, 14),
    last_date=TODAY,
)
DEFAULT = default_view(TODAY)


def read(**params):
    return read_view(
        {name: [v] if isinstance(v, str) else v for name, v in params.items()}, OPTIONS, TODAY
    )


def test_an_empty_address_opens_the_last_thirty_days():
    view, notices = read()
    assert (view.start, view.end) == (date(2026, 1, 19), TODAY)
    assert notices == ()
    assert not view.is_narrowed


def test_a_preset_is_read_from_the_address():
    view, notices = read(periodo="semana-pasada")
    assert (view.start, view.end) == (date(2026, 2, 9), date(2026, 2, 15))
    assert notices == ()


def test_two_days_are_a_period_of_their_own():
    view, notices = read(desde="2026-02-01", hasta="2026-02-10")
    assert (view.preset, view.start, view.end) == (
        "personalizado",
        date(2026, 2, 1),
        date(2026, 2, 10),
    )
    assert notices == ()


def test_an_open_end_means_until_today_and_the_future_is_cut():
    assert read(desde="2026-02-10")[0].end == TODAY
    assert read(desde="2026-02-10", hasta="2027-01-01")[0].end == TODAY


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"periodo": "ayer-no"}, "El periodo «ayer-no» no existe"),
        ({"desde": "ayer", "hasta": "hoy"}, "no son válidas"),
        ({"hasta": "2026-02-10"}, "no son válidas"),
        ({"desde": "2026-02-10", "hasta": "2026-02-01"}, "posterior a la final"),
        ({"desde": "2026-03-01", "hasta": "2026-03-02"}, "en el futuro"),
        ({"desde": "2020-01-01", "hasta": "2026-01-01"}, "supera dos años"),
        ({"desde": "1900-01-01", "hasta": "1900-02-01"}, "anteriores al 01/01/2000"),
    ],
)
def test_a_period_without_sense_is_dropped_with_a_notice(params, said):
    view, notices = read(**params)
    assert (view.start, view.end) == (DEFAULT.start, DEFAULT.end)
    assert len(notices) == 1
    assert said in notices[0]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"entidad": "Otra"}, "La entidad «Otra» no existe"),
        ({"canal": "telex"}, "El canal «telex» no existe"),
        ({"agente": "9999"}, "El agente «9999» no existe"),
        ({"intencion": "nada"}, "La intención «nada» no existe"),
        ({"direccion": "inbound"}, "La dirección «inbound» no existe"),
        ({"comparar": "tal vez"}, "«comparar» no es válido"),
        ({"grano": "siglo"}, "«grano» no es válido"),
    ],
)
def test_a_filter_that_does_not_exist_is_dropped_with_a_notice(params, said):
    view, notices = read(**params)
    assert view == DEFAULT
    assert len(notices) == 1
    assert said in notices[0]


def test_good_values_stay_when_bad_ones_are_dropped():
    view, notices = read(entidad=["Utrahuilca", "Otra", "Utrahuilca", "Cooprofesionales"])
    assert view.entities == ("Cooprofesionales", "Utrahuilca")
    assert len(notices) == 1


def test_the_order_and_repetition_of_values_make_no_other_view():
    one, _ = read(entidad=["Utrahuilca", "Cooprofesionales"])
    two, _ = read(entidad=["Cooprofesionales", "Utrahuilca", "Utrahuilca"])
    assert one == two


def test_parameters_that_are_not_ours_are_ignored():
    view, notices = read(tenant="demo", utm_source="correo", project_id="900202")
    assert view == DEFAULT
    assert notices == ()


def test_a_long_or_invisible_value_is_not_repeated_whole_in_a_notice():
    _, notices = read(entidad="x" * 5_000 + "\u0000\u202e")
    assert len(notices[0]) < 100


def test_the_default_view_needs_no_address():
    assert write_view(DEFAULT) == {}
    assert write_view(DEFAULT, "demo") == {"tenant": ["demo"]}


def test_directions_are_spanish_in_the_address():
    view = replace(DEFAULT, directions=("bot", "inbound"))
    assert write_view(view) == {"direccion": ["bot", "entrante"]}


def test_a_link_carries_the_filters_and_survives_accents_and_signs():
    view = replace(preset_view("ayer", TODAY), entities=("Coop & Más+",))
    query = parse_qs(urlsplit(link("/conversaciones", view)).query)
    assert query == {"periodo": ["ayer"], "entidad": ["Coop & Más+"]}
    assert link("/conversaciones", DEFAULT) == "/conversaciones"


@st.composite
def views(draw):
    def some(values):
        return tuple(sorted(draw(st.sets(st.sampled_from(values)))))

    preset = draw(st.sampled_from(["hoy", "ayer", "este-mes", "ultimos-90", "personalizado"]))
    days = (date(2025, 3, 1), date(2025, 4, 9)) if preset == "personalizado" else None
    view = preset_view(preset if days is None else "hoy", TODAY)
    if days:
        view = replace(view, preset=preset, start=days[0], end=days[1])
    return replace(
        view,
        entities=some(OPTIONS.entities),
        channels=some(OPTIONS.channels),
        agents=some(["1201", "1202"]),
        intents=some(OPTIONS.intents),
        directions=some(["inbound", "bot", "agent"]),
        is_compared=draw(st.booleans()),
        grain=draw(st.sampled_from(["day", "week", "month"])),
    )


@given(views())
def test_what_is_written_into_an_address_is_read_back_as_the_same_view(view: View):
    read_back, notices = read_view(write_view(view, "demo"), OPTIONS, TODAY)
    assert read_back == view
    assert notices == ()


@given(
    st.dictionaries(
        st.sampled_from(["desde", "hasta", "periodo", "entidad", "grano", "comparar"]),
        st.lists(st.text(max_size=20), max_size=3),
    )
)
def test_no_address_whatever_breaks_the_page(params):
    view, _ = read_view(params, OPTIONS, TODAY)
    assert view.start <= view.end <= TODAY


def test_filters_set_by_a_click_are_words_of_the_address_and_come_back():
    view, notices = read(
        **{
            "tipo": ["mixta"],
            "hora": ["14", "9"],
            "dia-semana": "miercoles",
            "cierre": ["agent-transfer", "sin-dato"],
            "espera": "30+",
            "grano": "dia-semana",
        }
    )
    assert notices == ()
    assert view.conversation_types == ("mixed",)
    assert view.hours == (9, 14)
    assert view.weekdays == (3,)
    assert view.close_reasons == ("", "AGENT_TRANSFER")
    assert view.wait_buckets == ("30+",)
    assert view.grain == "weekday"
    again, _notices = read(**parse_qs(urlsplit(link("/conversaciones", view)).query))
    assert again == view


@pytest.mark.parametrize("name", ["tipo", "hora", "dia-semana", "cierre", "espera"])
def test_a_value_of_a_clicked_filter_that_does_not_exist_is_dropped_with_a_notice(name):
    view, notices = read(**{name: "nunca"})
    assert view == DEFAULT
    assert len(notices) == 1
    assert "«nunca» no existe" in notices[0]
