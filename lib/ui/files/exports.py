"""Files people take away: only while their session is open, as their role allows, and on record.

The button's function runs when it is clicked, perhaps long after the page was drawn: whoever asks
is looked up again, and the file is handed out after its row in the audit log is committed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from lib import clock
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.permissions import Permission, require
from lib.auth.rate_limits import Kind, allow
from lib.auth.sessions import find_session
from lib.ui.filters.address import View
from lib.ui.visit.page_log import filters_of
from lib.ui.visit.session import Session, session_limits

__all__ = ["ExportRefusedError", "MadeFile", "exported"]


class ExportRefusedError(Exception):
    """The session that asks for a file is over or somebody else's; entering again helps."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file and how many rows of data it has, without its head."""

    content: bytes
    rows: int


def exported(
    session: Session,
    what: str,
    view: View,
    make: Callable[[], MadeFile],
    *,
    kind: Literal["csv", "xlsx", "pdf"] = "csv",
    permission: Permission = Permission.EXPORT_TABLES,
) -> bytes:
    """The file, once it is written down who takes what of it.

    Raises ExportRefusedError for a session that is over, PermissionDeniedError, TooManyError, and
    what `make` and the database raise: nothing is handed out then.
    """
    found = find_session(session.secret, clock.now(), session_limits())
    if found is None or found.identity != session.identity:
        raise ExportRefusedError("expected the open session that drew the page, got none")
    identity = found.identity
    require(identity, permission)
    allow(Kind.EXPORT, identity)
    file = make()
    detail: dict[str, JsonValue] = {
        "what": what,
        "format": kind,
        "rows": file.rows,
        "filters": filters_of(view),
    }
    record(AuditEvent(Action.EXPORT, identity.project_id, identity.subject, detail))
    return file.content
