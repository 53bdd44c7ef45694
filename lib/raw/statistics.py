"""Load statistics of campaigns: the source's days of one window become equal to what it says."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from lib.clock import now
from lib.indigitall.endpoints import CAMPAIGN_STATISTICS, Endpoint
from lib.indigitall.records import JsonRecord, RecordPage, Reject, payload_text
from lib.indigitall.windows import Window
from lib.raw.batches import Counts, Load, record_batch, store_rejects, unknown_rejects
from lib.raw.checkpoints import load_checkpoints, save_checkpoint
from lib.raw.connection import Connection
from lib.raw.coverage import read_until
from lib.raw.message_lines import HASH_BYTES
from lib.raw.projects import IngestProject
from lib.raw.reconciliation import ApiRows, record_days, window_days
from lib.raw.sync_state import record_success

__all__ = ["load_statistics_window", "table_of"]

# for endpoints without a table of their own
OTHER_TABLE = "other_statistics"
CREATE = """
create temp table if not exists incoming_statistics (
    stat_id text, stats_date date, payload jsonb, payload_hash bytea
);
create temp table if not exists changed_statistics (stat_id text, stats_date date, kind text);
"""
CLEAR = "truncate incoming_statistics, changed_statistics"
COPY = "copy incoming_statistics from stdin (format csv, encoding 'UTF8')"
# of a row that came twice the later one stands
DROP_DUPLICATES = """
delete from incoming_statistics as incoming
using (
    select stat_id, max(ctid) as latest
    from incoming_statistics
    group by stat_id
    having count(*) > 1
) as repeated
where incoming.stat_id = repeated.stat_id and incoming.ctid <> repeated.latest
"""
FIND_NEW = """
insert into changed_statistics
select incoming.stat_id, incoming.stats_date,
    case when kept.stat_id is null then 'inserted' else 'updated' end
from incoming_statistics as incoming
left join raw.{table} as kept
    on kept.project_id = %(project)s and kept.stat_id = incoming.stat_id
where kept.stat_id is null
    or kept.payload_hash <> incoming.payload_hash
    or kept.deleted_at is not null
"""
FIND_GONE = """
insert into changed_statistics
select kept.stat_id, kept.stats_date, 'deleted'
from raw.{table} as kept
where kept.project_id = %(project)s and kept.deleted_at is null
    and kept.stats_date >= %(first)s and kept.stats_date < %(end)s
    and kept.stat_id <> all(%(set_aside)s) and starts_with(kept.stat_id, %(prefix)s)
    and not exists (
        select from incoming_statistics as incoming where incoming.stat_id = kept.stat_id
    )
"""
STAGED_DAYS = "select stats_date, count(*) from incoming_statistics group by 1"
STORED_DAYS = """
select
    kept.stats_date, count(*),
    count(*) filter (where incoming.stat_id is null and kept.stat_id = any(%(set_aside)s))
from raw.{table} as kept
left join incoming_statistics as incoming using (stat_id)
where kept.project_id = %(project)s and kept.deleted_at is null
    and kept.stats_date >= %(first)s and kept.stats_date < %(end)s
    and starts_with(kept.stat_id, %(prefix)s)
group by 1
"""
COUNTS = """
select
    count(*) filter (where kind = 'inserted'), count(*) filter (where kind = 'updated'),
    count(*) filter (where kind = 'deleted'), coalesce(array_agg(distinct stats_date), '{}')
from changed_statistics
"""
UPSERT = """
insert into raw.{table} as kept
    (project_id, stat_id, stats_date, payload, payload_hash, batch_id, loaded_at)
select %(project)s, stat_id, incoming.stats_date, payload, payload_hash, %(batch)s, %(now)s
from incoming_statistics as incoming
inner join changed_statistics using (stat_id)
on conflict (project_id, stat_id) do update
set payload = excluded.payload, payload_hash = excluded.payload_hash,
    batch_id = excluded.batch_id, loaded_at = excluded.loaded_at, deleted_at = null
"""
DELETE = """
update raw.{table} as kept
set deleted_at = %(now)s, batch_id = %(batch)s, loaded_at = %(now)s
from changed_statistics as changed
where kept.project_id = %(project)s and kept.stat_id = changed.stat_id
    and changed.kind = 'deleted'
