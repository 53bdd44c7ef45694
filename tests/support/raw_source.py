"""Writes raw rows as the ingestion does: keyed upserts in a batch that names its days."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

BOGOTA = ZoneInfo("America/Bogota")
TIME_COLUMNS = ("queued_at", "assigned_at", "closed_at")


def at(local: str) -> datetime:
    """`2026-02-10 22:30` in Bogotá as an instant."""
    return datetime.fromisoformat(local).replace(tzinfo=BOGOTA).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One agent session; `is_listed` says whether the sessions endpoint knows it."""

    session_id: str
    contact: str = "c1"
    agent_id: str | None = "12"
    email: str = "ana@coop.example"
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    is_listed: bool = True
    initial: int = 0

    @property
    def times(self) -> tuple[datetime, ...]:
        """The times that are known."""
        return tuple(t for t in (self.queued_at, self.assigned_at, self.closed_at) if t)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One row of the message history; `session` gives its session columns."""

    message_id: str
    sent_at: datetime
    contact: str | None = "c1"
    send_type: str = "input"
    content_type: str = "text"
    integration: str | None = "df"
    content: str = "hola"
    intent: str | None = None
    is_fallback: bool = False
    channel: str = "cloudapi"
    agent_id: str | None = None
    session: Session | None = None
    sending_id: str | None = None
    status: str | None = None


@dataclass(slots=True)
class RawSource:
    """The raw rows of one project, and what was last written of each."""

    engine: Engine
    project_id: int
    timezone: ZoneInfo = BOGOTA
    messages: dict[str, Message] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def create(
        self,
        *,
        rules: Sequence[tuple[str, str, str]] = (),
        domains: Sequence[str] = ("coop.example",),
        agent_ids: Sequence[str] = (),
    ) -> "RawSource":
        """Register the project with its entity rules (kind, value, entity), first one first."""
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    "insert into app.projects (project_id, slug, name, timezone, is_demo,"
                    " backfill_from, agent_mail_domains, agent_ids)"
                    " values (:id, :slug, :name, :tz, true, '2026-01-01', :domains, :agents)"
                ),
                {
                    "id": self.project_id,
                    "slug": f"p{self.project_id}",
                    "name": f"Proyecto {self.project_id}",
                    "tz": str(self.timezone),
                    "domains": list(domains),
                    "agents": list(agent_ids),
                },
            )
            self.set_rules(connection, rules)
        return self

    def set_rules(self, connection: Connection, rules: Sequence[tuple[str, str, str]]) -> None:
        """Replace the project's entity rules."""
        connection.execute(
            text("delete from app.entity_rules where project_id = :id"), {"id": self.project_id}
        )
        for place, (kind, value, entity) in enumerate(rules):
            connection.execute(
                text("insert into app.entity_rules values (:id, :place, :kind, :value, :entity)"),
                {
                    "id": self.project_id,
                    "place": place,
                    "kind": kind,
                    "value": value,
                    "entity": entity,
                },
            )

    def load(
        self,
        messages: Iterable[Message] = (),
        sessions: Iterable[Session] = (),
        *,
        gone: Iterable[str] = (),
        contacts: Iterable[tuple[str, dict[str, Any]]] = (),
        committed_at: datetime | None = None,
    ) -> int:
        """One committed batch: rows written, rows vanished at the source, days touched; its id."""
        new_messages = [self._filled(message) for message in messages]
        new_sessions = list(sessions)
        vanished, new_contacts = list(gone), list(contacts)
        days = self._touched(new_messages, new_sessions, vanished)
        with self.engine.begin() as connection:
            batch = connection.execute(
                text(
                    "insert into raw.batches (project_id, endpoint, status, touched_dates,"
                    " rows_inserted, rows_deleted, started_at, committed_at)"
                    " values (:id, 'chat_history', 'committed', :days, :new, :gone, :at, :at)"
                    " returning batch_id"
                ),
                {
                    "id": self.project_id,
                    "days": sorted(days),
                    "new": len(new_messages) + len(new_sessions) + len(new_contacts),
                    "gone": len(vanished),
                    "at": committed_at or datetime(2026, 2, 17, 14, tzinfo=UTC),
                },
            ).scalar_one()
            for message in new_messages:
                _upsert(connection, "messages", "message_id", self._message_row(message, batch))
            for session in new_sessions:
                if session.is_listed:
                    _upsert(
                        connection,
                        "agent_sessions",
                        "agent_session_id",
                        self._session_row(session, batch),
                    )
            for contact, payload in new_contacts:
                _upsert(
                    connection, "contacts", "contact_id", self._contact_row(contact, payload, batch)
                )
            for message_id in vanished:
                connection.execute(
                    text(
                        "update raw.messages set deleted_at = loaded_at, batch_id = :batch"
                        " where project_id = :id and message_id = :message"
                    ),
                    {"id": self.project_id, "message": message_id, "batch": batch},
                )
        self.messages.update({message.message_id: message for message in new_messages})
        self.sessions.update({session.session_id: session for session in new_sessions})
        for message_id in vanished:
            self.messages.pop(message_id)
        return batch

    def key(self, contact: str) -> str:
        """The contact key of a contact of this project."""
        return hashlib.sha256(f"{self.project_id}:{contact}".encode()).hexdigest()[:32]

    def _filled(self, message: Message) -> Message:
        session = message.session
        if session is None or message.agent_id or message.send_type != "operator":
            return message
        return replace(message, agent_id=session.agent_id)

    def _touched(
        self, messages: list[Message], sessions: list[Session], gone: list[str]
    ) -> set[date]:
        """Old and new days of the rows and of their sessions' times."""
        instants: list[datetime] = []
        before = [self.messages.get(m.message_id) for m in messages]
        before += [self.messages[message_id] for message_id in gone]
        for message in [*messages, *(m for m in before if m)]:
            instants.append(message.sent_at)
            if message.session:
                instants += message.session.times
                known = self.sessions.get(message.session.session_id)
                instants += known.times if known else ()
        for session in sessions:
            known = self.sessions.get(session.session_id)
            instants += [*session.times, *(known.times if known else ())]
        return {instant.astimezone(self.timezone).date() for instant in instants}

    def _message_row(self, message: Message, batch: int) -> dict[str, Any]:
        session = message.session
        row = {
            "message_date": message.sent_at.isoformat(),
            "send_type": message.send_type,
            "content_type": message.content_type,
            "status": message.status,
            "content": message.content,
            "integration": message.integration,
            "channel": message.channel,
            "profile_name": f"Persona {message.contact}" if message.contact else None,
            "contact_id": _phone(message.contact) if message.contact else None,
            "contact_key": self.key(message.contact) if message.contact else None,
            "agent_conversation_id": session.session_id if session else None,
            "agent_queued_at": _iso(session.queued_at) if session else None,
            "agent_assigned_at": _iso(session.assigned_at) if session else None,
            "agent_closed_at": _iso(session.closed_at) if session else None,
            "agent_close_reason": session.close_reason if session else None,
            "agent_id": message.agent_id,
            "df_intent_name": message.intent,
            "is_fallback": "Yes" if message.is_fallback else "No",
            "sending_id": message.sending_id,
            "sent_at": message.sent_at,
            "message_id": message.message_id,
        }
        return {**row, **self._stamp(row, batch)}

    def _session_row(self, session: Session, batch: int) -> dict[str, Any]:
        payload = {
            "agentSessionId": int(session.session_id),
            "conversationSessionId": int(session.session_id) + 500_000,
            "contactId": _phone(session.contact),
            "agentId": int(session.agent_id) if session.agent_id else None,
            "email": session.email if session.agent_id else None,
            "channel": "cloudapi",
            "queuedAt": _iso(session.queued_at),
            "assignedAt": _iso(session.assigned_at),
            "closedAt": _iso(session.closed_at),
            "initialAgentSession": session.initial,
        }
        return {
            "agent_session_id": session.session_id,
            "contact_key": self.key(session.contact),
            "payload": json.dumps(payload),
            **self._stamp(asdict(session), batch),
        }

    def _contact_row(self, contact: str, payload: dict[str, Any], batch: int) -> dict[str, Any]:
        full = {"contactId": _phone(contact), "channel": "cloudapi", **payload}
        return {
            "contact_id": _phone(contact),
            "contact_key": self.key(contact),
            "payload": json.dumps(full),
            **self._stamp(full, batch),
        }

    def _stamp(self, content: dict[str, Any], batch: int) -> dict[str, Any]:
        digest = hashlib.sha256(repr(sorted(content.items(), key=str)).encode()).digest()
        return {
            "project_id": self.project_id,
            "payload_hash": digest,
            "batch_id": batch,
            "loaded_at": datetime(2026, 2, 17, 14, tzinfo=UTC),
        }


def _phone(contact: str) -> str:
    """An invented phone that ends in the contact's number."""
    return f"5730000{int(contact.strip('c')):05d}"


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _upsert(connection: Connection, table: str, key: str, row: dict[str, Any]) -> None:
    columns = ", ".join(row)
    values = ", ".join(
        f"cast(:{name} as jsonb)" if name == "payload" else f":{name}" for name in row
    )
    changes = ", ".join(
        f"{name} = excluded.{name}" for name in row if name not in ("project_id", key)
    )
    connection.execute(
        text(
            f"insert into raw.{table} ({columns}) values ({values})"
            f" on conflict (project_id, {key}) do update set {changes}, deleted_at = null"
        ),
        row,
    )
