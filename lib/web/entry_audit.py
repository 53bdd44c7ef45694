"""Entries, exits and refusals, written to the audit log.

A refusal is written even when nothing else of the request is known; when the database cannot be
written, the log has it, because the visitor stays outside in any case.
"""

import structlog
from pydantic import JsonValue
from sqlalchemy.exc import SQLAlchemyError

from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.entrance import Entered, RefusedError
from lib.auth.sessions import OpenSession
from lib.log import get_logger, new_incident

__all__ = ["audit_entry", "audit_exit", "audit_refusal"]

log = get_logger(__name__)
NOBODY = "unknown"


def audit_entry(entered: Entered) -> None:
    """Write down who came in, and by which way."""
    who = entered.identity
    action = Action.TOKEN_EXCHANGE if who.mode in {"cookie", "token"} else Action.LOGIN
    detail = {"mode": who.mode, "role": who.role.value, "issuer": who.issuer}
    record(AuditEvent(action, who.project_id, who.subject, detail, _request_id()))


def audit_exit(session: OpenSession, *, everywhere: bool) -> None:
    """Write down who left."""
    who = session.identity
    detail = {"mode": who.mode, "everywhere": everywhere}
    record(AuditEvent(Action.LOGOUT, who.project_id, who.subject, detail, _request_id()))


def audit_refusal(error: RefusedError) -> str:
    """Write down a refusal under a new incident number and return the number."""
    incident = new_incident()
    detail: dict[str, JsonValue] = {"mode": error.mode, "reason": error.reason}
    if error.issuer:
        detail["issuer"] = error.issuer
    log.warning("entry_refused", incident=incident, **detail)
    event = AuditEvent(Action.REFUSAL, error.project_id, NOBODY, detail, _request_id(), incident)
    try:
        record(event)
    except SQLAlchemyError as failure:
        log.error("refusal_not_audited", incident=incident, error=type(failure).__name__)
    return incident


def _request_id() -> str | None:
    found = structlog.contextvars.get_contextvars().get("request_id")
    return found if isinstance(found, str) else None
