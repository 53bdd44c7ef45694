"""Keep other customers' agent sessions out: the API is known to mix them into the answer."""

from collections.abc import Sequence

from lib.indigitall.records import JsonRecord
from lib.raw.connection import Connection
from lib.raw.projects import IngestProject

__all__ = ["own_sessions"]

SEEN_IN_MESSAGES = """
select distinct agent_conversation_id
from raw.messages
where project_id = %s and agent_conversation_id = any(%s) and deleted_at is null
"""
SEEN_BEFORE = """
select agent_session_id
from raw.agent_sessions
where project_id = %s and agent_session_id = any(%s) and deleted_at is null
"""
SEEN_AS_CONTACTS = """
select contact_id
from raw.contacts
where project_id = %s and contact_id = any(%s) and deleted_at is null
"""


def own_sessions(
    connection: Connection, project: IngestProject, sessions: Sequence[JsonRecord]
) -> list[JsonRecord]:
    """The sessions that are the project's own.

    A session is, when its id stands in the project's message history, or when its contact is one of
    the project's and its agent's mail domain is on the project's list. Row level security cannot
    do this: a foreign row would carry our project's id. An erased contact stands on no list any
    more; sessions with it that were ours stay so.
    """
    ids = [session.key for session in sessions]
    contacts = list({session.text("contactId") for session in sessions})
    erased = [session.key for session in sessions if project.erased.has(session.text("contactId"))]
    in_messages = _first_column(connection, SEEN_IN_MESSAGES, project, ids)
    if erased:
        in_messages |= _first_column(connection, SEEN_BEFORE, project, erased)
    our_contacts = _first_column(connection, SEEN_AS_CONTACTS, project, contacts)
    return [
        session
        for session in sessions
        if session.key in in_messages
        or (
            session.text("contactId") in our_contacts
            and _mail_domain(session) in project.agent_mail_domains
        )
    ]


def _first_column(
    connection: Connection, query: str, project: IngestProject, values: list[str]
) -> set[str]:
    return {value for (value,) in connection.execute(query, [project.project_id, values])}


def _mail_domain(session: JsonRecord) -> str:
    return session.text("email").strip().rpartition("@")[2].lower()
