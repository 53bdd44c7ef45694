"""The guard's one question: may this statement run, and as which text?"""

import atexit

from lib.guard.allow_list import AllowList
from lib.guard.verdicts import Reason, Verdict, block
from lib.guard.workers import Workers

__all__ = ["ROW_CAP", "check"]

ROW_CAP = 5000
MAX_CHARACTERS = 200_000

_workers = Workers()
atexit.register(_workers.close)


def check(sql: object, allowed: AllowList, *, cap: int = ROW_CAP) -> Verdict:
    """Judge one statement against an allow-list; `cap` is the number of rows wanted at most.

    An allowed verdict carries the only text that may be run: written anew from what was checked,
    inside a LIMIT of cap + 1, so that a cut can be told from an end. Never raises for what the
    statement contains; whatever cannot be judged is blocked.
    """
    if not isinstance(sql, str):
        return block(Reason.malformed, "Se esperaba el texto de una consulta.")
    if cap < 1:
        raise ValueError(f"expected a cap of at least one row, got {cap}")
    if len(sql) > MAX_CHARACTERS:
        # not worth the pipe; anything shorter gets the worker's own verdict
        return block(Reason.too_long, "La consulta es demasiado larga; acórtela.")
    return _workers.judge(sql, allowed, cap)
