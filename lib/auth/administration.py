"""Commands about people: accounts of the local login, and putting visitors out.

`python -m lib.auth account` creates or changes an account, its password comes by standard input and
is in no process list; `python -m lib.auth end-sessions` ends those of a project, a person or an
issuer. Both are written to the audit log.
"""

import argparse
import json
import sys

from pydantic import JsonValue
from sqlalchemy.exc import SQLAlchemyError

from lib import clock
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.accounts import (
    Account,
    AccountExistsError,
    PasswordError,
    normal_name,
    save_account,
)
from lib.auth.permissions import Role
from lib.auth.sessions import end_sessions
from lib.config import SettingsError
from lib.db.urls import NoDatabaseError
from lib.log import configure_logging, get_logger
from lib.tenants.projects import load_project

__all__ = ["add_account_arguments", "add_end_arguments", "run_account", "run_end"]

log = get_logger("auth.administration")
ACTOR = "command line"
EXPECTED = (SettingsError, NoDatabaseError, SQLAlchemyError, PasswordError, AccountExistsError)


def add_account_arguments(parser: argparse.ArgumentParser) -> None:
    """What `account` takes; the password is the first line of standard input."""
    parser.add_argument("--project", type=int, required=True)
    parser.add_argument("--username", required=True)
    parser.add_argument("--name", required=True, help="what the person is called on the pages")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--entity", action="append", help="only these entities; may be repeated")
    parser.add_argument("--switch-off", action="store_true", help="keep it, let nobody enter")


def add_end_arguments(parser: argparse.ArgumentParser) -> None:
    """What `end-sessions` takes: a project, and whom of it."""
    parser.add_argument("--project", type=int, required=True)
    parser.add_argument("--subject", help="the person, as the issuer names it")
    parser.add_argument("--issuer", help="who answered for the person; `local` for our accounts")


def run_account(options: argparse.Namespace) -> int:
    """0 with the account as JSON, 1 with the reason in the log."""
    configure_logging()
    try:
        if load_project(options.project) is None:
            log.error("project_unknown", project_id=options.project, expected="an active project")
            return 1
        account = Account(
            project_id=options.project,
            username=normal_name(options.username),
            name=options.name,
            role=Role(options.role),
            entities=tuple(options.entity) if options.entity else None,
            is_active=not options.switch_off,
        )
        save_account(account, sys.stdin.readline().rstrip("\r\n"), clock.now())
        _write_down(options.project, {"what": "account", "subject": account.username})
    except EXPECTED as error:
        log.error("account_refused", error=type(error).__name__, reason=_reason(error))
        return 1
    _answer({"project": account.project_id, "username": account.username, "role": options.role})
    return 0


def run_end(options: argparse.Namespace) -> int:
    """0 with how many sessions ended as JSON, 1 with the reason in the log."""
    configure_logging()
    try:
        ended = end_sessions(
            options.project,
            clock.now(),
            reason="revoked",
            subject=options.subject,
            issuer=options.issuer,
        )
        who = options.subject or options.issuer or "everybody"
        _write_down(options.project, {"what": "end_sessions", "subject": who, "rows": ended})
    except EXPECTED as error:
        log.error("ending_refused", error=type(error).__name__, reason=_reason(error))
        return 1
    _answer({"project": options.project, "ended": ended})
    return 0


def _write_down(project_id: int, detail: dict[str, JsonValue]) -> None:
    record(AuditEvent(Action.ADMIN_CHANGE, project_id, ACTOR, detail))


def _reason(error: Exception) -> str:
    # what the database says may repeat what it was given
    is_ours = isinstance(error, PasswordError | AccountExistsError | SettingsError)
    return str(error) if is_ours else "the database refused; is it prepared and running?"


def _answer(found: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
