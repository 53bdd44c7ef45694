"""How a record looks to somebody who asks at a given instant: nothing of the future shows.

`now` and all instants are whole UTC seconds.
"""

from datetime import UTC, datetime

from infra.sandbox.drafting import failure_text
from infra.sandbox.people import Contact
from infra.sandbox.records import Message, Session

COLUMNS = (
    "messageId", "messageDate", "sendType", "contentType", "status", "statusAt",
    "channelExternalId", "error", "content", "scheduleAt", "integration", "channel",
    "profileName", "contactId", "agentConversationId", "agentQueuedAt", "agentAssignedAt",
    "agentClosedAt", "agentCloseReason", "agentId", "dfIntentId", "dfIntentName", "isFallback",
    "sendingId",
)  # fmt: skip
HEADER = ",".join(COLUMNS) + "\n"
OUTGOING = {"operator", "dialogflow", "campaign", "ai", "api_external"}
NEEDS_QUOTES = (",", '"', "\n", "\r")


def message_values(message: Message, now: int) -> tuple[str, ...]:
    """The 24 values of one row of the history, in the order of COLUMNS; missing ones are empty."""
    status, status_at, error = _delivery(message, now)
    contact = message.contact
    return (
        str(message.message_id),
        csv_time(message.sent_at),
        message.send_type,
        message.content_type,
        status,
        status_at,
        f"wamid.DEMO{message.contact.record_id:07d}{message.message_id}=",
        error,
        message.content,
        "",
        message.integration,
        contact.line.kind,
        contact.profile_name,
        contact.contact_id,
        *_session_values(message, now),
        message.intent_id,
        message.intent_name,
        "Yes" if message.is_fallback else "No",
        message.sending_id,
    )


def csv_line(values: tuple[str, ...]) -> str:
    """One line of the CSV, its line end included."""
    return ",".join(_quoted(value) for value in values) + "\n"


def session_payload(session: Session, now: int) -> dict[str, object]:
    """One row of endpoint 7: assignment and closing show once they have happened."""
    assigned = _until(session.assigned_at, now)
    agent = session.agent if assigned is not None else None
    return {
        "agentSessionId": session.session_id,
        "conversationSessionId": session.conversation_id,
        "contactId": session.contact_id,
        "agentId": agent.agent_id if agent else None,
        "email": agent.email if agent else None,
        "channel": session.channel,
        "queuedAt": json_time(_until(session.queued_at, now)),
        "assignedAt": json_time(assigned),
        "closedAt": json_time(_until(session.closed_at, now)),
        "initialAgentSession": session.initial_session_id,
    }


def contact_payload(contact: Contact, last_input_at: int | None) -> dict[str, object]:
    """One row of the contact list, given the contact's latest own message."""
    return {
        "id": contact.record_id,
        "contactId": contact.contact_id,
        "externalCode": "",
        "externalId": None,
        "profileName": contact.profile_name,
        "channel": contact.line.kind,
        "instanceId": contact.line.instance_id,
        "language": None,
        "agentId": None,
        "chatAllowed": last_input_at is not None,
        "createdAt": json_time(contact.created_at),
        "updatedAt": json_time(last_input_at or contact.created_at),
        "lastInputMessage": json_time(last_input_at),
    }


def csv_time(instant: int | None) -> str:
    """`2026-01-15T14:03:22+00:00`, or nothing."""
    return "" if instant is None else datetime.fromtimestamp(instant, UTC).isoformat()


def json_time(instant: int | None) -> str | None:
    """`2026-01-15T14:03:22.000Z`, or null."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _delivery(message: Message, now: int) -> tuple[str, str, str]:
    """Status, its instant and the error text as known at `now`; incoming rows have none."""
    if message.send_type not in OUTGOING:
        return "", "", ""
    if (failed := _until(message.failed_at, now)) is not None:
        return "channel_failed", csv_time(failed), failure_text(message.message_id)
    if (read := _until(message.read_at, now)) is not None:
        return "channel_read", csv_time(read), ""
    if (delivered := _until(message.delivered_at, now)) is not None:
        return "channel_delivered", csv_time(delivered), ""
    return "channel_sent", csv_time(message.sent_at), ""


def _session_values(message: Message, now: int) -> tuple[str, ...]:
    """Session id, its three times, the close reason and the agent as known at `now`."""
    session = message.session
    if session is None:
        return "", "", "", "", "", str(message.agent.agent_id) if message.agent else ""
    assigned, closed = _until(session.assigned_at, now), _until(session.closed_at, now)
    is_assigned = assigned is not None and session.agent is not None
    return (
        str(session.session_id),
        csv_time(_until(session.queued_at, now)),
        csv_time(assigned),
        csv_time(closed),
        session.close_reason if closed is not None else "",
        str(session.agent.agent_id) if is_assigned and session.agent else "",
    )


def _until(instant: int | None, now: int) -> int | None:
    return instant if instant is not None and instant <= now else None


def _quoted(value: str) -> str:
    if any(character in value for character in NEEDS_QUOTES):
        return '"' + value.replace('"', '""') + '"'
    return value
