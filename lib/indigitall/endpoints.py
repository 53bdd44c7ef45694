"""The endpoints we read, by the names the code knows them by; all about them is in the file.

A fault of `endpoints.yaml` is an EndpointFileError as soon as this is imported, before anything is
asked of the API.
"""

from lib.indigitall.endpoint_file import ENDPOINT_FILE, load_endpoints
from lib.indigitall.endpoint_types import GROUPS, Column, Endpoint, Group, Paging, WindowRule
from lib.indigitall.errors import EndpointFileError

__all__ = [
    "AGENT_CONVERSATIONS",
    "APPLICATIONS",
    "CAMPAIGN_LISTS",
    "CAMPAIGN_STATISTICS",
    "CHANNELS",
    "CHAT_HISTORY",
    "CONTACTS",
    "ENDPOINTS",
    "GROUPS",
    "MESSAGE_COLUMNS",
    "MESSAGE_FIELDS",
    "Column",
    "Endpoint",
    "Group",
    "Paging",
    "WindowRule",
]

# the text columns of raw.messages
MESSAGE_FIELDS = (
    "message_id", "message_date", "send_type", "content_type", "status", "status_at",
    "channel_external_id", "error", "content", "schedule_at", "integration", "channel",
    "profile_name", "contact_id", "agent_conversation_id", "agent_queued_at", "agent_assigned_at",
    "agent_closed_at", "agent_close_reason", "agent_id", "df_intent_id", "df_intent_name",
    "is_fallback", "sending_id",
)  # fmt: skip

# endpoints with a table of their own, raw.<name>; all others share a table of lists or statistics
CAMPAIGN_LISTS = ("push_campaigns", "sms_campaigns", "email_campaigns")
CAMPAIGN_STATISTICS = (
    "push_daily", "push_campaign_daily", "sms_daily", "sms_campaign_daily", "email_daily",
    "email_campaign_daily", "whatsapp_campaign_daily", "inapp_daily",
)  # fmt: skip

ENDPOINTS = load_endpoints()


def _named(name: str) -> Endpoint:
    if name not in ENDPOINTS:
        raise EndpointFileError(f"{ENDPOINT_FILE}: endpoints.{name}: was expected and is missing")
    return ENDPOINTS[name]


def _message_columns() -> tuple[Column, ...]:
    """The columns that raw.messages has, in its order; other fields of the file are kept as extra.

    Raises EndpointFileError.
    """
    found = {column.name: column for column in CHAT_HISTORY.columns}
    if missing := [name for name in MESSAGE_FIELDS if name not in found]:
        raise EndpointFileError(
            f"{ENDPOINT_FILE}: endpoints.chat_history.fields: {', '.join(missing)} was expected and"
            " is missing"
        )
    return tuple(found[name] for name in MESSAGE_FIELDS)


APPLICATIONS = _named("applications")
CHANNELS = _named("channels")
CONTACTS = _named("contacts")
AGENT_CONVERSATIONS = _named("agent_conversations")
CHAT_HISTORY = _named("chat_history")
MESSAGE_COLUMNS = _message_columns()
