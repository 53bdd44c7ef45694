"""Erase one contact from raw and from the rules of app, with evidence, in one transaction.

Messages and agent sessions of the contact stay to be counted: under a random key that is written
nowhere else, without id, name, text, the network's id of the message and unknown columns. So days
add up as before and nobody can tell whose they were. Every other row that names the contact goes.
"""

import json
import secrets
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from lib.clock import now
from lib.indigitall.records import payload_text
from lib.raw.connection import Connection
from lib.raw.erased import ERASED_MESSAGE, identifiers_in, without_contact
from lib.raw.erasure_places import check_places
from lib.raw.message_lines import HASH_BYTES, KeyOf
from lib.raw.projects import UnknownProjectError
from lib.raw.session_days import days_of_sessions, days_of_times

__all__ = ["ERASURE", "Erasure", "erase_raw"]

# what its batches are called: they read nothing, so they make nothing fresher
ERASURE = "erasure"
NATIONAL_DIGITS = 10
TIMEZONE = "select timezone from app.projects where project_id = %(project)s"
IDS = """
select contact_id from raw.messages where project_id = %(project)s and contact_key = %(key)s
union
select contact_id from raw.contacts where project_id = %(project)s and contact_key = %(key)s
union
select payload ->> 'contactId' from raw.agent_sessions
where project_id = %(project)s and contact_key = %(key)s
"""
MAILS = """
select distinct lower(found[1])
from raw.contacts, regexp_matches(payload::text, '[[:alnum:]._%%+-]+@[[:alnum:].-]+', 'g') as found
where project_id = %(project)s and contact_key = %(key)s
"""
DAYS = """
select distinct
    (sent_at at time zone %(timezone)s)::date, agent_conversation_id, agent_queued_at,
    agent_assigned_at, agent_closed_at
from raw.messages
where project_id = %(project)s and contact_key = %(key)s
"""
MESSAGES = f"""
update raw.messages set
    {ERASED_MESSAGE}, extra = '{{}}', contact_key = %(replacement)s, batch_id = %(batch)s,
    loaded_at = %(now)s
where project_id = %(project)s and contact_key = %(key)s
"""
SESSIONS = """
select agent_session_id, payload from raw.agent_sessions
where project_id = %(project)s and contact_key = %(key)s
"""
SESSION = """
update raw.agent_sessions set
    payload = %(payload)s, payload_hash = %(hash)s, contact_key = %(replacement)s,
    batch_id = %(batch)s, loaded_at = %(now)s
where project_id = %(project)s and agent_session_id = %(session)s
"""
CONTACTS = "delete from raw.contacts where project_id = %(project)s and contact_key = %(key)s"
RULES = """
delete from app.entity_rules
where project_id = %(project)s and rule_kind = 'contact' and match_value = %(key)s
"""
# of rows that are not the contact's: their key, and all they say
NAMING = {
    "raw.rejects": ("reject_id", "payload"),
    "raw.other_lists": ("record_key", "concat_ws(' ', record_key, payload::text)"),
    "raw.other_statistics": ("stat_id", "concat_ws(' ', stat_id, payload::text)"),
    "app.huellas": ("code", "concat_ws(' ', question::text, figures::text)"),
    "raw.api_calls": ("call_id", "concat_ws(' ', parameters::text, error)"),
}
FETCHED_AT_ONCE = 2_000
BATCH = """
insert into raw.batches (
    project_id, endpoint, status, rows_updated, rows_deleted, touched_dates, started_at,
    committed_at, run_id
)
values (%(project)s, %(endpoint)s, 'committed', 0, 0, '{}', %(now)s, %(now)s, %(run)s)
returning batch_id
"""
ENTER_BATCH = """
update raw.batches set rows_updated = %(rows)s, touched_dates = %(days)s
where batch_id = %(batch)s
"""
TOMBSTONE = """
insert into app.erasures (
    project_id, contact_key, alias_keys, run_id, erased_by, reason, ticket, erased_at, row_counts
)
values (
    %(project)s, %(key)s, %(aliases)s, %(run)s, %(by)s, %(reason)s, %(ticket)s, %(now)s,
    %(row_counts)s
)
"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which contact of which project goes, on whose word, in which run."""

    project_id: int
    contact_key: str
    by: str
    reason: str
    ticket: str | None
    run_id: str


@dataclass(slots=True)
class _Work:
    connection: Connection
    values: dict[str, object]
    rows: dict[str, int] = field(default_factory=dict)

    def run(self, table: str, statement: str) -> None:
        self.rows[table] = self.connection.execute(statement, self.values).rowcount


