import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from lib.db.errors import TenantBusyError
from lib.metrics.errors import BadLimitError
from lib.ui.cards import asking
from lib.ui.visit.session import Session
from tests.support.metric_world import MESSAGE, PROJECT, TALKS
from tests.support.pages import html_of, kpis_in, open_page


def counted(project=PROJECT, entity=None, letters="iba"):
    """Messages of the small world, straight from its shorthand; all lie in the last 30 days."""
    return sum(
        letter in letters
        for talk in TALKS
        if talk.project == project and entity in {None, talk.entity}
        for _hour, letter, _detail, _marks in MESSAGE.findall(talk.messages)
    )


def down(*_args, **_kwargs):
    raise OperationalError("select", {}, Exception("connection refused by 10.0.0.1"))


def test_the_kpis_are_the_counts_of_the_projects_own_rows(enter):
    enter("demo")
    at = open_page("conversaciones")
    assert not at.exception
    kpis = kpis_in(html_of(at))
    assert kpis["messages"] == str(counted())
    assert kpis["unique_contacts"] == "4"
    assert kpis["active_agents"] == "2"


@pytest.mark.parametrize(
    ("slug", "project", "foreign"),
    [("andina", 900202, ("saldo", "Andrés", "Sur")), ("demo", 900101, ("secreto", "Oeste"))],
)
def test_a_project_sees_its_own_numbers_and_no_word_of_the_other(enter, slug, project, foreign):
    enter(slug)
    at = open_page("conversaciones")
    html = html_of(at)
    assert kpis_in(html)["messages"] == str(counted(project=project))
    widgets = [choice for box in at.multiselect for choice in box.options]
    everything = html + str([chart.proto for chart in at.get("plotly_chart")]) + str(widgets)
    assert [word for word in foreign if word in everything] == []


def test_two_projects_one_after_the_other_in_one_process_stay_apart(enter):
    for slug, project in (("demo", 900101), ("andina", 900202), ("demo", 900101)):
        enter(slug)
        shown = kpis_in(html_of(open_page("conversaciones")))
        assert shown["messages"] == str(counted(project=project))


@pytest.mark.parametrize(
    ("entity", "foreign"), [("Norte", ("Sur", "bienvenida")), ("Sur", ("Norte",))]
)
def test_a_visitor_of_one_entity_sees_its_numbers_and_no_word_of_the_others(
    enter, monkeypatch, entity, foreign
):
    enter("demo")
    open_page("conversaciones")
    monkeypatch.setattr(Session, "entities", property(lambda _session: (entity,)))
    at = open_page("conversaciones", entidad=foreign[0])
    html = html_of(at)
    assert kpis_in(html)["messages"] == str(counted(entity=entity))
    assert (
        f"La entidad «{foreign[0]}» no existe"
        in str([item.value for item in at.get("info")]) + html
    )
    widgets = [choice for box in at.multiselect for choice in box.options]
    charts = str([chart.proto for chart in at.get("plotly_chart")])
    assert [word for word in foreign if word in charts + str(widgets)] == []


def test_the_first_page_of_a_visitor_of_one_entity_tells_of_it_alone(enter, monkeypatch):
    enter("demo")
    monkeypatch.setattr(Session, "entities", property(lambda _session: ("Norte",)))
    html = html_of(open_page("inicio"))
    assert kpis_in(html)["messages"] == "2"
    assert "Sur" not in html


def test_every_card_of_the_page_is_there(enter):
    enter("demo")
    html = html_of(open_page("conversaciones"))
    for title in (
        "Mensajes en el tiempo",
        "Mensajes por dirección",
        "Tipo de conversación",
        "Mensajes por hora",
        "Día de la semana y hora",
        "Motivos de contacto",
        "Intenciones técnicas",
        "Agentes",
        "Tiempo de espera",
        "Motivos de cierre",
        "Contactos con más mensajes",
    ):
        assert f"<h3>{title}</h3>" in html


def test_phones_are_masked_and_texts_are_absent(enter):
    enter("demo")
    at = open_page("conversaciones")
    whole = html_of(at) + str([chart.proto for chart in at.get("plotly_chart")])
    assert "+57 3**" in whole
    assert "573001234567" not in whole
    assert "texto privado" not in whole


def test_a_filter_in_the_address_narrows_the_numbers(enter):
    enter("demo")
    at = open_page("conversaciones", entidad="Norte")
    assert kpis_in(html_of(at))["messages"] == str(counted(entity="Norte"))
    assert at.multiselect(key="filtro-entities").value == ["Norte"]


def test_a_filter_that_makes_no_sense_is_dropped_with_a_notice(enter):
    enter("demo")
    html = html_of(open_page("conversaciones", entidad="<b>Oeste</b>", periodo="nunca"))
    assert "La entidad «&lt;b&gt;Oeste&lt;/b&gt;» no existe" in html
    assert "El periodo «nunca» no existe" in html
    assert kpis_in(html)["messages"] == str(counted())


