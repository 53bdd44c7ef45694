from zoneinfo import ZoneInfo

import pytest

from infra.sandbox.truth.rows import clean_intent, read_row
from tests.support.truth_rows import Rows

BOGOTA = ZoneInfo("America/Bogota")


def one(who, at="2026-02-10 09:00:00", **columns):
    rows = Rows()
    rows.add(who, at, **columns)
    return read_row(rows.values[0], BOGOTA)


@pytest.mark.parametrize(
    ("who", "columns", "direction"),
    [
        ("in", {}, "inbound"),
        ("in", {"sendingId": "61001"}, "inbound"),
        ("agent", {}, "agent"),
        ("bot", {"sendingId": "61001"}, "bot"),
        ("notice", {}, "system"),
        ("note", {}, "note"),
        ("campaign", {}, "campaign"),
        ("campaign", {"integration": "df"}, "campaign"),
        ("ai", {}, "bot"),
        ("other", {}, "other"),
    ],
)
def test_direction_is_the_first_rule_that_matches(who, columns, direction):
    assert one(who, **columns).direction == direction


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("[1.2.3] consulta_saldo", "consulta_saldo"),
        ("[7]  actualizar_datos ", "actualizar_datos"),
        ("[1.3]pago_cuota", "pago_cuota"),
        ("[5.] oficinas  horarios", "oficinas horarios"),
        ("[a.1] Otro", "[a.1] Otro"),
        ("Default Welcome Intent", "Default Welcome Intent"),
    ],
)
def test_a_leading_menu_code_goes_and_blanks_collapse(raw, clean):
    assert clean_intent(raw) == clean


def test_an_intent_belongs_to_an_inbound_text_only():
    label = {"dfIntentName": "[1.2] consulta_saldo"}

    assert one("in", **label).intent == "consulta_saldo"
    assert one("in", **label).intent_raw == "[1.2] consulta_saldo"
    assert one("bot", **label).intent is None
    assert one("in", contentType="event", **label).intent is None
    assert one("in").intent is None


def test_ten_at_night_belongs_to_that_local_day():
    row = one("in", at="2026-02-10 22:30:00")

    assert (row.local_date.isoformat(), row.local_hour) == ("2026-02-10", 22)
    assert row.sent_at.astimezone(BOGOTA).day == 10
