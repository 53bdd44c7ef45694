"""Campaigns: invented rows of two projects are built, published and counted by hand."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from flows.transform import transform
from tests.support.campaign_source import drop_statistics, load_campaigns, load_statistics
from tests.support.marts import query, query_as_tenant, read_marts
from tests.support.raw_source import Message, RawSource, at

A, B = 501, 502
DAY, NEXT = "2026-02-10", "2026-02-11"
SMS = {"campaignId": 40001, "statsDate": DAY, "numContactsSent": 4000, "totalChunks": 5000}
MARKETING = {
    **{"campaignId": 60001, "campaignName": "Bienvenida asociados", "sendingId": 61001},
    **{"statsDate": DAY, "category": "marketing", "billable": True, "numContactsSent": 800},
    **{"numContactsDelivered": 780, "numContactsRead": 610, "numContactsClicked": 75},
    **{"numContactsError": 20, "cost": None, "currency": None},
}
COUNTS = """
select channel, campaign_id, local_date::text, sent_count, delivered_count, read_count, click_count,
    error_count, chunk_count, billed_count, cost::float
from marts.fct_campaigns_daily where project_id = :project order by 1, 2, 3, billing_category
"""
CONVERSATIONS = ("fct_messages", "fct_messages_hourly", "fct_conversations", "fct_agent_sessions")


def send(message_id: str, local: str, **more: object) -> Message:
    fields = {"send_type": "campaign", "integration": None, "sending_id": "61001", **more}
    return Message(message_id=message_id, sent_at=at(local), **fields)


@pytest.fixture(scope="module")
def sources(
    new_source: Callable[..., RawSource],
) -> Iterator[tuple[RawSource, RawSource]]:
    one, other = new_source(A), new_source(B)
    _load_first(one, other)
    with pytest.MonkeyPatch.context() as clock:
        clock.setenv("INDIGITALL_NOW", "2026-02-17T10:00:00-05:00")
        transform()
        yield one, other


def _load_first(one: RawSource, other: RawSource) -> None:
    """A day of every channel of one project and of one channel of the other."""
    push = {"statsDate": DAY, "platformGroup": "android", "numDevicesSent": 1000}
    load_statistics(one, "push_daily", {**push, "numDevicesSuccess": 960, "numDevicesClicked": 45})
    part = {**push, "campaignId": 30001, "numDevicesSent": 700}
    load_statistics(
        one, "push_campaign_daily", {**part, "numDevicesSuccess": 680, "numDevicesClicked": 40}
    )
    load_campaigns(one, "push_campaigns", {30001: "Aviso tasas", 30002: "Sin usar"})
    whole = {"statsDate": DAY, "numContactsSent": 5000, "totalChunks": 6100}
    load_statistics(one, "sms_daily", {**whole, "numContactsClicked": 210})
    load_statistics(one, "sms_campaign_daily", {**SMS, "numContactsClicked": 250})
    load_campaigns(one, "sms_campaigns", {40001: "Aviso"})
    load_statistics(one, "whatsapp_campaign_daily", MARKETING)
    load_statistics(one, "inapp_daily", {"campaignId": 7, "statsDate": DAY, "numShown": 50})
    one.load(
        [
            Message(message_id="1", sent_at=at(f"{DAY} 09:00")),
            send("2", f"{NEXT} 08:00", status="channel_read"),
            send("3", f"{NEXT} 09:00", status="channel_delivered", contact="c2"),
            send("4", f"{NEXT} 09:01", status="channel_failed", contact="c3"),
            send("5", f"{NEXT} 09:02", send_type="input"),
            send("6", f"{NEXT} 23:30", sending_id="61009"),
        ]
    )
    load_statistics(other, "sms_daily", {"statsDate": DAY, "numContactsSent": 7})


def test_channels_are_counted_in_their_own_words_and_add_up(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    assert query(owner, COUNTS, project=A) == [
        ("inapp", "7", DAY, 50, None, None, None, None, None, None, None),
        ("push", "30001", DAY, 700, 680, None, 40, 20, None, None, None),
        ("push", "sin_campana", DAY, 300, 280, None, 5, 20, None, None, None),
        ("sms", "40001", DAY, 4000, None, None, 250, None, 5000, None, None),
        ("sms", "sin_campana", DAY, 1000, None, None, -40, None, 1100, None, None),
        ("whatsapp", "60001", DAY, 800, 780, 610, 75, 20, None, 780, 42900.0),
        ("whatsapp", "60001", NEXT, 3, 2, 1, None, 1, None, None, None),
        ("whatsapp", "envio_61009", NEXT, 1, 0, 0, None, 0, None, None, None),
    ]
    assert query_as_tenant(B, "select channel, sent_count from marts.fct_campaigns_daily") == [
        ("sms", 7)
    ]


def test_campaigns_have_names_purposes_and_days(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    found = query(
        owner,
        "select campaign_id, campaign_name, purpose, billing_categories, first_local_date::text,"
        " last_local_date::text from marts.dim_campaigns where project_id = :project order by 1",
        project=A,
    )
    rest = [row for row in found if row[0] != "sin_campana"]
    assert rest == [
        ("30001", "Aviso tasas", "comercial", None, DAY, DAY),
        ("30002", "Sin usar", "sin clasificar", None, None, None),
        ("40001", "Aviso", "sin clasificar", None, DAY, DAY),
        ("60001", "Bienvenida asociados", "informativo", "marketing", DAY, NEXT),
        ("7", "Campaña 7", "sin clasificar", None, DAY, DAY),
        ("envio_61009", "Envío 61009", "sin clasificar", None, NEXT, NEXT),
    ]
    assert len(found) - len(rest) == 2


def test_a_channel_says_whether_it_has_conversations_or_campaigns(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    found = query(
        owner,
        "select channel, has_conversations, has_campaigns from marts.dim_channels"
        " where project_id = :project order by 1",
        project=A,
    )
    assert found == [
        ("inapp", False, True),
        ("push", False, True),
        ("sms", False, True),
        ("whatsapp", True, True),
    ]


def test_sends_whose_contact_is_known_are_judged(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    found = query(
        owner,
        "select message_id, campaign_id, is_in_scope, is_compliant, verdict"
        " from marts.fct_campaign_contacts where project_id = :project order by 1",
        project=A,
    )
    assert found == [
        ("2", "60001", True, True, "conforme"),
        ("3", "60001", True, True, "conforme"),
        ("4", "60001", True, True, "conforme"),
        ("6", "envio_61009", False, None, "sin clasificar"),
    ]


def test_statistics_read_again_re_open_no_day_of_conversations(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    before = read_marts(owner, (A, B))
    load_statistics(sources[0], "sms_campaign_daily", {**SMS, "numContactsClicked": 200})
    transform()

    assert query(owner, "select count(*) from build.int_work_days") == [(0,)]
    assert query(owner, "select count(*) from build.fct_messages") == [(0,)]
    after = read_marts(owner, (A, B))
    assert {name: after[name] for name in CONVERSATIONS} == {
        name: before[name] for name in CONVERSATIONS
    }
    clicks = [row[6] for row in query(owner, COUNTS, project=A) if row[0] == "sms"]
    assert clicks == [200, 10]


def test_a_campaign_that_gets_another_name_gets_its_purpose_on_old_days(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    load_campaigns(sources[0], "sms_campaigns", {40001: "Cuota de febrero"})
    transform()
    statement = "select purpose from marts.{} where project_id = :project and campaign_id = '40001'"
    for mart in ("dim_campaigns", "fct_campaigns_daily"):
        assert query(owner, statement.format(mart), project=A) == [("cobranza",)], mart


def test_messages_count_again_when_statistics_vanish_and_full_refresh_agrees(
    sources: tuple[RawSource, RawSource], owner: Engine
):
    drop_statistics(sources[0], "whatsapp_campaign_daily", f"60001:61001:{DAY}:marketing", DAY)
    transform()
    whatsapp = [row[1:4] for row in query(owner, COUNTS, project=A) if row[0] == "whatsapp"]
    assert whatsapp == [("envio_61001", NEXT, 3), ("envio_61009", NEXT, 1)]

    grown = read_marts(owner, (A, B))
    transform(full_refresh=True)
    assert read_marts(owner, (A, B)) == grown
