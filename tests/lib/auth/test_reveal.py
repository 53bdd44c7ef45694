"""Three contacts of two projects: who may see who they are, why, how often, and what stays of it.

101: Ana (entity Norte) wrote twice, Luis (entity Sur) once. 202: Zoe wrote once.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lib.audit.chain import audit_key, chain_waiting
from lib.auth.permissions import PermissionDeniedError, Role
from lib.auth.reveal import (
    MOST_AN_HOUR,
    Purpose,
    RevealLimitError,
    RevealReason,
    TicketError,
    UnknownContactError,
    reveal_contact,
    reveal_messages,
    reveal_pools,
)
from lib.config import CHECKOUT
from lib.db.engines import admin_engine, engine_for_role
from lib.db.mart_checks import TENANT_POLICY
from lib.db.onboarding import create_project_roles
from lib.db.roles import OWNER, project_role, reveal_role
from lib.db.scoped import close_app_connections
from lib.db.tenant import TenantPools
from tests.support.metric_world import mart_columns
from tests.support.visitors import NOW, visitor

ANA, LUIS, ZOE = "a" * 32, "b" * 32, "c" * 32
DAYS = (date(2026, 2, 16), date(2026, 2, 17))
FRAUD = Purpose(RevealReason.FRAUD, "T-17")
TABLES = """
create table marts.dim_contacts (
    project_id integer, contact_key text, contact_masked text, contact_id text, contact_name text
);
create table marts.fct_messages (
    project_id integer, message_id text, contact_key text, entity text, local_date date,
    sent_at timestamptz, direction text, body text
);
insert into marts.dim_contacts values
(101, '{ana}', '+57 3** *** **01', '573000000101', 'Ana'),
(101, '{luis}', '+57 3** *** **02', '573000000102', null),
(202, '{zoe}', '+57 3** *** **01', '573000000201', 'Zoe');
insert into marts.fct_messages values
(101, '1', '{ana}', 'Norte', '2026-02-16', '2026-02-16 15:00Z', 'inbound', 'hola'),
(101, '2', '{ana}', 'Sur', '2026-02-17', '2026-02-17 15:00Z', 'bot', 'dime'),
(101, '3', '{luis}', 'Sur', '2026-02-17', '2026-02-17 16:00Z', 'inbound', 'saldo'),
(202, '1', '{zoe}', 'Norte', '2026-02-17', '2026-02-17 16:00Z', 'inbound', 'secreto')
"""
PERSONAL = {"dim_contacts": "contact_id, contact_name", "fct_messages": "body"}
SHOWN = {
    "dim_contacts": "project_id, contact_key, contact_masked",
    "fct_messages": "project_id, message_id, contact_key, entity, local_date, sent_at, direction",
}


@pytest.fixture
def pools(database, monkeypatch):
    monkeypatch.setattr("lib.clock.now", lambda: NOW)
    admin = admin_engine()
    with admin.begin() as connection:
        for project_id in (101, 202):
            create_project_roles(connection, project_id)
    admin.dispose()
    owner = engine_for_role(OWNER)
    with owner.begin() as connection:
        connection.exec_driver_sql(TABLES.format(ana=ANA, luis=LUIS, zoe=ZOE))
        for mart, columns in SHOWN.items():
            connection.exec_driver_sql(
                f"alter table marts.{mart} enable row level security;"
                f" alter table marts.{mart} force row level security;"
                f" create policy tenant_rows on marts.{mart} for select to tenant_reader"
                f" using ({TENANT_POLICY});"
                f" grant select ({columns}) on marts.{mart} to tenant_reader;"
                f" grant select ({PERSONAL[mart]}) on marts.{mart} to reveal_reader"
            )
    owner.dispose()
    pools = reveal_pools()
    yield pools
    pools.close()
    close_app_connections()


def somebody(project_id=101, subject="sofia", role=Role.SUPERVISOR, entities=None):
    return visitor(project_id, f"p{project_id}", subject=subject, role=role, entities=entities)


def noted(action="reveal"):
    owner = engine_for_role(OWNER)
    with owner.connect() as connection:
        rows = connection.execute(
            text(
                "select project_id, actor, detail from app.audit_queue where action = :action"
                " order by event_id"
            ),
            {"action": action},
        ).all()
    owner.dispose()
    return [tuple(row) for row in rows]


def test_phone_and_name_are_shown_and_the_row_says_who_about_whom_and_why(pools):
    found = reveal_contact(somebody(), ANA, FRAUD, pools)
    assert (found.contact_id, found.contact_name) == ("573000000101", "Ana")
    detail = {"contact_key": ANA, "what": "contact", "reason": "fraud", "ticket": "T-17"}
    assert noted() == [(101, "sofia", detail)]
    # neither in a log line nor in the row
    assert "573000000101" not in repr(found) + repr(noted())


def test_messages_come_in_full_the_newest_first(pools):
    found = reveal_messages(somebody(), ANA, DAYS, Purpose(RevealReason.COMPLAINT), pools)
    assert [(message.direction, message.body) for message in found] == [
        ("bot", "dime"),
        ("inbound", "hola"),
    ]
    assert noted()[0][2] == {"contact_key": ANA, "what": "messages", "reason": "complaint"}


@pytest.mark.parametrize(
    ("project_id", "key"), [(101, ZOE), (202, ANA), (101, "d" * 32), (202, LUIS)]
)
def test_a_contact_of_another_project_is_as_unknown_as_nobodys(pools, project_id, key):
    with pytest.raises(UnknownContactError, match="found none of this key"):
        reveal_contact(somebody(project_id), key, FRAUD, pools)
    with pytest.raises(UnknownContactError):
        reveal_messages(somebody(project_id), key, DAYS, FRAUD, pools)
    assert [row[0] for row in noted()] == [project_id, project_id]


def test_whoever_is_limited_to_entities_sees_the_contacts_and_messages_of_these(pools):
    north = somebody(entities=("Norte",))
    assert reveal_contact(north, ANA, FRAUD, pools).contact_name == "Ana"
    assert [m.body for m in reveal_messages(north, ANA, DAYS, FRAUD, pools)] == ["hola"]
    for look in (
        lambda: reveal_contact(north, LUIS, FRAUD, pools),
        lambda: reveal_messages(north, LUIS, DAYS, FRAUD, pools),
        lambda: reveal_contact(somebody(entities=()), ANA, FRAUD, pools),
    ):
        with pytest.raises(UnknownContactError):
            look()


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.OPERATIONS, Role.OPERATOR])
def test_a_role_without_the_permission_sees_nothing_and_asks_nothing(pools, role):
    with pytest.raises(PermissionDeniedError):
        reveal_contact(somebody(role=role), ANA, FRAUD, pools)
    assert noted() == []
    refused = {"reason": "permission", "permission": "reveal_contact"}
    assert noted("refusal") == [(101, "sofia", refused)]


def test_nothing_is_read_that_could_not_be_written_down(pools, monkeypatch):
    def refuse(_event):
        raise SQLAlchemyError("no room")

    read = []
    monkeypatch.setattr("lib.auth.reveal.record", refuse)
    monkeypatch.setattr("lib.auth.reveal.tenant_connection", read.append)
    with pytest.raises(SQLAlchemyError):
        reveal_contact(somebody(), ANA, FRAUD, pools)
    assert read == []


def test_nobody_looks_at_more_people_than_the_limit_in_an_hour_and_others_go_on(pools):
    for _turn in range(MOST_AN_HOUR):
        reveal_contact(somebody(), ANA, FRAUD, pools)
    # the chain takes rows out of the queue; they count all the same
    owner = engine_for_role(OWNER)
    with owner.begin() as connection:
        assert chain_waiting(connection, audit_key("un secreto inventado")) == MOST_AN_HOUR
    owner.dispose()
    with pytest.raises(RevealLimitError):
        reveal_contact(somebody(), ANA, FRAUD, pools)
    assert [row[1] for row in noted("refusal")] == ["sofia"]
    # what was refused is no reveal
    assert noted() == []
    assert reveal_contact(somebody(subject="otra"), ANA, FRAUD, pools).contact_name == "Ana"
    assert reveal_contact(somebody(202), ZOE, FRAUD, pools).contact_name == "Zoe"


def test_who_asks_again_beyond_the_limit_does_not_wait_the_longer_for_it(pools, monkeypatch):
    for minutes in range(MOST_AN_HOUR):
        monkeypatch.setattr("lib.clock.now", lambda at=NOW + timedelta(minutes=minutes): at)
        reveal_contact(somebody(), ANA, FRAUD, pools)
    for minutes in (40, 50, 59):
        monkeypatch.setattr("lib.clock.now", lambda at=NOW + timedelta(minutes=minutes): at)
        with pytest.raises(RevealLimitError):
            reveal_contact(somebody(), LUIS, FRAUD, pools)
    monkeypatch.setattr("lib.clock.now", lambda: NOW + timedelta(minutes=61))
    assert reveal_contact(somebody(), LUIS, FRAUD, pools).contact_name is None


def test_of_many_who_ask_in_one_name_at_once_none_passes_the_limit(pools):
    for _turn in range(MOST_AN_HOUR - 2):
        reveal_contact(somebody(), ANA, FRAUD, pools)

    def look(_turn):
        try:
            return reveal_contact(somebody(), ANA, FRAUD, pools).contact_name
        except RevealLimitError:
            return None

    with ThreadPoolExecutor(6) as threads:
        shown = list(threads.map(look, range(12)))
    assert shown.count("Ana") <= 2


def test_the_columns_that_are_read_are_those_of_the_marts():
    marts = mart_columns(CHECKOUT / "warehouse" / "target" / "manifest.json")
    for mart, personal in PERSONAL.items():
        assert {name for name, (_kind, pii) in marts[mart].items() if pii} >= {
            *personal.split(", ")
        }
        assert {name for name, (_kind, pii) in marts[mart].items() if not pii} >= {
            *SHOWN[mart].split(", ")
        }


@pytest.mark.parametrize("ticket", ["T-17", "#45", "caso 4567", "PQR-2026/123", "INC0012345", "9"])
def test_the_number_of_a_case_is_taken(ticket):
    assert Purpose(RevealReason.FRAUD, ticket).ticket == ticket


@pytest.mark.parametrize(
    "ticket",
    [
        *(
            "573001234567",
            "T-3001234567",
            "cc 79123456",
            "x" * 41,
            "a\nb",
            "ana@correo.example",
            "",
        ),
        *("Ana Pérez", "ana", "Ana Perez 1", "1/Ana", "T-17\n", "٣٠٠"),
    ],
)
def test_a_ticket_that_could_name_a_person_is_refused(ticket):
    with pytest.raises(TicketError):
        Purpose(RevealReason.FRAUD, ticket)


def test_the_pages_own_connection_cannot_read_what_a_reveal_shows(pools):
    pages = TenantPools()
    with pytest.raises(SQLAlchemyError, match="permission denied"):
        reveal_contact(somebody(), ANA, FRAUD, pages)
    pages.close()
    assert (pools.role_of(101), pages.role_of(101)) == (reveal_role(101), project_role(101))
