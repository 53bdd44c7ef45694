"""What somebody who answers for a project may do: read and prove its audit log, put people out.

Every function asks for the permission itself, whatever page called it, and knows no other project
than the visitor's own.
"""

from pydantic import JsonValue

from lib import clock
from lib.audit.chain import audit_key
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.audit.trail import Cursor, TrailPage, read_trail
from lib.audit.verify import ChainVerdict, verify_chain
from lib.auth.identity import Identity
from lib.auth.permissions import Permission, require
from lib.auth.sessions import OpenSession, SessionLimits, end_sessions, list_sessions
from lib.config import get_settings
from lib.db.scoped import app_connection

__all__ = ["audit_trail", "people_in", "put_out", "verify_trail"]


def audit_trail(
    identity: Identity, *, before: Cursor | None = None, action: Action | None = None
) -> TrailPage:
    """One page of the project's audit log. Raises PermissionDeniedError."""
    require(identity, Permission.VIEW_AUDIT)
    return read_trail(identity.project_id, before=before, action=action)


def verify_trail(identity: Identity) -> ChainVerdict:
    """Whether the project's log is as it was written. Raises PermissionDeniedError."""
    require(identity, Permission.VIEW_AUDIT)
    keys = [audit_key(secret) for secret in get_settings().master_secrets]
    with app_connection(project_id=identity.project_id) as connection:
        return verify_chain(connection, keys, identity.project_id)


def people_in(identity: Identity, limits: SessionLimits) -> list[OpenSession]:
    """The open sessions of the project, the one used last first. Raises PermissionDeniedError."""
    require(identity, Permission.MANAGE_SESSIONS)
    return list_sessions(identity.project_id, clock.now(), limits)


def put_out(
    identity: Identity, *, session_hash: str | None = None, subject: str | None = None
) -> int:
    """End one session, those of one person, or all of the project; returns how many ended.

    A session of another project is none of these. Raises PermissionDeniedError.
    """
    require(identity, Permission.MANAGE_SESSIONS)
    what = "one session" if session_hash else "sessions of a person" if subject else "all sessions"
    detail: dict[str, JsonValue] = {"what": what, "subject": subject or ""}
    # on record first: what cannot be written down is not done
    record(AuditEvent(Action.ADMIN_CHANGE, identity.project_id, identity.subject, detail))
    return end_sessions(
        identity.project_id,
        clock.now(),
        reason="revoked",
        session_hash=session_hash,
        subject=subject,
    )
