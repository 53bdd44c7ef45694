"""Open sessions: who is in, since when, until when, and how to put somebody out.

The visitor's browser holds a random id, the database its hash, so a session can be ended at once
and nothing can be forged. A session ends by itself after a time without use (idle) and after its
whole time (absolute); both are looked at on every use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, text

from lib.auth.identity import Identity
from lib.auth.permissions import Role
from lib.auth.secret_text import hash_of, new_secret
from lib.db.scoped import app_connection, name_project
from lib.tenants.projects import Project, project_by_id

__all__ = [
    "EndReason",
    "OpenSession",
    "SessionLimits",
    "end_session",
    "end_sessions",
    "find_session",
    "forget_ended",
    "list_sessions",
    "open_session",
    "touch_session",
    "was_ended_on_purpose",
]

EndReason = Literal["logout", "logout_everywhere", "replaced", "revoked", "account_changed"]
# a session in use is written down once a minute, not at every click
TOUCH_EVERY = timedelta(minutes=1)
# long after any token that opened one has expired
KEPT_AFTER_END = timedelta(days=90)
COLUMNS = """
session_hash, project_id, subject, issuer, mode, role, entities, name, token_hash, opened_at,
seen_at, expires_at
"""
INSERT = f"""
insert into app.sessions ({COLUMNS})
values (
    :session_hash, :project_id, :subject, :issuer, :mode, :role, :entities, :name, :token_hash,
    :now, :now, :expires_at
)
"""
IS_OPEN = "ended_at is null and expires_at > :now and seen_at > :used_since"
BY_SECRET = f"select {COLUMNS} from app.sessions where session_hash = :session_hash and {IS_OPEN}"
OF_PROJECT = f"""
select {COLUMNS} from app.sessions
where project_id = :project_id and {IS_OPEN}
order by seen_at desc, session_hash
"""
TOUCH = "update app.sessions set seen_at = :now where session_hash = :session_hash"
END = """
update app.sessions set ended_at = :now, end_reason = :reason
where
    project_id = :project_id
    and ended_at is null
    and (cast(:session_hash as text) is null or session_hash = :session_hash)
    and (cast(:subject as text) is null or subject = :subject)
    and (cast(:issuer as text) is null or issuer = :issuer)
"""
FORGET = "delete from app.sessions where least(ended_at, expires_at) < :limit"
LEFT = """
select exists (
    select from app.sessions
    where
        project_id = :project_id
        and token_hash = :token_hash
        and end_reason in ('logout', 'logout_everywhere', 'revoked', 'account_changed')
)
"""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session may go unused, and how long it may last in all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is valid at the moment it was looked up; instants are aware, in UTC.

    `session_hash` names it for lists and for ending it, and opens nothing.
    """

    identity: Identity
    project: Project
    session_hash: str
    token_hash: str | None
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_session(
    identity: Identity,
    now: datetime,
    limits: SessionLimits,
    *,
    token_hash: str | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Open a session and return its secret id, which is stored nowhere.

    `token_hash` ties it to the token it was opened with, and `expires_at` ends it with that token
    when that is before the absolute limit.
    """
    secret = new_secret()
    latest = now + limits.absolute
    values = {
        "session_hash": hash_of(secret),
        "project_id": identity.project_id,
        "subject": identity.subject,
        "issuer": identity.issuer,
        "mode": identity.mode,
        "role": identity.role.value,
        "entities": None if identity.entities is None else list(identity.entities),
        "name": identity.name,
        "token_hash": token_hash,
        "now": now,
        "expires_at": min(latest, expires_at) if expires_at else latest,
    }
    with app_connection(project_id=identity.project_id) as connection:
        connection.execute(text(INSERT), values)
    return secret


def find_session(secret: str, now: datetime, limits: SessionLimits) -> OpenSession | None:
    """The open session of an id, None for one that is unknown, past its time or ended.

    A session of a project that is no longer active is none.
    """
    session_hash = hash_of(secret)
    named = {"session_hash": session_hash, "now": now, "used_since": now - limits.idle}
    with app_connection(session_hash=session_hash) as connection:
        row = connection.execute(text(BY_SECRET), named).mappings().one_or_none()
        if row is None:
            return None
        name_project(connection, row["project_id"])
        project = project_by_id(connection, row["project_id"])
    return _session(row, project) if project else None


def touch_session(session: OpenSession, now: datetime) -> None:
    """Note that the session is in use; does nothing when that was noted within the last minute."""
    if now - session.seen_at < TOUCH_EVERY:
        return
    with app_connection(project_id=session.identity.project_id) as connection:
        connection.execute(text(TOUCH), {"session_hash": session.session_hash, "now": now})


def list_sessions(project_id: int, now: datetime, limits: SessionLimits) -> list[OpenSession]:
    """The open sessions of a project, the one used last first."""
    values = {"project_id": project_id, "now": now, "used_since": now - limits.idle}
    with app_connection(project_id=project_id) as connection:
        rows = connection.execute(text(OF_PROJECT), values).mappings().all()
        project = project_by_id(connection, project_id)
    return [_session(row, project) for row in rows] if project else []


def end_session(session: OpenSession, now: datetime, reason: EndReason) -> None:
    """End this one session; the next look-up of its id finds nothing."""
    end_sessions(session.identity.project_id, now, reason=reason, session_hash=session.session_hash)


def end_sessions(
    project_id: int,
    now: datetime,
    *,
    reason: EndReason,
    session_hash: str | None = None,
    subject: str | None = None,
    issuer: str | None = None,
) -> int:
    """End the sessions of a project that match everything given; returns how many ended.

    Nothing given beside the project ends all of them. A person is a `subject` with an `issuer`.
    """
    values = {
        "project_id": project_id,
        "now": now,
        "reason": reason,
        "session_hash": session_hash,
        "subject": subject,
        "issuer": issuer,
    }
    with app_connection(project_id=project_id) as connection:
        return connection.execute(text(END), values).rowcount


def forget_ended(owner_connection: Connection, at: datetime) -> int:
    """Delete sessions that ended more than 90 days before; returns how many."""
    limit = {"limit": at - KEPT_AFTER_END}
    return owner_connection.execute(text(FORGET), limit).rowcount


def was_ended_on_purpose(project_id: int, token_hash: str) -> bool:
    """Whether a session that this token opened was left or revoked: then it opens no other."""
    values = {"project_id": project_id, "token_hash": token_hash}
    with app_connection(project_id=project_id) as connection:
        return bool(connection.scalar(text(LEFT), values))


def _session(row: Mapping[Any, Any], project: Project) -> OpenSession:
    return OpenSession(
        identity=Identity(
            project_id=row["project_id"],
            slug=project.slug,
            subject=row["subject"],
            role=Role(row["role"]),
            mode=row["mode"],
            issuer=row["issuer"],
            entities=None if row["entities"] is None else tuple(row["entities"]),
            name=row["name"],
        ),
        project=project,
        session_hash=row["session_hash"],
        token_hash=row["token_hash"],
        opened_at=row["opened_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
    )
