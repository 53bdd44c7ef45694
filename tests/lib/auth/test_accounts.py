"""Accounts of two projects, with passwords invented here."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from lib.auth import accounts
from lib.auth.accounts import (
    Account,
    AccountExistsError,
    PasswordError,
    check_password,
    find_account,
    save_account,
)
from lib.auth.permissions import Role
from lib.auth.sessions import find_session
from lib.auth.tickets import forget_tickets, issue_ticket, use_ticket
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import app_connection, close_app_connections
from lib.tenants.projects import Project
from tests.support.visitors import LIMITS, NOW, register, secret_of, visitor

RIGHT = "lluvia-de-marzo-71"
ANA = Account(101, "ana", "Ana Inventada", Role.SUPERVISOR, ("Norte",))
EVA = Account(202, "eva", "Eva Inventada", Role.ADMIN)


@pytest.fixture(autouse=True, scope="module")
def two_accounts(module_database):
    save_account(ANA, RIGHT, NOW)
    save_account(EVA, "otra-noche-clara-8", NOW)
    yield
    close_app_connections()


@pytest.mark.parametrize("username", ["ana", "ANA", "  Ana "])
def test_the_right_password_gives_the_account_however_the_name_is_written(username):
    assert check_password(username, RIGHT) == ANA


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ana", "lluvia-de-marzo-72"),
        ("ana", RIGHT.upper()),
        ("ana", ""),
        ("ana", RIGHT + " "),
        ("eva", RIGHT),
        ("nadie", RIGHT),
        ("", RIGHT),
        ("ana\x00", RIGHT),
        ("ana' or '1'='1", RIGHT),
        ("ana", RIGHT + "x" * 80),
    ],
)
def test_anything_else_gives_nothing(username, password):
    assert check_password(username, password) is None


def test_a_wrong_name_costs_the_same_hash_as_a_wrong_password(monkeypatch):
    checked = []
    real = accounts.bcrypt.checkpw
    monkeypatch.setattr(
        accounts.bcrypt,
        "checkpw",
        lambda given, kept: checked.append(kept[:7]) or real(given, kept),
    )
    check_password("nadie", "x")
    check_password("ana", "x")
    assert len(checked) == 2
    assert checked[0] == checked[1]


def test_an_account_switched_off_cannot_enter():
    off = Account(101, "beto", "Beto Inventado", Role.DIRECTOR, is_active=False)
    save_account(off, RIGHT, NOW)
    assert check_password("beto", RIGHT) is None
    assert find_account("beto") is None


def test_saving_again_changes_role_and_password():
    carla = Account(101, "carla", "Carla Inventada", Role.DIRECTOR)
    save_account(carla, RIGHT, NOW)
    save_account(replace(carla, role=Role.ADMIN), "mañana-de-agosto-3", NOW)
    assert check_password("carla", RIGHT) is None
    assert check_password("carla", "mañana-de-agosto-3").role is Role.ADMIN


def test_whoever_is_in_with_an_account_is_put_out_when_it_changes():
    register(Project(101, "uno", "Uno", "America/Bogota", False))
    dora = Account(101, "dora", "Dora Inventada", Role.DIRECTOR)
    save_account(dora, RIGHT, NOW)
    by_form = visitor(101, "uno", subject="dora", mode="local", issuer="local")
    secret = secret_of(by_form)
    namesake = secret_of(visitor(101, "uno", subject="dora", mode="token", issuer="crm"))
    save_account(replace(dora, is_active=False), RIGHT, NOW)
    assert find_session(secret, NOW, LIMITS) is None
    assert find_session(namesake, NOW, LIMITS) is not None


def test_a_name_belongs_to_one_project_only():
    with pytest.raises(AccountExistsError, match="'ana' is taken"):
        save_account(replace(ANA, project_id=202), RIGHT, NOW)
    assert check_password("ana", RIGHT) == ANA


@pytest.mark.parametrize("password", ["corta", "x" * 73, "aaaaaaaaaaaaaaaa", "soy-ana-soy-ana-9"])
def test_a_weak_password_is_refused_without_repeating_it(password):
    with pytest.raises(PasswordError) as caught:
        save_account(ANA, password, NOW)
    assert password not in str(caught.value)


def test_the_hash_is_bcrypt_and_the_password_is_stored_nowhere():
    with app_connection(project_id=101) as app:
        row = app.scalar(text("select u::text from app.users as u where username = 'ana'"))
    assert "$2b$12$" in row
    assert RIGHT not in row


def test_a_ticket_opens_once_and_for_half_a_minute():
    ticket = issue_ticket(ANA, NOW)
    late = issue_ticket(ANA, NOW)
    assert use_ticket(ticket, NOW + timedelta(seconds=29)) == "ana"
    assert use_ticket(ticket, NOW + timedelta(seconds=29)) is None
    assert use_ticket(late, NOW + timedelta(seconds=30)) is None
    assert use_ticket("inventado", NOW) is None


def test_tickets_that_open_nothing_are_forgotten():
    for account in (ANA, EVA):
        issue_ticket(account, NOW)
    engine = engine_for_role(OWNER)
    with engine.begin() as connection:
        assert forget_tickets(connection, NOW + timedelta(seconds=30)) == 0
        assert forget_tickets(connection, NOW + timedelta(seconds=31)) >= 2
        assert forget_tickets(connection, NOW + timedelta(seconds=31)) == 0
    engine.dispose()


def test_of_eight_at_once_one_uses_the_ticket():
    ticket = issue_ticket(EVA, NOW)
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: use_ticket(ticket, NOW), range(8)))
    assert sorted(used, key=str) == [None] * 7 + ["eva"]
