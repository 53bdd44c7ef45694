"""What the generator leaves behind: messages and sessions with their whole future.

Instants are whole UTC seconds. What is not yet true at the clock's now is hidden when served.
"""

from dataclasses import dataclass

from infra.sandbox.people import Contact
from infra.sandbox.profiles import Agent


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One assignment of a contact to one agent; `is_listed` says whether endpoint 7 knows it."""

    session_id: int
    conversation_id: int
    contact_id: str
    channel: str
    agent: Agent | None
    queued_at: int | None
    assigned_at: int | None
    closed_at: int | None
    close_reason: str
    initial_session_id: int
    is_listed: bool = True

    @property
    def began_at(self) -> int:
        """The first instant at which anybody could have seen the session."""
        return min(self.instants)

    @property
    def settled_at(self) -> int:
        """The instant after which nothing about the session changes."""
        return max(self.instants)

    @property
    def instants(self) -> tuple[int, ...]:
        """The instants that are known, in no order."""
        every = (self.queued_at, self.assigned_at, self.closed_at)
        return tuple(instant for instant in every if instant is not None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Message:
    """One row of the message history with every state it will ever have."""

    message_id: int
    sent_at: int
    visible_at: int
    contact: Contact
    send_type: str
    content_type: str
    content: str
    integration: str
    session: Session | None = None
    agent: Agent | None = None
    intent_id: str = ""
    intent_name: str = ""
    is_fallback: bool = False
    sending_id: str = ""
    delivered_at: int | None = None
    read_at: int | None = None
    failed_at: int | None = None

    @property
    def settled_at(self) -> int:
        """The instant after which the row never changes again."""
        own = max(self.visible_at, self.delivered_at or 0, self.read_at or 0, self.failed_at or 0)
        return max(own, self.session.settled_at) if self.session else own
