"""Records that ingestion set aside: parsed again, loaded when they pass, else kept with the reason.

Of one record the latest that was set aside counts, and none that ingestion has loaded a version of
since. What passes goes through the loader of ingestion in a batch of its own, so the warehouse
builds its days; the batch and the note that a record was dealt with commit together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lib.clock import now
from lib.indigitall.again import parse_again
from lib.indigitall.endpoints import CHAT_HISTORY, Endpoint
from lib.indigitall.records import MessagePage, RecordPage, Reject
from lib.raw.batches import Counts
from lib.raw.connection import Connection
from lib.raw.message_lines import KeyOf
from lib.raw.messages import load_message_window
from lib.raw.projects import IngestProject
from lib.raw.reconciliation import source_day
from lib.raw.recount import note_replayed, rows_by_day
from lib.raw.resources import resource_of
from lib.raw.snapshots import load_snapshot
from lib.raw.statistics import load_statistics_window, table_of

__all__ = ["BATCH_SIZE", "Replayed", "count_rejects", "replay_batch"]

# Records of one transaction: few enough to stay small in memory whatever their fields hold.
BATCH_SIZE = 500
OPEN = """
project_id = %(project)s and replayed_at is null
    and (%(endpoint)s::text is null or endpoint = %(endpoint)s)
    and (%(reason)s::text is null or reason = %(reason)s)
"""
COUNT = (
    f"select endpoint, reason, count(*) from raw.rejects where {OPEN} group by 1, 2 order by 1, 2"
)
LATEST_FIRST = f"""
select reject_id, reason, payload, batch_id
from raw.rejects
where {OPEN} and reject_id < %(below)s
order by reject_id desc
limit %(limit)s
"""
LOADED_SINCE = """
select asked.key
from unnest(%(keys)s::text[], %(batches)s::bigint[]) as asked (key, batch_id)
inner join raw.{table} as kept
    on kept.project_id = %(project)s and kept.{key} = %(prefix)s || asked.key
