"""What the builder of the marts asks the database: is there work, whose turn, what came of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from lib.db.engines import first_connection

__all__ = [
    "PendingWork",
    "WarehouseBusyError",
    "find_work",
    "finish_run",
    "last_publication",
    "only_build",
    "settle_unchanged",
    "start_run",
]

LOCK_NUMBER = 0x1D160
LOCK_WAIT = "30min"

BATCHES = """
select exists (
    select from raw.batches
    where
        status = 'committed'
        and published_at is null
        and (cast(:projects as integer[]) is null or project_id = any(:projects))
)
"""
# a reading that found nothing else than before has nothing to build
SETTLE = """
with settled as (
    update raw.batches set published_at = :now
    where
        status = 'committed'
        and published_at is null
        and rows_inserted + rows_updated + rows_deleted = 0
        and touched_dates = '{}'
        and project_id in (select project_id from app.data_versions)
        and (cast(:projects as integer[]) is null or project_id = any(:projects))
    returning project_id, batch_id, committed_at
)

update app.data_versions as version set loaded_until = greatest(version.loaded_until, latest.at)
from (
    select project_id, max(committed_at) as at from settled
    where not exists (
        select from raw.batches as waiting
        where
            waiting.project_id = settled.project_id
            and waiting.status = 'committed'
            and waiting.published_at is null
            and waiting.batch_id not in (select batch_id from settled)
    )
    group by project_id
) as latest
where version.project_id = latest.project_id
"""
# the rest is asked only once there are marts
VERDICTS = """
select
    exists (
        select from marts.fct_conversations
        where
            is_provisional
            and last_message_at + interval '24 hours' <= :now
            and (cast(:projects as integer[]) is null or project_id = any(:projects))
    )
    or exists (
        select from marts.fct_agent_sessions
        where
            (
                (is_open and last_event_at + interval '24 hours' <= :now)
                or (not is_queue_abandoned and silent_at <= :now)
            )
            and (cast(:projects as integer[]) is null or project_id = any(:projects))
    )
"""
CONFIGURATION = """
select exists (
    select from build.int_project_configurations as configured
    left join marts.dim_projects as published using (project_id)
    where
        configured.configuration_hash is distinct from published.configuration_hash
        and (cast(:projects as integer[]) is null or configured.project_id = any(:projects))
)
"""
MODEL = """
select exists (
    select from app.data_versions
    where
        model_hash <> :model_hash
        and (cast(:projects as integer[]) is null or project_id = any(:projects))
)
"""
CODE = """
select exists (
    select from app.data_versions
    where
        code_hash is distinct from :code_hash
        and (cast(:projects as integer[]) is null or project_id = any(:projects))
)
"""
PUBLISHED = """
select
    to_regclass('marts.fct_conversations') is not null
    and to_regclass('marts.fct_agent_sessions') is not null
    and to_regclass('marts.dim_projects') is not null
    and to_regclass('build.int_project_configurations') is not null
"""
START = """
insert into app.dbt_runs (run_id, command, started_at, status, model_hash)
values (:run_id, :command, :now, 'running', :model_hash)
"""
FINISH = """
update app.dbt_runs set
    finished_at = :now, status = :status, projects = :projects, held_back_projects = :held_back,
    results = cast(:results as jsonb)
where run_id = :run_id
"""


class WarehouseBusyError(Exception):
    """Another build of this warehouse did not end within half an hour."""


@dataclass(frozen=True, slots=True)
class PendingWork:
    """Why a build is due, none when it is not; a changed model needs all days."""

    reasons: tuple[str, ...]
    needs_all_days: bool


@contextmanager
def only_build(engine: Engine) -> Iterator[None]:
    """Hold the warehouse's lock on a connection of its own; it ends with the process.

    Waits for a build that runs, raises WarehouseBusyError after half an hour, and
    DatabaseUnreachableError when there is no connection.
    """
    with first_connection(engine) as opened:
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"set lock_timeout = '{LOCK_WAIT}'"))
        try:
            connection.execute(text("select pg_advisory_lock(:n)"), {"n": LOCK_NUMBER})
        except OperationalError as error:
            raise WarehouseBusyError(
                f"expected the running build to end within {LOCK_WAIT}: see app.dbt_runs"
            ) from error
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:n)"), {"n": LOCK_NUMBER})


def settle_unchanged(connection: Connection, projects: Sequence[int] | None, now: datetime) -> None:
    """Count batches that changed nothing as published, so that the served version says it is fresh.

    The version stays the same: nobody has to read again what has not changed.
    """
    values = {"projects": list(projects) if projects else None, "now": now}
    connection.execute(text(SETTLE), values)


def find_work(
    connection: Connection,
    projects: Sequence[int] | None,
    *,
    model_hash: str,
    code_hash: str,
    now: datetime,
) -> PendingWork:
    """What is new since the last publication: batches, final verdicts, rules, the code.

    `model_hash` is of the metric catalogue, `code_hash` of the SQL, macros and seeds behind it.
    """
    values = {
        "projects": list(projects) if projects else None,
        "model_hash": model_hash,
        "code_hash": code_hash,
        "now": now,
    }
    if connection.execute(text(MODEL), values).scalar_one():
        # published by other code: its tables may lack what the other questions ask for
        return PendingWork(("another model",), needs_all_days=True)
    if connection.execute(text(CODE), values).scalar_one():
        return PendingWork(("other models, macros or seeds",), needs_all_days=True)
    checks = {"batches": BATCHES}
    if connection.execute(text(PUBLISHED)).scalar_one():
        checks |= {"final verdicts": VERDICTS, "configuration": CONFIGURATION}
    reasons = [
        reason
        for reason, query in checks.items()
        if connection.execute(text(query), values).scalar_one()
    ]
    return PendingWork(tuple(reasons), needs_all_days=False)


def start_run(
    connection: Connection, run_id: str, command: str, model_hash: str, now: datetime
) -> None:
    """Write down that a build began. Runs still marked as running died: the lock is ours now."""
    connection.execute(text("update app.dbt_runs set status = 'died' where status = 'running'"))
    connection.execute(
        text(START),
        {"run_id": run_id, "command": command, "model_hash": model_hash, "now": now},
    )


def finish_run(
    connection: Connection,
    run_id: str,
    *,
    status: str,
    audit: Mapping[int, str | None],
    results: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Write down how the build ended: `audit` as `last_publication` gives it."""
    connection.execute(
        text(FINISH),
        {
            "run_id": run_id,
            "status": status,
            "projects": [id_ for id_, reason in audit.items() if reason is None],
            "held_back": [id_ for id_, reason in audit.items() if reason is not None],
            "results": json.dumps(list(results)),
            "now": now,
        },
    )


def last_publication(connection: Connection, invocation_id: str) -> dict[int, str | None]:
    """Projects of one dbt invocation: None where published, else why held back; none: empty."""
    table = text("select to_regclass('build.last_publication') is not null")
    if not connection.execute(table).scalar_one():
        return {}
    rows = connection.execute(
        text(
            "select project_id, reason from build.last_publication"
            " where invocation_id = :id order by project_id"
        ),
        {"id": invocation_id},
    )
    return {row.project_id: row.reason for row in rows}
