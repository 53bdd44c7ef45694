"""Load a JSON list that is always read whole: raw becomes equal to it, record by record."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from lib.clock import now, today
from lib.indigitall.endpoints import AGENT_CONVERSATIONS, APPLICATIONS, CONTACTS
from lib.indigitall.records import JsonRecord, RecordPage, Reject, payload_text
from lib.raw import resources as sql
from lib.raw.batches import Counts, Load, record_batch, store_rejects, unknown_rejects
from lib.raw.connection import Connection
from lib.raw.kept import contacts_with_rows, sessions_of_kept_days
from lib.raw.message_lines import HASH_BYTES, KeyOf
from lib.raw.projects import IngestProject
from lib.raw.reconciliation import DayRows, record_days
from lib.raw.resources import Resource
from lib.raw.scope_guard import own_sessions
from lib.raw.session_days import changed_session_days
from lib.raw.sync_state import record_success

__all__ = ["load_snapshot"]


@dataclass(frozen=True, slots=True)
class _Read:
    """What came, now standing in the temporary table; `quarantined` are foreign sessions.

    `set_aside` are the keys of records whose new version cannot be stored: they keep the old one.
    `left_out` are records of days or contacts that are not kept, or of other projects.
    """

    row_count: int
    quarantined: int
    rejects: tuple[Reject, ...]
    set_aside: list[str]
    left_out: int


def load_snapshot(
    connection: Connection,
    project: IngestProject,
    resource: Resource,
    pages: Iterable[RecordPage],
    *,
    key_of: KeyOf,
    run_id: str,
    is_whole: bool = True,
) -> Counts:
    """Make the resource's table equal to the list; returns what changed.

    Rows, batch, rejects and sync state commit together after the last page. A record that is gone
    is marked deleted, one that comes back loses the mark. Only agent sessions touch days: what
    contacts, channels and applications say of a day is compared with what is published when the
    warehouse is built. A list that is not whole is one of a replay: nothing is gone because it is
    not in it, and no state is entered. Whatever `pages` raises is raised.
    """
    load = Load(project.project_id, resource.endpoint.name, None, now(), run_id)
    connection.execute(sql.CREATE)
    connection.execute(sql.CLEAR)
    read = _receive(connection, project, resource, pages, key_of)
    names: dict[str, object] = {
        "project": project.project_id,
        "set_aside": read.set_aside,
        "is_whole": is_whole,
        "now": now(),
    }
    with connection.transaction():
        duplicates = connection.execute(sql.DROP_DUPLICATES).rowcount
        connection.execute(resource.find_changes, names)
        inserted, updated, deleted = connection.execute(sql.COUNTS).fetchone() or (0, 0, 0)
        rejects = unknown_rejects(connection, load, project.erased.unnamed(read.rejects))
        counts = Counts(read.row_count, inserted, updated, deleted, len(rejects), read.quarantined)
        if counts.changed or rejects:
            touched = _touched_days(connection, project, resource)
            batch_id = record_batch(connection, load, counts, touched)
            for statement in (resource.upsert, resource.delete):
                connection.execute(statement, {**names, "batch": batch_id})
            store_rejects(connection, load, batch_id, rejects)
        if is_whole:
            stored = connection.execute(resource.stored, names).fetchone() or (0, 0)
            record_days(connection, load, [_day_rows(project, read, duplicates, stored)])
            record_success(connection, load.project_id, load.endpoint, None)
    return counts


def _receive(
    connection: Connection,
    project: IngestProject,
    resource: Resource,
    pages: Iterable[RecordPage],
    key_of: KeyOf,
) -> _Read:
    row_count = kept_count = purged_count = 0
    rejects: list[Reject] = []
    with connection.cursor() as cursor:
        for page in pages:
            listed: Sequence[JsonRecord] = page.records
            if resource.endpoint is AGENT_CONVERSATIONS:
                listed = sessions_of_kept_days(connection, project, listed)
            kept = _own_records(connection, project, resource, listed, key_of)
            with cursor.copy(sql.COPY) as copy:
                copy.write(_lines(kept, resource, key_of))
            row_count += page.row_count
            kept_count += len(kept)
            purged_count += len(page.records) - len(listed)
            rejects += page.rejects
    set_aside = [resource.key_prefix + reject.key for reject in rejects if reject.key]
    if resource.endpoint is AGENT_CONVERSATIONS:
        # whose a malformed session is cannot be told either: only its number is kept
        foreign = row_count - kept_count - purged_count
        return _Read(row_count, foreign, (), set_aside, purged_count)
    left_out = row_count - kept_count - len(rejects)
    return _Read(row_count, 0, tuple(rejects), set_aside, left_out)


def _day_rows(
    project: IngestProject, read: _Read, duplicates: int, stored: tuple[int, int]
) -> DayRows:
    raw_rows, kept = stored
    return DayRows(
        today(project.timezone),
        api_rows=read.row_count,
        duplicate_rows=duplicates,
        rejected_rows=len(read.rejects),
        quarantined_rows=read.quarantined,
        left_out_rows=read.left_out,
        kept_rows=kept,
        raw_rows=raw_rows,
    )


def _own_records(
    connection: Connection,
    project: IngestProject,
    resource: Resource,
    records: Sequence[JsonRecord],
    key_of: KeyOf,
) -> Sequence[JsonRecord]:
    if resource.endpoint is AGENT_CONVERSATIONS:
        return project.erased.sessions(own_sessions(connection, project, records))
    if resource.endpoint is CONTACTS:
        listed = [each for each in records if not project.erased.has(each.text("contactId"))]
        return contacts_with_rows(connection, project, listed, key_of)
    if resource.endpoint is APPLICATIONS:
        # the list shows every project the key can see
        return [record for record in records if record.key == str(project.project_id)]
    # of lists we do not know the fields of, any may name a contact
    return project.erased.unnamed_records(records) if resource.key_prefix else records


def _lines(records: Iterable[JsonRecord], resource: Resource, key_of: KeyOf) -> bytes:
    """Lines for COPY: key, contact key, payload, hash."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for record in records:
        payload = payload_text(record.payload)
        contact = key_of(record.text(resource.contact_field)) if resource.contact_field else ""
        digest = blake2b(payload.encode(), digest_size=HASH_BYTES).hexdigest()
        writer.writerow((resource.key_prefix + record.key, contact, payload, f"\\x{digest}"))
    return buffer.getvalue().encode()


def _touched_days(connection: Connection, project: IngestProject, resource: Resource) -> set[date]:
    if resource.endpoint is not AGENT_CONVERSATIONS:
        return set()
    return changed_session_days(connection, project.project_id, project.timezone)