where kept.batch_id >= asked.batch_id
"""
CLOSE = "update raw.rejects set replayed_at = %s where project_id = %s and reject_id = any(%s)"
RENAME = "update raw.rejects set reason = %s where project_id = %s and reject_id = %s"
# by key: the batch that set a record aside, and the page with it alone
Passed = dict[str, tuple[int, MessagePage | RecordPage]]


@dataclass(slots=True)
class Replayed:
    """What became of an endpoint's rejects: `passed` went to the loader, `superseded` need not.

    `lowest` is the number below which the next batch begins, `keys` what was dealt with before it.
    """

    passed: int = 0
    superseded: int = 0
    failing: int = 0
    counts: Counts = field(default_factory=Counts)
    lowest: int = 2**63 - 1
    keys: set[str] = field(default_factory=set)


def count_rejects(
    connection: Connection, project_id: int, endpoint: str | None = None, reason: str | None = None
) -> dict[tuple[str, str], int]:
    """How many records wait for a replay, by endpoint and reason."""
    names = {"project": project_id, "endpoint": endpoint, "reason": reason}
    return {(name, why): count for name, why, count in connection.execute(COUNT, names)}


def replay_batch(
    connection: Connection,
    project: IngestProject,
    endpoint_name: str,
    reason: str | None,
    so_far: Replayed,
    *,
    key_of: KeyOf,
    run_id: str,
) -> bool:
    """Deal with the next rejects of one endpoint, latest first; False when there were none.

    An endpoint that is described no longer has none that could be parsed: they stay. The caller's
    transaction holds it all.
    """
    endpoint = project.endpoints.get(endpoint_name)
    names = {"project": project.project_id, "endpoint": endpoint_name, "reason": reason}
    page = {"below": so_far.lowest, "limit": BATCH_SIZE}
    rows = connection.execute(LATEST_FIRST, {**names, **page}).fetchall()
    if not rows:
        return False
    so_far.lowest = rows[-1][0]
    if endpoint is None:
        so_far.failing += len(rows)
        return True
    passed, closed = _parsed(connection, project.project_id, endpoint, rows, so_far)
    for key in _loaded_since(connection, project.project_id, endpoint, passed):
        del passed[key]
    so_far.passed += len(passed)
    so_far.superseded += len(closed) - len(passed)
    if passed:
        pages = [found for _, found in passed.values()]
        days = _days(endpoint, pages)
        before = _rows_on(connection, project, endpoint, days)
        so_far.counts += _load(connection, project, endpoint, pages, key_of=key_of, run_id=run_id)
        after = _rows_on(connection, project, endpoint, days)
        note_replayed(connection, project.project_id, endpoint, before, after)
    connection.execute(CLOSE, [now(), project.project_id, closed])
    return True


def _parsed(
    connection: Connection,
    project_id: int,
    endpoint: Endpoint,
    rows: Sequence[tuple[int, str, str, int]],
    so_far: Replayed,
) -> tuple[Passed, list[int]]:
    """What passes today, each key once, and the numbers of all that need not be tried again."""
    passed: Passed = {}
    closed: list[int] = []
    for reject_id, reason, payload, batch_id in rows:
        again = parse_again(endpoint, Reject(reason, payload), project_id)
        if isinstance(again, Reject):
            so_far.failing += 1
            if again.reason != reason:
                connection.execute(RENAME, [again.reason, project_id, reject_id])
            continue
        closed.append(reject_id)
        key = _key(again)
        if key not in so_far.keys:
            so_far.keys.add(key)
            passed[key] = (batch_id, again)
    return passed, closed


def _key(page: MessagePage | RecordPage) -> str:
    return page.rows[0][0] if isinstance(page, MessagePage) else page.records[0].key


def _days(endpoint: Endpoint, pages: Sequence[MessagePage | RecordPage]) -> list[date]:
    """The source's days of messages or statistics; of lists none."""
    name = endpoint.day_field
    times = [
        each
        for page in pages
        for each in (
            page.sent_at
            if isinstance(page, MessagePage)
            else [record.text(name) for record in page.records if name]
        )
    ]
    return sorted(date.fromisoformat(source_day(each)) for each in times)


def _rows_on(
    connection: Connection, project: IngestProject, endpoint: Endpoint, days: Sequence[date]
) -> dict[date, int]:
    if not days:
        return {}
    return rows_by_day(connection, project.project_id, endpoint, days[0], days[-1])


def _loaded_since(
    connection: Connection,
    project_id: int,
    endpoint: Endpoint,
    passed: Passed,
) -> list[str]:
    """The keys of which ingestion loaded a version in the batch that set one aside, or later."""
    prefix = ""
    if endpoint.name == CHAT_HISTORY.name:
        table, key = "messages", "message_id"
    elif endpoint.day_field:
        (table, prefix), key = table_of(endpoint), "stat_id"
    else:
        resource = resource_of(endpoint)
        table, key, prefix = resource.table, resource.key_column, resource.key_prefix
    names = {
        "project": project_id,
        "keys": list(passed),
        "batches": [batch_id for batch_id, _ in passed.values()],
        "prefix": prefix,
    }
    found = connection.execute(LOADED_SINCE.format(table=table, key=key), names)
    return [name for (name,) in found]


def _load(
    connection: Connection,
    project: IngestProject,
    endpoint: Endpoint,
    pages: Sequence[MessagePage | RecordPage],
    *,
    key_of: KeyOf,
    run_id: str,
) -> Counts:
    """Through the loader of ingestion, which is told that this is not all there is."""
    messages = [page for page in pages if isinstance(page, MessagePage)]
    records = [page for page in pages if isinstance(page, RecordPage)]
    if messages:
        return load_message_window(
            connection, project, None, messages, key_of=key_of, run_id=run_id
        )
    if endpoint.day_field:
        return load_statistics_window(connection, project, endpoint, None, records, run_id=run_id)
    return load_snapshot(
        connection,
        project,
        resource_of(endpoint),
        records,
        key_of=key_of,
        run_id=run_id,
        is_whole=False,
    )