def erase_raw(
    owner_connection: Connection,
    erasure: Erasure,
    key_of: KeyOf,
    published: Mapping[str, int],
    *,
    dry_run: bool,
) -> dict[str, int]:
    """Erase the contact; returns rows changed or deleted by table, `published` ones included.

    `published` are the rows that the next build replaces. Nothing is written, and nothing returned,
    when there is no row anywhere. With `dry_run` everything is done and taken back. Raises
    PlaceNotRegisteredError and UnknownProjectError.
    """
    check_places(owner_connection)
    with owner_connection.transaction(force_rollback=dry_run):
        work = _begin(owner_connection, erasure)
        days = _touched_days(work, erasure.project_id)
        known = _identifiers(work)
        work.run("raw.messages", MESSAGES)
        _erase_sessions(work)
        work.run("raw.contacts", CONTACTS)
        work.run("app.entity_rules", RULES)
        for table in NAMING:
            _erase_naming(work, table, known, key_of)
        found = {table: rows for table, rows in (work.rows | dict(published)).items() if rows}
        if not found:
            owner_connection.execute(
                "delete from raw.batches where batch_id = %(batch)s", work.values
            )
            return {}
        changed = {"rows": sum(found.values()), "days": sorted(days)}
        owner_connection.execute(ENTER_BATCH, work.values | changed)
        evidence = {
            "row_counts": json.dumps(found),
            "aliases": sorted({key_of(name) for name in known} - {erasure.contact_key}),
        }
        owner_connection.execute(TOMBSTONE, work.values | evidence)
    return found


def _begin(connection: Connection, erasure: Erasure) -> _Work:
    values: dict[str, object] = {
        "project": erasure.project_id,
        "key": erasure.contact_key,
        "by": erasure.by,
        "reason": erasure.reason,
        "ticket": erasure.ticket,
        "run": erasure.run_id,
        "endpoint": ERASURE,
        # written nowhere but into the rows themselves: nobody can go back from it
        "replacement": secrets.token_hex(16),
        "now": now(),
    }
    row = connection.execute(TIMEZONE, values).fetchone()
    if row is None:
        raise UnknownProjectError(
            f"a registered project was expected and {erasure.project_id} is none"
        )
    values["timezone"] = row[0]
    batch = connection.execute(BATCH, values).fetchone()
    values["batch"] = batch[0] if batch else None
    return _Work(connection, values)


def _touched_days(work: _Work, project_id: int) -> set[date]:
    """Local days of the contact's messages, of their sessions, and of its listed sessions."""
    timezone = str(work.values["timezone"])
    rows = work.connection.execute(DAYS, work.values).fetchall()
    days = {day for day, *_ in rows}
    days |= days_of_times({time for _, _, *times in rows for time in times}, timezone)
    listed = [session for session, _ in work.connection.execute(SESSIONS, work.values)]
    sessions = sorted({*(session for _, session, *_ in rows if session), *listed})
    return days | days_of_sessions(work.connection, project_id, sessions, timezone)


def _identifiers(work: _Work) -> frozenset[str]:
    """What else the contact is recognised by: ids and mails raw has, phones in national form."""
    rows = work.connection.execute(IDS, work.values)
    ids = {form for (found,) in rows if found for form in (found, found.lower())}
    mails = {found for (found,) in work.connection.execute(MAILS, work.values)}
    return frozenset(ids | {_national(found) for found in ids} | mails)


def _erase_sessions(work: _Work) -> None:
    sessions = work.connection.execute(SESSIONS, work.values).fetchall()
    for session_id, payload in sessions:
        kept = payload_text(without_contact(payload))
        digest = blake2b(kept.encode(), digest_size=HASH_BYTES).digest()
        row = {"session": session_id, "payload": kept, "hash": digest}
        work.connection.execute(SESSION, work.values | row)
    work.rows["raw.agent_sessions"] = len(sessions)


def _erase_naming(work: _Work, table: str, known: Set[str], key_of: KeyOf) -> None:
    """Delete the rows of a table that name the contact by its id or by anything known of it."""
    key_column, said = NAMING[table]
    query = f"select {key_column}, {said} from {table} where project_id = %(project)s"
    naming: list[object] = []
    with work.connection.cursor("named_rows") as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        cursor.execute(query, work.values)
        for row_key, text in cursor:
            if _names(text, known, key_of, str(work.values["key"])):
                naming.append(row_key)
    work.rows[table] = len(naming)
    if naming:
        work.connection.execute(
            f"delete from {table} where project_id = %(project)s and {key_column} = any(%(keys)s)",
            work.values | {"keys": naming},
        )


def _names(text: str, known: Set[str], key_of: KeyOf, key: str) -> bool:
    return any(
        found == key or found in known or _national(found) in known or key_of(found) == key
        for found in identifiers_in(text)
    )


def _national(found: str) -> str:
    """A phone without the code of its country; anything else as it is."""
    is_phone = found.isdigit() and len(found) >= NATIONAL_DIGITS
    return found[-NATIONAL_DIGITS:] if is_phone else found
