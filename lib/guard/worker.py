"""The process that judges: one JSON line in, one out, until its input ends.

Started by lib.guard.workers with nothing of the parent's environment. It imports the parser and the
rules only, so that a killed one is replaced within a second.
"""

import json
import resource
import sys
from typing import TextIO

from lib.guard.allow_list import AllowList
from lib.guard.judge import judge

__all__ = ["serve"]

MEMORY_BYTES = 768 * 1024 * 1024
# deep chains of operators are read one call inside the other
RECURSION = 4000
READY = "ready\n"


def serve(lines: TextIO, answers: TextIO) -> None:
    """Answer each request {"sql", "cap", "allowed"}; allowed null means that of the one before."""
    answers.write(READY)
    answers.flush()
    allowed = AllowList({})
    for line in lines:
        request = json.loads(line)
        if request["allowed"] is not None:
            allowed = AllowList.from_json(request["allowed"])
        verdict = judge(request["sql"], allowed, request["cap"])
        answer = [verdict.allowed, verdict.reason.value, verdict.detail_es, verdict.sql]
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.setrecursionlimit(RECURSION)
    serve(sys.stdin, sys.stdout)
