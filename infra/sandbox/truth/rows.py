"""One served row of the message history, read the way metrics.md says and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from infra.sandbox.served import COLUMNS

TECHNICAL_INTENTS = frozenset(
    {
        "Default Welcome Intent",
        "Default Fallback Intent",
        "politica_privacidad_aceptada",
        "flow_response",
    }
)
COUNTED_DIRECTIONS = ("inbound", "bot", "agent")
DIRECTION_OF_SENDER = {
    "input": "inbound",
    "operator": "agent",
    "dialogflow": "bot",
    "agent_notification": "system",
    "note": "note",
}
MENU_CODE = re.compile(r"^\s*\[[0-9.]+\]")


@dataclass(frozen=True, slots=True)
class Row:
    """A message with its typed columns; empty texts have become None, instants are aware."""

    message_id: str
    contact_id: str
    sent_at: datetime
    local_date: date
    local_hour: int
    direction: str
    channel: str
    is_event: bool
    by_bot_engine: bool
    intent_raw: str | None
    intent: str | None
    is_fallback: bool
    content: str
    sending_id: str | None
    agent_id: str | None
    session_id: str | None
    queued_at: datetime | None
    assigned_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None

    @property
    def is_counted(self) -> bool:
        """Whether the row counts as a message: inbound, bot or agent."""
        return self.direction in COUNTED_DIRECTIONS


def read_row(values: Sequence[str], timezone: ZoneInfo) -> Row:
    """One row from its 24 values in the contract's order."""
    column = dict(zip(COLUMNS, values, strict=True))
    sent_at = datetime.fromisoformat(column["messageDate"])
    local = sent_at.astimezone(timezone)
    is_event = column["contentType"] == "event"
    direction = direction_of(column)
    label = column["dfIntentName"] or None
    has_intent = direction == "inbound" and not is_event and label is not None
    return Row(
        message_id=column["messageId"],
        contact_id=column["contactId"],
        sent_at=sent_at,
        local_date=local.date(),
        local_hour=local.hour,
        direction=direction,
        channel=column["channel"],
        is_event=is_event,
        by_bot_engine=column["integration"] in ("df", "ai"),
        intent_raw=label if has_intent else None,
        intent=clean_intent(label) if has_intent and label else None,
        is_fallback=column["isFallback"] == "Yes",
        content=column["content"],
        sending_id=column["sendingId"] or None,
        agent_id=column["agentId"] or None,
        session_id=column["agentConversationId"] or None,
        queued_at=instant(column["agentQueuedAt"]),
        assigned_at=instant(column["agentAssignedAt"]),
        closed_at=instant(column["agentClosedAt"]),
        close_reason=column["agentCloseReason"] or None,
    )


def direction_of(column: Mapping[str, str]) -> str:
    """The sender's direction, else campaign for a sending, else bot for its engines, else other."""
    known = DIRECTION_OF_SENDER.get(column["sendType"])
    if known:
        return known
    if column["sendingId"]:
        return "campaign"
    return "bot" if column["integration"] in ("df", "ai") else "other"


def clean_intent(label: str) -> str:
    """The label without its leading menu code and with single blanks; the case stays."""
    return " ".join(MENU_CODE.sub("", label).split())


def instant(text: object) -> datetime | None:
    """An aware instant in UTC from the CSV's or the JSON's form; None for nothing."""
    if not isinstance(text, str) or not text:
        return None
    return datetime.fromisoformat(text).astimezone(UTC)
