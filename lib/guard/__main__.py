"""`python -m lib.guard`: JSON lines {"id", "sql"} in, one verdict a line out, in the same order.

Each line out is {"id", "verdict": "allow" | "block", "reason"}; `id` is null and `line` its number
when the line in cannot be read. With `--execute --project N` what is allowed is also run on the
project's own role, and the line carries `rows`, `bytes` and `ms`, or `error`.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from typing import TextIO

from lib.guard.allow_list import AllowList
from lib.guard.check import ROW_CAP, check
from lib.guard.exposed import AllowListError, shipped_allow_list
from lib.guard.verdicts import Reason, Verdict, block
from lib.log import configure_logging, get_logger

log = get_logger("lib.guard")
MAX_LINE = 1_000_000
Line = dict[str, object]


def main(arguments: list[str] | None = None) -> int:
    """Decide every line; 0 when the input ended, 2 when nothing could be decided."""
    configure_logging(level="WARNING")
    parser = argparse.ArgumentParser(prog="python -m lib.guard", description=__doc__)
    parser.add_argument("--cap", type=_positive, default=ROW_CAP, help="rows wanted at most")
    options = parser.parse_args(arguments)
    try:
        allowed = shipped_allow_list()
    except AllowListError as error:
        log.error("guard_not_ready", fault=str(error))
        return 2
    statements = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    for number, text in enumerate(_lines(statements), start=1):
        if not text.strip():
            continue
        sys.stdout.write(json.dumps(answer(text, number, allowed, options.cap)) + "\n")
        sys.stdout.flush()
    return 0


def answer(text: str, number: int, allowed: AllowList, cap: int) -> Line:
    """The line out for one line in."""
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict) or "sql" not in request:
        verdict = block(Reason.malformed, "Se esperaba una línea JSON con id y sql.")
        known = request.get("id") if isinstance(request, dict) else None
        return {"id": known, "line": number} | _decision(verdict)
    return {"id": request.get("id")} | _decision(check(request["sql"], allowed, cap=cap))


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