def test_choosing_in_the_bar_writes_the_address(enter):
    enter("demo")
    at = open_page("conversaciones", tenant="demo")
    at.multiselect(key="filtro-entities").set_value(["Sur"]).run()
    assert at.query_params["entidad"] == "Sur"
    assert at.query_params["tenant"] == "demo"
    at.selectbox(key="filtro-preset").set_value("semana-pasada").run()
    assert at.query_params["periodo"] == "semana-pasada"
    assert at.query_params["entidad"] == "Sur"
    at.selectbox(key="filtro-preset").set_value("personalizado").run()
    assert at.query_params["desde"] == "2026-02-09"
    assert at.query_params["hasta"] == "2026-02-15"
    at.toggle(key="filtro-is_compared").set_value(True).run()
    assert at.query_params["comparar"] == "si"


def test_a_day_moved_past_the_other_one_takes_it_along(enter):
    enter("demo")
    at = open_page("conversaciones", desde="2026-02-09", hasta="2026-02-10")
    at.date_input(key="filtro-start").set_value("2026-02-12").run()
    assert at.query_params["desde"] == "2026-02-12"
    assert at.query_params["hasta"] == "2026-02-12"


def test_a_chip_removes_its_filter_and_the_last_button_removes_all(enter):
    enter("demo")
    at = open_page("conversaciones", entidad=["Norte", "Sur"], direccion="bot", periodo="ayer")
    at.button(key="etiqueta-entities-0").click().run()
    assert at.query_params["entidad"] == "Sur"
    at.button(key="etiqueta-todo-0").click().run()
    assert dict(at.query_params) == {"tenant": "demo"}


def test_a_range_without_messages_has_a_designed_empty_state(enter):
    enter("demo")
    html = html_of(open_page("conversaciones", desde="2026-02-12", hasta="2026-02-13"))
    assert html.count('<div class="vacio"><strong>Sin datos</strong>') == 11
    assert kpis_in(html)["messages"] == "0"


def test_a_project_that_has_loaded_nothing_says_so(enter):
    enter("vacia")
    html = html_of(open_page("conversaciones"))
    assert "Aún no hay datos" in html
    assert kpis_in(html) == {}


def test_a_version_held_back_is_announced(enter, world):
    enter("demo")
    engine = create_engine(world)
    change = "update app.data_versions set held_back_since = {} where project_id = 900101"
    with engine.begin() as connection:
        connection.execute(text(change.format("'2026-02-17T12:00:00Z'")))
    try:
        html = html_of(open_page("conversaciones"))
    finally:
        with engine.begin() as connection:
            connection.execute(text(change.format("null")))
        engine.dispose()
    assert "no pasó las pruebas de calidad" in html
    assert "17/02/2026 07:00" in html
    assert kpis_in(html)["messages"] == str(counted())


def test_one_failing_card_leaves_the_others_standing(enter, monkeypatch):
    enter("demo")
    real = asking.ask

    def ask(connection, name, *rest, **scope):
        if name == "agents":
            raise BadLimitError("secret detail")
        return real(connection, name, *rest, **scope)

    monkeypatch.setattr("lib.ui.cards.cached_metrics.ask", ask)
    at = open_page("conversaciones")
    html = html_of(at)
    assert html.count('class="aviso"') == 1
    assert "No se pudo calcular" in html
    assert "Incidente" in html
    assert "secret detail" not in html
    assert kpis_in(html)["messages"] == str(counted())
    assert len(at.get("plotly_chart")) == 10


def test_a_failing_statement_does_not_spoil_the_questions_after_it(enter, monkeypatch):
    enter("demo")
    real = asking.ask

    def ask(connection, name, *rest, **scope):
        if name == "kpis":
            connection.execute(text("select 1 / 0"))
        return real(connection, name, *rest, **scope)

    monkeypatch.setattr("lib.ui.cards.cached_metrics.ask", ask)
    at = open_page("conversaciones")
    assert html_of(at).count('class="aviso"') == 1
    assert len(at.get("plotly_chart")) == 10


@pytest.mark.parametrize(
    "place",
    [
        "lib.ui.cards.cached_metrics.ask",
        "lib.ui.frame.page.load_freshness",
        "lib.ui.visit.session.find_session",
    ],
)
def test_a_lost_database_is_said_in_spanish_without_details(enter, monkeypatch, place):
    enter("demo")
    monkeypatch.setattr(place, down)
    at = open_page("conversaciones")
    html = html_of(at)
    assert "Sin conexión con los datos" in html
    assert "10.0.0.1" not in html
    assert not at.exception
    monkeypatch.undo()
    enter("demo")
    assert kpis_in(html_of(at.run()))["messages"] == str(counted())


def test_too_many_at_once_is_said_in_spanish(enter, monkeypatch):
    def busy(*_args, **_scope):
        raise TenantBusyError(900101, 3)

    enter("demo")
    monkeypatch.setattr("lib.ui.cards.cached_metrics.ask", busy)
    assert "Ocupado en este momento" in html_of(open_page("conversaciones"))


def test_a_chart_becomes_its_table_on_demand(enter):
    enter("demo")
    at = open_page("conversaciones")
    before = len(at.get("plotly_chart"))
    at.button_group(key="vista-direccion").set_value("Tabla").run()
    assert len(at.get("plotly_chart")) == before - 1
    assert '<td class="">Entrante</td>' in html_of(at)
