"""Free SQL from the text to the rows: judged, run, and written into the audit log either way."""

from collections.abc import Callable

from pydantic import JsonValue

from lib.audit.events import LONGEST_VALUE, Action, AuditEvent
from lib.audit.record import record
from lib.db.errors import TenantBusyError
from lib.db.tenant import TenantPools
from lib.guard.allow_list import AllowList
from lib.guard.check import check
from lib.guard.errors import BlockedError, FreeSqlError
from lib.guard.execute import Limits, QueryRows, execute
from lib.guard.verdicts import Verdict
from lib.privacy.scrub import scrub

__all__ = ["run_sql"]


def run_sql(
    sql: str,
    allowed: AllowList,
    pools: TenantPools,
    *,
    project_id: int,
    actor: str,
    limits: Limits | None = None,
    audit: Callable[[AuditEvent], None] = record,
) -> QueryRows:
    """The rows of a statement somebody, or the assistant, wrote.

    The caller has checked the permission `run_sql`. The event of the audit log is written before
    the rows are given away, also when the statement is blocked or fails. Raises FreeSqlError,
    TenantBusyError, and what `audit` raises.
    """
    chosen = limits or Limits()
    verdict = check(sql, allowed, cap=chosen.rows)

    def write_down(reason: str, **figures: int) -> None:
        audit(AuditEvent(Action.SQL, project_id, actor, _detail(sql, verdict, reason) | figures))

    try:
        found = execute(verdict, pools, project_id, limits=chosen)
    except BlockedError:
        write_down(verdict.reason.value)
        raise
    except FreeSqlError as error:
        write_down(error.word)
        raise
    except TenantBusyError:
        write_down("busy")
        raise
    write_down(verdict.reason.value, rows=len(found.rows), bytes=found.bytes, ms=found.ms)
    return found


def _detail(sql: str, verdict: Verdict, reason: str) -> dict[str, JsonValue]:
    """The whole text without personal data somebody typed into it.

    One longer than a value of the log may be goes in as a list of pieces.
    """
    kept = scrub(sql[: 10 * LONGEST_VALUE])
    pieces: list[JsonValue] = [
        kept[start : start + LONGEST_VALUE] for start in range(0, len(kept), LONGEST_VALUE)
    ]
    text: JsonValue = pieces[0] if len(pieces) == 1 else pieces
    return {"sql": text, "verdict": "allow" if verdict.allowed else "block", "reason": reason}
