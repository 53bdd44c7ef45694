"""The endpoints we read, described as data: what to ask, how to page, what a record is called."""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AGENT_CONVERSATIONS",
    "APPLICATIONS",
    "CHANNELS",
    "CHAT_HISTORY",
    "CONTACTS",
    "ENDPOINTS",
    "MESSAGE_COLUMNS",
    "SNAPSHOTS",
    "Column",
    "Endpoint",
    "Paging",
    "WindowRule",
]


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut: `page` sends limit and page, `limit` a limit that must not be reached."""

    style: Literal["page", "limit", "none"]
    page_size: int = 0
    first_page: int = 0
    max_pages: int = 1


@dataclass(frozen=True, slots=True)
class WindowRule:
    """How a range of days is asked for; `max_days` is the most that may lie between both dates.

    Neighbouring windows share `overlap_days`, so that nothing falls between them whether or not
    the API counts the last day in.
    """

    max_days: int
    overlap_days: int = 1
    from_param: str = "dateFrom"
    to_param: str = "dateTo"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record: our name, its names at the source, whether it must be there."""

    name: str
    sources: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint; `records_key` names the field that is the natural key of a JSON record.

    An endpoint that is not required may be missing for a credential: the others are read all the
    same. One that is not read by default is read for the projects whose configuration names it.
    `records_path` leads to the list in the answer, `record_field` to the record within an entry.
    With a `day_field` the records are statistics: their key is the values of all `key_sources`.
    `{project_id}` in a path is the project's number.
    """

    name: str
    path: str
    response: Literal["csv", "json"]
    paging: Paging
    key_sources: tuple[str, ...]
    is_required: bool
    project_param: str | None = "applicationId"
    parameters: tuple[tuple[str, str], ...] = ()
    window: WindowRule | None = None
    columns: tuple[Column, ...] = ()
    is_default: bool = True
    records_path: tuple[str, ...] = ("data",)
    record_field: str | None = None
    day_field: str | None = None


# The 24 columns of the message history in its usual order; any order and any extra one is accepted.
MESSAGE_COLUMNS = (
    Column("message_id", ("messageId", "id"), is_required=True),
    Column("message_date", ("messageDate", "createdAt"), is_required=True),
    Column("send_type", ("sendType",)),
    Column("content_type", ("contentType",)),
    Column("status", ("status",)),
    Column("status_at", ("statusAt",)),
    Column("channel_external_id", ("channelExternalId",)),
    Column("error", ("error",)),
    Column("content", ("content",)),
    Column("schedule_at", ("scheduleAt",)),
    Column("integration", ("integration",)),
    Column("channel", ("channel",)),
    Column("profile_name", ("profileName",)),
    Column("contact_id", ("contactId",), is_required=True),
    Column("agent_conversation_id", ("agentConversationId",)),
    Column("agent_queued_at", ("agentQueuedAt",)),
    Column("agent_assigned_at", ("agentAssignedAt",)),
    Column("agent_closed_at", ("agentClosedAt",)),
    Column("agent_close_reason", ("agentCloseReason",)),
    Column("agent_id", ("agentId",)),
    Column("df_intent_id", ("dfIntentId",)),
    Column("df_intent_name", ("dfIntentName",)),
    Column("is_fallback", ("isFallback",)),
    Column("sending_id", ("sendingId",)),
)

CHAT_HISTORY = Endpoint(
    name="chat_history",
    path="/v1/chat/history/csv",
    response="csv",
    paging=Paging("page", page_size=500, max_pages=20_000),
    key_sources=("messageId", "id"),
    is_required=True,
    window=WindowRule(max_days=7),
    columns=MESSAGE_COLUMNS,
)
CONTACTS = Endpoint(
    name="contacts",
    path="/v1/chat/contacts",
    response="json",
    paging=Paging("page", page_size=100, max_pages=20_000),
    key_sources=("contactId",),
    is_required=True,
)
# Sessions can be rebuilt from the messages, so their endpoint may be missing.
AGENT_CONVERSATIONS = Endpoint(
    name="agent_conversations",
    path="/v1/chat/agent/conversations",
    response="json",
    paging=Paging("limit", page_size=50_000),
    key_sources=("agentSessionId",),
    is_required=False,
    parameters=(("email", ""),),
)
CHANNELS = Endpoint(
    name="channels",
    path="/v1/chat/channel",
    response="json",
    paging=Paging("none"),
    key_sources=("id",),
    is_required=False,
)
# Lists every project the key can see: only the one asked for is kept.
APPLICATIONS = Endpoint(
    name="applications",
    path="/v1/application",
    response="json",
    paging=Paging("page", page_size=100, max_pages=100),
    key_sources=("id",),
    is_required=False,
    project_param=None,
)

SNAPSHOTS = (APPLICATIONS, CHANNELS, CONTACTS, AGENT_CONVERSATIONS)
ENDPOINTS = (*SNAPSHOTS, CHAT_HISTORY)
