"""`python -m lib.auth inspect`: a token on standard input, the verdict on standard output.

The verdict is that of the product, with the reason that visitors are not told. It holds neither the
token nor its signature, and of the claims only those that name no person. A token is not used up by
looking at it, and whether it was used before is not asked.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from lib.auth.compact import LONGEST_TOKEN
from lib.auth.issuers import Issuers, IssuersFileError
from lib.auth.refusal import TokenRefusedError
from lib.auth.verifier import verify_token
from lib.clock import ClockError, now
from lib.config import SettingsError, get_settings
from lib.db.errors import DatabaseBusyError
from lib.db.urls import NoDatabaseError
from lib.log import configure_logging, get_logger
from lib.tenants.projects import Project, load_project

__all__ = ["add_arguments", "inspect", "run"]

log = get_logger("auth.inspect")
ACCEPTED, REFUSED, NOT_POSSIBLE = 0, 1, 2
VARIABLE = "AUTH_ISSUERS_FILE"
EXPECTED = (ClockError, DatabaseBusyError, IssuersFileError, NoDatabaseError, SettingsError)
Verdict = dict[str, object]


def inspect(
    token: str, issuers: Issuers, at: datetime, find_project: Callable[[int], Project | None]
) -> Verdict:
    """The verdict about a token: `verdict`, `reason`, `issuer` if ours, `claims` if accepted."""
    try:
        verified = verify_token(token, issuers, at, find_project)
    except TokenRefusedError as error:
        named = {"issuer": error.issuer} if error.issuer else {}
        return {"verdict": "refused", "reason": error.reason.value, **named}
    issuer = issuers.find(verified.issuer)
    assert issuer is not None
    return {
        "verdict": "accepted",
        "reason": None,
        "issuer": verified.issuer,
        "claims": {
            "iss": verified.issuer,
            "aud": list(issuer.rules.audiences),
            "project": verified.project_id,
            "role": verified.role.value,
            "iat": int(verified.issued_at.timestamp()),
            "exp": int(verified.expires_at.timestamp()),
        },
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--issuers", type=Path, metavar="FILE", help=f"instead of {VARIABLE}")
    parser.add_argument(
        "--no-database", action="store_true", help="take every project for known and active"
    )


def run(options: argparse.Namespace) -> int:
    """Print the verdict: 0 accepted, 1 refused, 2 when there can be none."""
    configure_logging()
    try:
        path = options.issuers or _configured(needs_settings=not options.no_database)
        if path is None:
            log.warning("no_issuers", expected=f"{VARIABLE} or --issuers; every token is refused")
        issuers = Issuers.load(path) if path is not None else Issuers()
        find_project = _any_project if options.no_database else load_project
        verdict = inspect(_token(), issuers, now(), find_project)
    except EXPECTED as error:
        log.error("inspect_failed", error=str(error))
        return NOT_POSSIBLE
    except SQLAlchemyError as error:
        # its text holds statements and addresses
        log.error("inspect_failed", error=type(error).__name__, expected="a database that answers")
        return NOT_POSSIBLE
    sys.stdout.write(json.dumps(verdict, ensure_ascii=False) + "\n")
    return ACCEPTED if verdict["verdict"] == "accepted" else REFUSED


def _configured(*, needs_settings: bool) -> Path | None:
    """The file that the settings name; without a database the other settings may be missing."""
    try:
        return get_settings().auth_issuers_file
    except SettingsError:
        if needs_settings:
            raise
        given = os.environ.get(VARIABLE)
        return Path(given) if given else None


def _token() -> str:
    """Standard input without one line end behind it; more than a token can be is not read."""
    content = sys.stdin.buffer.read(LONGEST_TOKEN + 2).removesuffix(b"\n")
    # bytes that are no text become one that no token has
    return content.decode("utf-8", "replace")


def _any_project(project_id: int) -> Project:
    return Project(project_id, str(project_id), "", "UTC", is_demo=False)
