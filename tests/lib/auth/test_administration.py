"""The commands about people, on a database with two projects."""

import io
import json

import pytest

from lib.auth.__main__ import main
from lib.auth.accounts import check_password
from lib.auth.permissions import Role
from lib.auth.sessions import find_session
from lib.db.scoped import close_app_connections
from lib.tenants.projects import Project
from tests.support.visitors import LIMITS, NOW, register, secret_of, visitor

PASSWORD = "sombra-de-mayo-44"
ACCOUNT = ["account", "--project", "101", "--username", "Ana", "--name", "Ana Inventada"]


@pytest.fixture(autouse=True)
def projects(database):
    register(
        Project(101, "uno", "Uno", "America/Bogota", False),
        Project(202, "dos", "Dos", "America/Bogota", False),
    )
    yield
    close_app_connections()


@pytest.fixture
def type_in(monkeypatch):
    def typed(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return typed


def test_an_account_is_made_with_the_password_of_standard_input(type_in, capsys):
    type_in(f"{PASSWORD}\n")
    assert main([*ACCOUNT, "--role", "supervisor", "--entity", "Norte", "--entity", "Sur"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"project": 101, "username": "ana", "role": "supervisor"}
    assert PASSWORD not in printed.out + printed.err
    account = check_password("ana", PASSWORD)
    assert (account.role, account.entities) == (Role.SUPERVISOR, ("Norte", "Sur"))


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        ([*ACCOUNT, "--role", "admin"], "corta", "at least 12 characters"),
        (["account", "--project", "303", *ACCOUNT[3:], "--role", "admin"], PASSWORD, "active"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_made(
    type_in, capsys, arguments, password, said
):
    type_in(password)
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert password not in printed.err
    assert check_password("ana", password) is None


def test_an_account_can_be_switched_off(type_in):
    type_in(PASSWORD)
    main([*ACCOUNT, "--role", "admin"])
    type_in(PASSWORD)
    assert main([*ACCOUNT, "--role", "admin", "--switch-off"]) == 0
    assert check_password("ana", PASSWORD) is None


def test_the_sessions_of_one_issuer_are_ended_and_no_others(capsys):
    theirs = secret_of(visitor(101, "uno", mode="token", issuer="crm"))
    local = secret_of(visitor(101, "uno", mode="local", issuer="local"))
    other = secret_of(visitor(202, "dos", mode="token", issuer="crm"))
    assert main(["end-sessions", "--project", "101", "--issuer", "crm"]) == 0
    assert json.loads(capsys.readouterr().out) == {"project": 101, "ended": 1}
    assert find_session(theirs, NOW, LIMITS) is None
    assert find_session(local, NOW, LIMITS) is not None
    assert find_session(other, NOW, LIMITS) is not None
