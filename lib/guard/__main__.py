"""`python -m lib.guard`: JSON lines {"id", "sql"} in, one verdict a line out, in the same order.

Each line out is {"id", "verdict": "allow" | "block", "reason"}; `id` is null and `line` its number
when the line in cannot be read. With `--execute --project N` what is allowed is also run on the
project's own role, and the line carries `rows`, `bytes` and `ms`, or `error`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import TextIO

from sqlalchemy.exc import SQLAlchemyError

from lib.config import SettingsError
from lib.db.errors import TenantBusyError
from lib.db.roles import project_role
from lib.db.urls import NoDatabaseError, role_url
from lib.guard.allow_list import AllowList
from lib.guard.check import ROW_CAP, check
from lib.guard.errors import BlockedError, FreeSqlError
from lib.guard.execute import Limits, free_sql_pools
from lib.guard.exposed import AllowListError, shipped_allow_list
from lib.guard.free_sql import run_sql
from lib.guard.verdicts import Reason, Verdict, block
from lib.log import configure_logging, get_logger

log = get_logger("lib.guard")
MAX_LINE = 1_000_000
Line = dict[str, object]


def main(arguments: list[str] | None = None) -> int:
    """Decide every line; 0 when the input ended, 2 when nothing could be decided."""
    configure_logging(level="ERROR")
    parser = argparse.ArgumentParser(prog="python -m lib.guard", description=__doc__)
    parser.add_argument("--cap", type=_positive, default=ROW_CAP, help="rows wanted at most")
    parser.add_argument("--execute", action="store_true", help="also run what is allowed")
    parser.add_argument("--project", type=_positive, metavar="N", help="on whose role to run it")
    options = parser.parse_args(arguments)
    if options.execute != (options.project is not None):
        parser.error("--execute and --project go together")
    try:
        allowed = shipped_allow_list()
        answer = (
            Runner(allowed, options.cap, options.project)
            if options.execute
            else Decider(allowed, options.cap)
        )
    except (AllowListError, SettingsError, NoDatabaseError) as error:
        log.error("guard_not_ready", fault=str(error))
        return 2
    statements = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    for number, text in enumerate(_lines(statements), start=1):
        if text.strip():
            sys.stdout.write(json.dumps(_answered(text, number, answer)) + "\n")
            sys.stdout.flush()
    return 0


class Decider:
    """Verdicts only; needs neither a database nor secrets."""

    def __init__(self, allowed: AllowList, cap: int) -> None:
        self.allowed = allowed
        self.cap = cap

    def __call__(self, sql: object) -> Line:
        return _decision(check(sql, self.allowed, cap=self.cap))


class Runner:
    """Verdicts, and the rows of what is allowed. Raises NoDatabaseError when there is none."""

    def __init__(self, allowed: AllowList, cap: int, project_id: int) -> None:
        role_url(project_role(project_id))
        self.allowed = allowed
        self.limits = Limits(rows=cap)
        self.project_id = project_id
        self.pools = free_sql_pools()

    def __call__(self, sql: object) -> Line:
        if not isinstance(sql, str):
            return _decision(check(sql, self.allowed))
        allowed: Line = {"verdict": "allow", "reason": Reason.allowed.value}
        try:
            found = run_sql(
                sql,
                self.allowed,
                self.pools,
                project_id=self.project_id,
                actor="system",
                limits=self.limits,
            )
        except BlockedError as error:
            return _decision(error.verdict)
        except FreeSqlError as error:
            return allowed | {"error": error.word}
        except TenantBusyError:
            return allowed | {"error": "busy"}
        except SQLAlchemyError as error:
            # without its row in the audit log a statement counts as not run
            log.error("audit_not_written", fault=type(error).__name__)
            return allowed | {"error": "audit"}
        return allowed | {"rows": len(found.rows), "bytes": found.bytes, "ms": found.ms}


def _answered(text: str, number: int, answer: Callable[[object], Line]) -> Line:
    """The line out for one line in."""
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict) or "sql" not in request:
        verdict = block(Reason.malformed, "Se esperaba una línea JSON con id y sql.")
        known = request.get("id") if isinstance(request, dict) else None
        return {"id": known, "line": number} | _decision(verdict)
    return {"id": request.get("id")} | answer(request["sql"])


def _decision(verdict: Verdict) -> Line:
    return {"verdict": "allow" if verdict.allowed else "block", "reason": verdict.reason.value}


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines without their end; one longer than any statement comes in parts, none of them JSON."""
    while line := stream.readline(MAX_LINE):
        yield line.rstrip("\n")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("expected a whole number of at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
