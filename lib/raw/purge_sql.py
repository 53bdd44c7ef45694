"""The statements of a purge: what goes from each table, told by its day and its key.

All of them know %(project)s, %(start)s (the first instant that is kept), %(kept_from)s (its local
day) and %(timezone)s. The order matters: sessions need their messages gone, contacts both.
"""

from dataclasses import dataclass

__all__ = [
    "AFTER_SESSIONS",
    "BATCH",
    "CONTACTS_IN_QUESTION",
    "EVIDENCE",
    "MESSAGES",
    "OLD_SESSIONS",
    "PROJECT",
    "SESSIONS",
    "SESSION_TIMES",
    "STATISTICS",
    "Removal",
    "daily_statistics",
    "evidence_of",
]


@dataclass(frozen=True, slots=True)
class Removal:
    """Rows of one table: which go, what names a row, and on which local day it lies."""

    table: str
    condition: str
    key: str
    day: str = "null::date"

    @property
    def statement(self) -> str:
        """Deletes, and answers with the evidence: rows, first and last day, checksum of keys."""
        gone = (
            f"delete from {self.table} as kept where {self.condition}"
            f" returning {self.key} as key, {self.day} as day"
        )
        return f"with gone as ({gone}) {evidence_of('gone')}"


def evidence_of(rows: str) -> str:
    """A query over rows of (key, day): how many, their days, one checksum; no row for none.

    Keys are put together day by day, so that no text grows with the length of the past.
    """
    return f"""
        select
            sum(row_count)::bigint, min(day), max(day),
            encode(sha256(string_agg(digest, ''::bytea order by day)), 'hex')
        from (
            select day, count(*) as row_count,
                sha256(convert_to(
                    string_agg(key, e'\\n' order by key collate "C"), 'UTF8'
                )) as digest
            from {rows}
            group by day
        ) as days
        having count(*) > 0
    """


MINE = "kept.project_id = %(project)s"
MESSAGES = Removal(
    "raw.messages",
    f"{MINE} and kept.sent_at < %(start)s",
    "kept.message_id",
    "(kept.sent_at at time zone %(timezone)s)::date",
)
SESSIONS = Removal(
    "raw.agent_sessions",
    f"{MINE} and kept.agent_session_id in (select agent_session_id from old_sessions)",
    "kept.agent_session_id",
    "(select old.day from old_sessions as old where old.agent_session_id = kept.agent_session_id)",
)
CONTACTS = Removal(
    "raw.contacts",
    f"""{MINE}
    and (
        kept.loaded_at < %(start)s
        or kept.contact_key in (select contact_key from contacts_in_question)
    )
    and not exists (
        select from raw.messages as messages
        where messages.project_id = kept.project_id and messages.contact_key = kept.contact_key
    )
    and not exists (
        select from raw.agent_sessions as sessions
        where sessions.project_id = kept.project_id and sessions.contact_key = kept.contact_key
    )""",
    # the id is a phone, its key is none
    "kept.contact_key",
)
REJECTS = Removal(
    "raw.rejects",
    f"{MINE} and kept.rejected_at < %(start)s",
    "kept.reject_id::text",
    "(kept.rejected_at at time zone %(timezone)s)::date",
)
CHECKPOINTS = Removal(
    "raw.checkpoints",
    f"{MINE} and kept.window_to <= %(kept_from)s",
    "concat_ws(':', kept.endpoint, kept.window_from, kept.window_to)",
    "kept.window_from",
)
BATCHES = Removal(
    "raw.batches",
    f"""{MINE} and kept.started_at < %(start)s
    and (kept.status = 'failed' or kept.published_at is not null)""",
    "kept.batch_id::text",
    "(kept.started_at at time zone %(timezone)s)::date",
)
# a run of several projects stays until the last of them has let its day go
RUNS = Removal(
    "app.dbt_runs",
    """kept.started_at < %(start)s
    and %(project)s = any(kept.projects || kept.held_back_projects)
    and not exists (
        select from app.projects as other
        where other.project_id = any(kept.projects || kept.held_back_projects)
            and other.project_id <> %(project)s
            and coalesce(
                other.kept_from::timestamp at time zone other.timezone <= kept.started_at, true
            )
    )""",
    "kept.run_id",
    "(kept.started_at at time zone %(timezone)s)::date",
)
AFTER_SESSIONS = (CONTACTS, REJECTS, CHECKPOINTS, BATCHES, RUNS)

# tables of daily statistics share their shape (0008_campaigns)
STATISTICS = """
select format('%I.%I', nspname, relname)
from pg_attribute
inner join pg_class on pg_class.oid = attrelid
inner join pg_namespace on pg_namespace.oid = relnamespace
where nspname = 'raw' and relkind = 'r' and attname = 'stats_date' and not attisdropped
order by 1
"""


def daily_statistics(table: str) -> Removal:
    """Statistics of one table before the first kept day."""
    return Removal(
        table, f"{MINE} and kept.stats_date < %(kept_from)s", "kept.stat_id", "kept.stats_date"
    )


CONTACTS_IN_QUESTION = """
create temp table contacts_in_question on commit drop as
select distinct contact_key from raw.messages
where project_id = %(project)s and sent_at < %(start)s and contact_key is not null
"""
OLD_SESSIONS = """
create temp table old_sessions (agent_session_id text primary key, day date) on commit drop
"""
# asked once the messages are gone: a session with a message left is not over
SESSION_TIMES = """
select
    sessions.agent_session_id, sessions.contact_key,
    sessions.payload ->> 'queuedAt', sessions.payload ->> 'assignedAt',
    sessions.payload ->> 'closedAt'
from raw.agent_sessions as sessions
where sessions.project_id = %(project)s
    and not exists (
        select from raw.messages as messages
        where messages.project_id = sessions.project_id
            and messages.agent_conversation_id = sessions.agent_session_id
    )
"""
PROJECT = """
select timezone, retention_months, kept_from from app.projects where project_id = %(project)s
"""
EVIDENCE = """
insert into app.purges (
    run_id, project_id, kept_from, table_name, row_count, first_day, last_day, keys_checksum,
    purged_at, completed_at
)
values (
    %(run)s, %(project)s, %(kept_from)s, %(table)s, %(rows)s, %(first)s, %(last)s, %(checksum)s,
    %(now)s, %(completed)s
)
"""
BATCH = """
insert into raw.batches (
    project_id, endpoint, status, rows_deleted, touched_dates, started_at, committed_at, run_id
)
values (
    %(project)s, %(endpoint)s, 'committed', %(rows)s, %(days)s, %(now)s, %(now)s, %(run)s
)
"""
