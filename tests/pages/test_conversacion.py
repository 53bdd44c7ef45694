"""One conversation step by step: what was written only for a reason, and nothing of others."""

import pytest
from sqlalchemy import create_engine, text

from lib.auth.permissions import Role
from lib.auth.reveal import MOST_AN_HOUR
from lib.ui.details.conversation_page import NOT_FOUND
from lib.ui.details.reveal_form import BAD_TICKET, TOO_MANY, shown_pools
from tests.support.metric_world import PROJECT
from tests.support.pages import html_of, open_page

KEY = "a" * 32
WRITTEN = ("mi cédula es <b>1</b>", "ya te ayudo")
ROWS = f"""
insert into marts.fct_conversations (
    project_id, contact_key, local_date, entity, channel, conversation_type, first_message_at,
    last_message_at, message_count
) values (
    {PROJECT}, '{KEY}', '2026-02-12', 'Norte', 'cloudapi', 'bot', '2026-02-12 15:00Z',
    '2026-02-12 15:02Z', 2
);
insert into marts.fct_messages (
    project_id, contact_key, local_date, entity, channel, message_id, sent_at, direction, intent,
    is_fallback, body
) values
({PROJECT}, '{KEY}', '2026-02-12', 'Norte', 'cloudapi', 'x1', '2026-02-12 15:00Z', 'inbound',
    'saldo', true, '{WRITTEN[0]}'),
({PROJECT}, '{KEY}', '2026-02-12', 'Norte', 'cloudapi', 'x2', '2026-02-12 15:02Z', 'bot',
    null, false, '{WRITTEN[1]}');
grant select (body) on marts.fct_messages to reveal_reader
"""


@pytest.fixture(scope="module")
def told(world):
    """The world with a conversation whose key is one a contact can be shown by."""
    run(world, ROWS)
    yield world
    shown_pools().close()
    shown_pools.cache_clear()


def run(world, statement):
    engine = create_engine(world)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def reveals(world):
    engine = create_engine(world)
    with engine.connect() as connection:
        rows = connection.execute(
            text("select actor, detail from app.audit_queue where action = 'reveal'")
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def shown(at, reason="Posible fraude", ticket=""):
    """The page after the form was filled in."""
    if reason:
        at.selectbox(key="mostrar-motivo").select(reason)
    at.text_input(key="mostrar-caso").input(ticket)
    return at.button[0].click().run()


def test_turns_and_hand_off_stand_in_their_order_with_local_times(enter):
    enter("demo")
    html = html_of(open_page("conversacion", contacto="ana", dia="2026-02-10"))
    steps = html.split('<ol class="pasos"')[1].split("<li ")[1:]
    titles = [step.split("<strong>")[1].split("</strong>")[0] for step in steps]
    assert titles == [
        "Entrante",
        "Bot",
        "Entrante",
        "Bot",
        "Agente: Laura Gómez",
        "Entrante",
        "Entró a la cola de agentes",
        "Asignada a Laura Gómez",
        "Sesión cerrada",
    ]
    assert "09:00:00" in steps[0]
    assert "El bot no entendió" in steps[0]
    assert "intención: saldo" in steps[0]
    assert "El bot no entendió" not in steps[2]
    assert "tras 1\u00a0h\u00a000\u00a0min" in steps[4]
    assert "10:01:00" in steps[7]
    assert "esperó 30\u00a0s · primera respuesta en 1\u00a0min\u00a000\u00a0s" in steps[7]
    assert "Cierre del agente · atención de 10\u00a0min\u00a000\u00a0s" in steps[8]
    assert "+57 3** *** **00" in html
    assert "<dt>Mensajes</dt><dd>6</dd>" in html
    assert "573001234567" not in html


def test_a_row_of_the_list_leads_to_its_conversation(enter):
    enter("demo")
    listed = html_of(open_page("detalle", medida="conversations"))
    assert (
        '<a href="conversacion?contacto=ana&amp;dia=2026-02-10&amp;tenant=demo" target="_self">'
        "10/02/2026</a>"
    ) in listed


@pytest.mark.parametrize(
    ("contact", "day"),
    [
        ("zoe", "2026-02-10"),
        ("nadie", "2026-02-10"),
        ("ana", "2026-02-12"),
        ("ana", "ayer"),
        ("ana", ""),
        ("", "2026-02-10"),
        ("ana' or 1=1 --", "2026-02-10"),
        ("a" * 500, "2026-02-10"),
        ("573001234567", "2026-02-10"),
    ],
)
def test_what_is_not_ones_own_or_never_was_is_not_found(enter, contact, day):
    enter("demo")
    at = open_page("conversacion", contacto=contact, dia=day)
    html = html_of(at)
    assert NOT_FOUND in html
    assert 'class="pasos"' not in html
    assert len(at.button) == 0


def test_a_reader_of_another_entity_does_not_find_it(enter):
    enter("demo", role=Role.SUPERVISOR, entities=("Sur",))
    assert NOT_FOUND in html_of(open_page("conversacion", contacto="ana", dia="2026-02-10"))
    enter("demo", role=Role.SUPERVISOR, entities=("Norte",))
    assert NOT_FOUND not in html_of(open_page("conversacion", contacto="ana", dia="2026-02-10"))


def test_texts_are_shown_once_for_a_reason_that_is_on_record(told, enter):
    enter("demo", subject="sofia", role=Role.SUPERVISOR)
    at = open_page("conversacion", contacto=KEY, dia="2026-02-12")
    assert not any(words in html_of(at) for words in ("cédula", "ya te ayudo"))
    assert reveals(told) == []
    html = html_of(shown(at, ticket="PQR-2026/123"))
    assert "mi cédula es &lt;b&gt;1&lt;/b&gt;</blockquote>" in html
    assert html.index("mi cédula") < html.index("ya te ayudo")
    detail = {"contact_key": KEY, "what": "messages", "reason": "fraud", "ticket": "PQR-2026/123"}
    assert reveals(told) == [("sofia", detail)]
    assert "cédula" not in html_of(at.run())


def test_without_a_reason_or_with_a_person_as_case_nothing_is_shown(told, enter):
    enter("demo", subject="rosa", role=Role.SUPERVISOR)
    at = open_page("conversacion", contacto=KEY, dia="2026-02-12")
    assert "cédula" not in html_of(shown(at, reason=None))
    assert at.warning[0].value == "Elige un motivo."
    assert "cédula" not in html_of(shown(at, ticket="Ana Pérez"))
    assert at.warning[0].value == BAD_TICKET
    assert [actor for actor, _detail in reveals(told) if actor == "rosa"] == []


def test_who_looked_too_often_is_told_to_wait(told, enter, monkeypatch):
    enter("demo", subject="mira", role=Role.SUPERVISOR)
    monkeypatch.setattr("lib.auth.reveal.MOST_AN_HOUR", 1)
    at = open_page("conversacion", contacto=KEY, dia="2026-02-12")
    assert "cédula" in html_of(shown(at))
    assert "cédula" not in html_of(shown(at))
    assert at.warning[0].value == TOO_MANY
    assert str(MOST_AN_HOUR) in TOO_MANY


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.OPERATIONS])
def test_a_role_that_may_not_sees_the_steps_and_no_form(told, enter, role):
    enter("demo", role=role)
    at = open_page("conversacion", contacto=KEY, dia="2026-02-12")
    assert "Del primero al último" in html_of(at)
    assert "2\u00a0min\u00a000\u00a0s" in html_of(at)
    assert len(at.button) == 0
