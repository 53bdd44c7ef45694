"""The sheet on which one local day is written: rows come in any order, numbers at the end."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, TypedDict, Unpack

from infra.sandbox.people import Contact
from infra.sandbox.phrases import FAILURES
from infra.sandbox.profiles import Agent, ProjectProfile
from infra.sandbox.records import Message, Session
from infra.sandbox.rhythm import midnight

NUMBERING_STARTS = date(2020, 1, 1).toordinal()
MESSAGES_PER_DAY, SESSIONS_PER_DAY = 10_000, 1_000
LATE_ROW_SHARE = 0.004
FAILED_SHARE, UNDELIVERED_SHARE, READ_SHARE = 0.012, 0.02, 0.82


class Columns(TypedDict, total=False):
    """What a caller may say about a row beside contact, instant and content."""

    send_type: str
    content_type: str
    integration: str
    session: Session | None
    agent: Agent | None
    intent_id: str
    intent_name: str
    is_fallback: bool
    sending_id: str


class DayTooBusyError(Exception):
    """A day holds more rows than its block of numbers: the scale asked for is too large."""


@dataclass(slots=True)
class DayDraft:
    """Everything that begins on one local day of one project; `rng` is that day's own."""

    profile: ProjectProfile
    day: date
    rng: Random
    sessions: list[Session] = field(default_factory=list)
    foreign_sessions: list[Session] = field(default_factory=list)
    gave_up: set[Contact] = field(default_factory=set)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _taken: int = 0

    @property
    def begins_at(self) -> int:
        """Local midnight at which the day begins."""
        return midnight(self.day)

    def incoming(self, contact: Contact, at: int, content: str, **columns: Unpack[Columns]) -> None:
        """A row the contact wrote."""
        self._add(contact, at, content, {"send_type": "input", "integration": "df", **columns})

    def from_bot(self, contact: Contact, at: int, content: str, **columns: Unpack[Columns]) -> None:
        """A row the bot wrote."""
        states = self._delivery(at)
        given = {"send_type": "dialogflow", "integration": "df", **states, **columns}
        self._add(contact, at, content, given)

    def from_agent(
        self, contact: Contact, at: int, content: str, agent: Agent | None, session: Session | None
    ) -> None:
        """A row an agent wrote; without a session the row still names the agent."""
        given = {"send_type": "operator", "integration": "agent", **self._delivery(at)}
        self._add(contact, at, content, {**given, "agent": agent, "session": session})

    def internal(
        self, contact: Contact, at: int, content: str, session: Session, send_type: str
    ) -> None:
        """A notice or a note the contact never sees."""
        given = {"send_type": send_type, "integration": "agent", "session": session}
        self._add(contact, at, content, given)

    def sent_otherwise(
        self, contact: Contact, at: int, content: str, **columns: Unpack[Columns]
    ) -> None:
        """A row that neither bot nor agent nor contact wrote: a campaign, an integration."""
        self._add(contact, at, content, {"integration": "", **self._delivery(at), **columns})

    def next_session_id(self) -> int:
        """The next free session number of this day."""
        self._taken += 1
        if self._taken >= SESSIONS_PER_DAY:
            raise DayTooBusyError(f"{self.day}: {SESSIONS_PER_DAY} sessions a day are the most")
        return 100_000 + (self.day.toordinal() - NUMBERING_STARTS) * SESSIONS_PER_DAY + self._taken

    def messages(self) -> list[Message]:
        """The rows in order of time, numbered from the day's block."""
        if len(self._rows) >= MESSAGES_PER_DAY:
            raise DayTooBusyError(
                f"{self.day}: {len(self._rows)} messages, {MESSAGES_PER_DAY} at most"
            )
        first = 10_000_000 + (self.day.toordinal() - NUMBERING_STARTS) * MESSAGES_PER_DAY
        ordered = sorted(self._rows, key=lambda row: row["sent_at"])
        return [Message(message_id=first + place, **row) for place, row in enumerate(ordered)]

    def _add(self, contact: Contact, at: int, content: str, columns: dict[str, Any]) -> None:
        late = self.rng.random() < LATE_ROW_SHARE
        row = {
            "contact": contact,
            "sent_at": at,
            "visible_at": at + (self.rng.randrange(7_200, 129_600) if late else 0),
            "content": content,
            "content_type": "text",
        }
        self._rows.append({**row, **columns})

    def _delivery(self, at: int) -> dict[str, int]:
        """Sent, then delivered, then perhaps read; rarely failed or for ever only sent."""
        luck = self.rng.random()
        if luck < FAILED_SHARE:
            return {"failed_at": at + self.rng.randrange(1, 30)}
        if luck < FAILED_SHARE + UNDELIVERED_SHARE:
            return {}
        delivered = at + self.rng.randrange(1, 6)
        if self.rng.random() >= READ_SHARE:
            return {"delivered_at": delivered}
        patience = self.rng.lognormvariate(4.2, 1.7)
        return {"delivered_at": delivered, "read_at": delivered + 1 + min(int(patience), 100_000)}


def failure_text(message_id: int) -> str:
    """The error of a failed row."""
    return FAILURES[message_id % len(FAILURES)]
