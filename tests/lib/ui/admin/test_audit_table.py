"""The audit log in words: every code of ours has one, a stranger's text stays text."""

from datetime import UTC, datetime

import pytest

from lib.audit.events import DETAILS, Action
from lib.audit.trail import Entry
from lib.audit.verify import ChainVerdict
from lib.auth.permissions import Role
from lib.ui.admin.audit_table import QUESTIONS, trail_table, verdict_text
from lib.ui.cards.questions import QUESTIONS as ASKED
from lib.ui.cards.result_table import table_html
from lib.ui.words.labels import ACTIONS, AUDIT_DETAILS, MODES, ROLES

AT = datetime(2026, 2, 17, 15, 5, tzinfo=UTC)


def entry(action=Action.LOGIN, actor="ana", incident=None, **detail):
    return Entry(1, AT, action, actor, detail, incident, 1)


def cells(one):
    return trail_table([one], "America/Bogota").rows[0]


def test_every_action_detail_role_and_question_has_a_spanish_word():
    assert set(ACTIONS) == set(Action)
    assert set(AUDIT_DETAILS) == set().union(*DETAILS.values())
    assert set(ROLES) == set(Role)
    assert set(MODES) == {"dev", "cookie", "token", "local"}
    assert set(QUESTIONS) == {*ASKED, "details", "timeline", "huella"}


def test_an_event_is_a_row_in_the_projects_own_time():
    one = entry(mode="local", role="admin", issuer="local")
    assert cells(one) == (
        "17/02/2026 10:05",
        "Inicio de sesión",
        "ana",
        "modo: Usuario y contraseña; papel: Administración; emisor: local",
        "",
    )


def test_lists_numbers_and_nothing_are_written_for_people():
    one = entry(Action.QUERY, metrics=["hour", "hour", "agents"], filters="", rows=1200)
    assert cells(one)[3] == "figuras: Mensajes por hora, Agentes; filas: 1.200"
    assert cells(entry(Action.LOGOUT, everywhere=True))[3] == "en todos sus dispositivos: sí"


def test_a_name_that_is_markup_stays_a_name():
    table = trail_table([entry(actor="<script>alert(1)</script>", issuer="a|b")], "America/Bogota")
    html = table_html(table, "Auditoría")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_long_detail_is_cut_and_says_so():
    assert len(cells(entry(Action.SQL, sql="x" * 2_000))[3]) == 300
    assert cells(entry(Action.SQL, sql="x" * 2_000))[3].endswith("…")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            ChainVerdict(101, 1200, "ab" * 32),
            "1.200 filas comprobadas, la última con la huella ab",
        ),
        (ChainVerdict(101, 2, "a" * 64, 3, "changed"), "rota en la fila 3: fue cambiada"),
        (ChainVerdict(101, 2, "a" * 64, 3, "missing"), "rota en la fila 3: falta"),
    ],
)
def test_the_verdict_is_a_sentence(verdict, words):
    assert words in verdict_text(verdict)
