"""After a purge: keep out what the API still lists of days that are gone for good."""

from collections.abc import Sequence

from lib.indigitall.instants import parse_instant
from lib.indigitall.records import JsonRecord
from lib.indigitall.windows import day_start
from lib.raw.connection import Connection
from lib.raw.message_lines import KeyOf
from lib.raw.projects import IngestProject

__all__ = ["contacts_with_rows", "sessions_of_kept_days"]

SESSION_TIMES = ("queuedAt", "assignedAt", "closedAt")
WITH_MESSAGES = """
select distinct agent_conversation_id from raw.messages
where project_id = %s and agent_conversation_id = any(%s)
"""
KNOWN = """
with listed as (
    select * from unnest(%(ids)s::text[], %(keys)s::text[]) as listed (contact_id, contact_key)
),

in_sessions as (
    select distinct contact_key from raw.agent_sessions where project_id = %(project)s
)

select contact_id
from listed
where
    exists (
        select from raw.contacts as known
        where known.project_id = %(project)s and known.contact_id = listed.contact_id
    )
    or exists (
        select from raw.messages as messages
        where messages.project_id = %(project)s and messages.contact_key = listed.contact_key
    )
    or contact_key in (select contact_key from in_sessions)
"""


def sessions_of_kept_days(
    connection: Connection, project: IngestProject, sessions: Sequence[JsonRecord]
) -> Sequence[JsonRecord]:
    """Those that end on a kept day, have no time at all, or have a message that is kept."""
    if project.kept_from is None:
        return sessions
    start = day_start(project.kept_from, project.timezone)
    old: set[str] = set()
    for session in sessions:
        times = (parse_instant(session.text(name)) for name in SESSION_TIMES)
        instants = [instant for instant in times if instant]
        if instants and max(instants) < start:
            old.add(session.key)
    if not old:
        return sessions
    rows = connection.execute(WITH_MESSAGES, [project.project_id, list(old)])
    old -= {key for (key,) in rows}
    return [session for session in sessions if session.key not in old]


def contacts_with_rows(
    connection: Connection, project: IngestProject, contacts: Sequence[JsonRecord], key_of: KeyOf
) -> Sequence[JsonRecord]:
    """Those that raw knows, or knows a message or session of.

    The list gives no dates, so a contact that a purge removed looks like one that never wrote;
    either comes in as soon as it has a message.
    """
    if project.kept_from is None:
        return contacts
    rows = connection.execute(
        KNOWN,
        {
            "project": project.project_id,
            "ids": [contact.key for contact in contacts],
            "keys": [key_of(contact.text("contactId")) for contact in contacts],
        },
    )
    known = {contact_id for (contact_id,) in rows}
    return [contact for contact in contacts if contact.key in known]
