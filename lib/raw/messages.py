"""Load the messages of one window: pages stream in, then one transaction makes them real."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lib.clock import local_date, now
from lib.indigitall.endpoints import CHAT_HISTORY, MESSAGE_COLUMNS
from lib.indigitall.records import MessagePage, Reject
from lib.indigitall.windows import Window, day_start
from lib.raw import message_sql as sql
from lib.raw.batches import Counts, Load, record_batch, store_rejects, unknown_rejects
from lib.raw.checkpoints import load_checkpoints, save_checkpoint
from lib.raw.connection import Connection
from lib.raw.coverage import complete_until
from lib.raw.message_lines import KeyOf, message_lines
from lib.raw.projects import IngestProject
from lib.raw.reconciliation import ApiRows, record_days, window_days
from lib.raw.session_days import days_of_sessions, days_of_times
from lib.raw.sync_state import record_success

__all__ = ["load_message_window"]

MESSAGE_ID = tuple(column.name for column in MESSAGE_COLUMNS).index("message_id")


@dataclass(frozen=True, slots=True)
class _Read:
    """What came for one window, now standing in the temporary tables."""

    row_count: int
    distinct_count: int
    has_duplicates: bool
    page_count: int
    checksum: str
    rejects: tuple[Reject, ...]
    by_day: ApiRows


def load_message_window(
    connection: Connection,
    project: IngestProject,
    window: Window | None,
    pages: Iterable[MessagePage],
    *,
    key_of: KeyOf,
    run_id: str,
) -> Counts:
    """Make raw.messages equal to what the API says about one window; returns what changed.

    Rows, batch, rejects, checkpoint and sync state commit together after the last page, so a run
    that dies before leaves nothing. A window without any change enters no batch. A message that is
    missing although its time lies in the window is marked deleted; one that comes back loses the
    mark. Without a window these are rows of a replay: nothing counts as missing, and neither
    checkpoint nor state is entered. Whatever `pages` raises is raised.
    """
    load = Load(project.project_id, CHAT_HISTORY.name, window, now(), run_id)
    connection.execute(sql.CREATE)
    connection.execute(sql.CLEAR)
    read = _receive(connection, pages, key_of)
    with connection.transaction():
        names = _names(project, load, read)
        if read.has_duplicates:
            connection.execute(sql.DROP_DUPLICATES)
        if project.erased:
            connection.execute(sql.STRIP_ERASED, {"erased": list(project.erased.keys)})
        staged = connection.execute(sql.STAGED_DAYS, names).fetchall()
        counts = _merge(connection, project, load, read, names)
        if window:
            stored = connection.execute(sql.STORED_DAYS, names).fetchall()
            days = window_days(window, read.by_day, staged, stored)
            record_days(connection, load, days)
            save_checkpoint(
                connection,
                load,
                page_count=read.page_count,
                row_count=read.row_count,
                checksum=read.checksum,
            )
            _record_state(connection, project)
    return counts


def _receive(connection: Connection, pages: Iterable[MessagePage], key_of: KeyOf) -> _Read:
    """Copy every page into the temporary table as it comes; one page at a time is in memory."""
    checksum = hashlib.sha256()
    rejects: list[Reject] = []
    seen: set[str] = set()
    row_count = loaded_count = page_count = 0
    by_day = ApiRows()
    with connection.cursor() as cursor, cursor.copy(sql.COPY) as copy:
        for page in pages:
            copy.write(message_lines(page, key_of))
            checksum.update(page.digest)
            rejects += page.rejects
            by_day.add(page.sent_at, page.rejects)
            seen.update(row[MESSAGE_ID] for row in page.rows)
            loaded_count += len(page.rows)
            row_count += page.row_count
            page_count += 1
    return _Read(
        row_count=row_count,
        distinct_count=len(seen),
        has_duplicates=len(seen) < loaded_count,
        page_count=page_count,
        checksum=checksum.hexdigest(),
        rejects=tuple(rejects),
        by_day=by_day,
    )


def _names(project: IngestProject, load: Load, read: _Read) -> dict[str, object]:
    """What the statements are told; without a window no time lies between its ends."""
    kept, window = project.not_before, load.window
    return {
        "project": project.project_id,
        "begins_at": window.begins_at if window else None,
        "ends_at": window.ends_at if window else None,
        "date_from": window.date_from if window else None,
        "date_to": window.date_to if window else None,
        "kept_since": day_start(kept, project.timezone) if kept else None,
        # a message whose new version cannot be stored keeps its old one
        "set_aside": [reject.key for reject in read.rejects if reject.key],
        "timezone": project.timezone,
        "now": now(),
    }


def _merge(
    connection: Connection,
    project: IngestProject,
    load: Load,
    read: _Read,
    names: dict[str, object],
) -> Counts:
    too_old = 0
    if project.not_before:
        too_old = connection.execute(sql.DROP_TOO_OLD, names).rowcount
    connection.execute(sql.FIND_KNOWN, names)
    connection.execute(sql.FIND_VANISHED, names)
    known, updated, deleted = connection.execute(sql.COUNTS).fetchone() or (0, 0, 0)
    inserted = read.distinct_count - too_old - known
    rejects = unknown_rejects(connection, load, project.erased.unnamed(read.rejects))
    counts = Counts(read.row_count, inserted, updated, deleted, len(rejects))
    if not (counts.changed or rejects):
        return counts
    touched = _touched_days(connection, project, names) if counts.changed else set()
    batch_id = record_batch(connection, load, counts, touched)
    for count, statement in ((inserted, sql.INSERT), (updated, sql.UPDATE), (deleted, sql.DELETE)):
        if count:
            connection.execute(statement, {**names, "batch": batch_id})
    store_rejects(connection, load, batch_id, rejects)
    return counts


def _touched_days(
    connection: Connection, project: IngestProject, names: dict[str, object]
) -> set[date]:
    """Local days of changed messages, before and after, and of the times of their sessions."""
    rows = connection.execute(sql.CHANGED, names).fetchall()
    days = {day for day, *_ in rows}
    days |= days_of_times({time for _, _, *times in rows for time in times}, project.timezone)
    session_ids = sorted({session_id for _, session_id, *_ in rows if session_id})
    return days | days_of_sessions(connection, project.project_id, session_ids, project.timezone)


def _record_state(connection: Connection, project: IngestProject) -> None:
    moment = now()
    checkpoints = load_checkpoints(connection, project.project_id, CHAT_HISTORY.name)
    today = local_date(moment, project.timezone)
    until = complete_until(checkpoints, project.backfill_from, today, project.timezone)
    record_success(connection, project.project_id, CHAT_HISTORY.name, until)
