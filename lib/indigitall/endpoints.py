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
    "SNAPSHOTS",
    "Column",
    "Endpoint",
    "Group",
    "Paging",
    "WindowRule",
]

_FOUND = load_endpoints()
_CAMPAIGNS = [endpoint for endpoint in _FOUND.values() if endpoint.group == "statistics"]


def _named(name: str) -> Endpoint:
    if name not in _FOUND:
        raise EndpointFileError(f"{ENDPOINT_FILE}: endpoints.{name}: was expected and is missing")
    return _FOUND[name]


APPLICATIONS = _named("applications")
CHANNELS = _named("channels")
CONTACTS = _named("contacts")
AGENT_CONVERSATIONS = _named("agent_conversations")
CHAT_HISTORY = _named("chat_history")
MESSAGE_COLUMNS = CHAT_HISTORY.columns

SNAPSHOTS = (APPLICATIONS, CHANNELS, CONTACTS, AGENT_CONVERSATIONS)
ENDPOINTS = (*SNAPSHOTS, CHAT_HISTORY)
CAMPAIGN_LISTS = tuple(endpoint for endpoint in _CAMPAIGNS if endpoint.window is None)
CAMPAIGN_STATISTICS = tuple(endpoint for endpoint in _CAMPAIGNS if endpoint.window is not None)
