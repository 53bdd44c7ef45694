"""Contacts that were erased: how they are recognised in what still arrives, and what of it is kept.

Nothing here knows who they were. An id that arrives is turned into a contact key with the PII key,
as for every row, and the key is looked up among those of app.erasures.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.config import get_settings
from lib.indigitall.records import JsonRecord, Reject, payload_text
from lib.raw.connection import Connection
from lib.raw.message_lines import KeyOf, contact_keys

__all__ = [
    "ERASED_ID",
    "ERASED_MESSAGE",
    "ErasedContacts",
    "identifiers_in",
    "load_erased",
    "without_contact",
]

# what stands where the contact's id was; people see it masked
ERASED_ID = "borrado"
KEYS = "select contact_key, alias_keys from app.erasures where project_id = %s"
# phones, mails, ids: with what may stand between digits, and without
WORD = re.compile(r"[\w@.+-]{5,}")
PHONE = re.compile(r"\+?\d[\d ().-]{5,}\d")
# what the warehouse reads of a session and whom it does not name
SESSION_FIELDS = frozenset(
    {
        "agentSessionId",
        "conversationSessionId",
        "initialAgentSession",
        "agentId",
        "email",
        "channel",
        "queuedAt",
        "assignedAt",
        "closedAt",
        "applicationId",
    }
)
# the columns of a message that tell nothing about the person: by them it can be told whether the
# source says something new of it
_KEPT = (
    "message_id",
    "message_date",
    "send_type",
    "content_type",
    "status",
    "status_at",
    "schedule_at",
    "integration",
    "channel",
    "agent_conversation_id",
    "agent_queued_at",
    "agent_assigned_at",
    "agent_closed_at",
    "agent_close_reason",
    "agent_id",
    "df_intent_id",
    "df_intent_name",
    "is_fallback",
    "sending_id",
)
_HASHED = ", ".join(f"coalesce({name}, '')" for name in _KEPT)
# channel_external_id is the network's id of the message, which has the phone in it
ERASED_MESSAGE = f"""
    contact_id = '{ERASED_ID}', profile_name = null, content = null, channel_external_id = null,
    error = case when nullif(trim(error), '') is not null then '{ERASED_ID}' end,
    payload_hash = sha256(convert_to(
        concat_ws(e'\\x1f', {_HASHED}, (nullif(trim(error), '') is not null)::text), 'UTF8'
    ))
"""


def _no_key(_contact_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ErasedContacts:
    """The keys of a project's erased contacts, false when there are none.

    `aliases` are the keys of what else names them: mails, phones without the code of the country.
    """

    keys: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    key_of: KeyOf = _no_key

    def __bool__(self) -> bool:
        return bool(self.keys)

    def has(self, contact_id: str) -> bool:
        """Whether the contact of this id was erased."""
        return bool(self.keys) and self.key_of(contact_id) in self.keys

    def is_named_in(self, text: str) -> bool:
        """Whether a text holds the id of an erased contact, alone or among other words."""
        names = self.keys | self.aliases
        return bool(names) and any(self.key_of(found) in names for found in identifiers_in(text))

    def unnamed(self, rejects: Sequence[Reject]) -> Sequence[Reject]:
        """The rejects that name none of them; the others are not kept for a replay."""
        if not self:
            return rejects
        return [reject for reject in rejects if not self.is_named_in(reject.payload)]

    def unnamed_records(self, records: Sequence[JsonRecord]) -> Sequence[JsonRecord]:
        """The records that name none of them."""
        if not self:
            return records
        return [each for each in records if not self.is_named_in(payload_text(each.payload))]

    def sessions(self, records: Iterable[JsonRecord]) -> list[JsonRecord]:
        """The sessions, those of erased contacts without whom they were with."""
        return [
            JsonRecord(each.key, without_contact(each.payload))
            if self.has(each.text("contactId"))
            else each
            for each in records
        ]


def load_erased(connection: Connection, project_id: int) -> ErasedContacts:
    """The erased contacts of a project."""
    rows = connection.execute(KEYS, [project_id]).fetchall()
    if not rows:
        return ErasedContacts()
    return ErasedContacts(
        frozenset(key for key, _ in rows),
        frozenset(alias for _, aliases in rows for alias in aliases),
        contact_keys(get_settings().pii_key.get_secret_value(), project_id),
    )


def identifiers_in(text: str) -> Iterator[str]:
    """Everything in a text that could be a contact's id, as it is and in lower case."""
    for found in WORD.findall(text):
        name = found.strip(".-").removeprefix("+")
        yield name
        if name != name.lower():
            yield name.lower()
    for found in PHONE.findall(text):
        yield re.sub(r"\D", "", found)


def without_contact(payload: Mapping[str, Any]) -> dict[str, Any]:
    """An agent session as it stays when its contact is erased: times and agent."""
    return {name: payload[name] for name in sorted(SESSION_FIELDS & payload.keys())}