"""


@dataclass(frozen=True, slots=True)
class _Read:
    """What came for one window, now standing in the temporary table."""

    row_count: int
    page_count: int
    checksum: str
    rejects: list[Reject]
    by_day: ApiRows
    left_out: Counter[date]


def table_of(endpoint: Endpoint) -> tuple[str, str]:
    """The table of its rows in raw, and what their keys begin with there."""
    has_own_table = endpoint.name in CAMPAIGN_STATISTICS
    return (endpoint.name, "") if has_own_table else (OTHER_TABLE, f"{endpoint.name}:")


def load_statistics_window(
    connection: Connection,
    project: IngestProject,
    endpoint: Endpoint,
    window: Window | None,
    pages: Iterable[RecordPage],
    *,
    run_id: str,
) -> Counts:
    """Make raw's rows of the window's days equal to the source; returns what changed.

    Rows, batch, rejects, checkpoint and sync state commit together after the last page; a second
    read that brings the same writes no row. A row of a day the window answers for that is not sent
    any more is marked deleted. The batch names the source's days that changed. Without a window
    these are rows of a replay: none counts as gone, neither checkpoint nor state is entered.
    Whatever `pages` raises is raised.
    """
    load = Load(project.project_id, endpoint.name, window, now(), run_id)
    connection.execute(CREATE)
    connection.execute(CLEAR)
    table, prefix = table_of(endpoint)
    read = _receive(connection, project, endpoint, pages, prefix)
    names = {
        "project": project.project_id,
        # without a window no day lies between them
        "first": window.date_from if window else None,
        "end": window.date_to if window else None,
        # a row whose new version cannot be stored keeps its old one
        "set_aside": [prefix + reject.key for reject in read.rejects if reject.key],
        "prefix": prefix,
        "now": now(),
    }
    with connection.transaction():
        connection.execute(DROP_DUPLICATES)
        for statement in (FIND_NEW, FIND_GONE):
            connection.execute(statement.format(table=table), names)
        inserted, updated, deleted, touched = connection.execute(COUNTS).fetchone() or (0, 0, 0, [])
        rejects = unknown_rejects(connection, load, project.erased.unnamed(read.rejects))
        counts = Counts(read.row_count, inserted, updated, deleted, len(rejects))
        if counts.changed or rejects:
            batch_id = record_batch(connection, load, counts, touched)
            for statement in (UPSERT, DELETE):
                connection.execute(statement.format(table=table), {**names, "batch": batch_id})
            store_rejects(connection, load, batch_id, rejects)
        if window:
            staged = _staged_days(connection, read.left_out)
            stored = connection.execute(STORED_DAYS.format(table=table), names).fetchall()
            record_days(connection, load, window_days(window, read.by_day, staged, stored))
            _record_state(connection, load, read, project.backfill_from)
    return counts


def _staged_days(connection: Connection, left_out: Counter[date]) -> list[tuple[date, int, int]]:
    """By day, the distinct rows that came and how many of them are left out."""
    staged = connection.execute(STAGED_DAYS).fetchall()
    came = Counter({day: rows for day, rows in staged}) + left_out
    return [(day, rows, left_out[day]) for day, rows in came.items()]


def _record_state(connection: Connection, load: Load, read: _Read, first: date) -> None:
    save_checkpoint(
        connection,
        load,
        page_count=read.page_count,
        row_count=read.row_count,
        checksum=read.checksum,
    )
    checkpoints = load_checkpoints(connection, load.project_id, load.endpoint)
    record_success(connection, load.project_id, load.endpoint, read_until(checkpoints, first))


def _receive(
    connection: Connection,
    project: IngestProject,
    endpoint: Endpoint,
    pages: Iterable[RecordPage],
    prefix: str,
) -> _Read:
    """Copy every page into the temporary table as it comes, but for what names who was erased."""
    left_out: Counter[date] = Counter()
    by_day = ApiRows()
    row_count = page_count = 0
    digest = blake2b(digest_size=HASH_BYTES)
    rejects: list[Reject] = []
    with connection.cursor() as cursor:
        for page in pages:
            with cursor.copy(COPY) as copy:
                # our own tables have none but the source's numbers
                kept = project.erased.unnamed_records(page.records) if prefix else page.records
                copy.write(_lines(kept, endpoint, prefix))
            if len(kept) < len(page.records):
                left_out.update(_day_of(each, endpoint) for each in page.records)
                left_out.subtract(_day_of(each, endpoint) for each in kept)
            row_count += page.row_count
            page_count += 1
            digest.update(page.digest)
            rejects += page.rejects
            by_day.add((each.text(endpoint.day_field or "") for each in page.records), page.rejects)
    return _Read(row_count, page_count, digest.hexdigest(), rejects, by_day, left_out)


def _lines(records: Iterable[JsonRecord], endpoint: Endpoint, prefix: str) -> bytes:
    """Lines for COPY: key, day, payload, hash."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for record in records:
        payload = payload_text(record.payload)
        digest = blake2b(payload.encode(), digest_size=HASH_BYTES).hexdigest()
        day = _day_of(record, endpoint)
        writer.writerow((prefix + record.key, day.isoformat(), payload, f"\\x{digest}"))
    return buffer.getvalue().encode()


def _day_of(record: JsonRecord, endpoint: Endpoint) -> date:
    return date.fromisoformat(record.text(endpoint.day_field or ""))
