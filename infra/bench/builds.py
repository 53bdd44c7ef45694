"""What a build costs: all days, one new day, a late change of an old one, and nothing to do.

Seconds are those of dbt's run_results, models, tests and publication added up.
"""

import os
import time
from datetime import date, timedelta

from flows.transform import TransformResult, transform
from infra.bench.generate import LAST_DAY, SEED, add_day
from infra.bench.people import FIRST_PROJECT_ID
from infra.bench.results import Result, at_most
from lib.raw.connection import Connection

FULL_REFRESH_GOAL_S, ONE_DAY_GOAL_S = 300.0, 12.0
DAY_MESSAGES = 24_000
LATE_DAYS_BACK, LATE_MESSAGES = 200, 50
CHANGE = """
with changed as (
    select project_id, message_id, sent_at
    from raw.messages
    where project_id = %(project)s and send_type = 'input'
        and sent_at >= %(day)s and sent_at < %(day)s + interval '1 day'
    order by message_id
    limit %(count)s
),
batch as (
    insert into raw.batches (
        project_id, endpoint, status, rows_read, rows_updated, touched_dates, started_at,
        committed_at, run_id
    )
    select %(project)s, 'chat_history', 'committed', count(*), count(*),
        array_agg(distinct (sent_at at time zone 'America/Bogota')::date), now(), now(), 'bench'
    from changed
    returning batch_id
)
update raw.messages as messages
set is_fallback = case is_fallback when 'Yes' then 'No' else 'Yes' end,
    batch_id = batch.batch_id, payload_hash = decode(md5(payload_hash::text), 'hex')
from changed, batch
where messages.project_id = changed.project_id and messages.message_id = changed.message_id
"""
EMPTY = """
insert into raw.batches (project_id, endpoint, status, rows_read, started_at, committed_at, run_id)
values (%s, 'chat_history', 'committed', 100, now(), now(), 'bench')
"""


def measure_builds(connection: Connection, size: int) -> list[Result]:
    """Every figure of a build, in a database that holds a generated history and no marts."""
    os.environ["INDIGITALL_NOW"] = f"{LAST_DAY + timedelta(days=2)}T10:00:00-05:00"
    results = measure_full_refresh(size)
    results += measure_one_day(connection, size)
    results += measure_late_day(connection, size, FIRST_PROJECT_ID + 1)
    return results + measure_nothing_to_do(connection, size, FIRST_PROJECT_ID + 1)


def measure_full_refresh(size: int) -> list[Result]:
    """Every day of every project, built beside the published marts and swapped."""
    done = transform(full_refresh=True)
    return [
        at_most(Result("dbt_full_refresh", size, done.seconds, "s"), FULL_REFRESH_GOAL_S),
        Result("dbt_full_refresh_publish", size, publish_seconds(done), "s"),
    ]


def measure_one_day(
    connection: Connection, size: int, day: date = LAST_DAY + timedelta(days=1), seed: int = SEED
) -> list[Result]:
    """A day of 24,000 messages at the end of a history that is built."""
    add_day(connection, size, DAY_MESSAGES, day, seed)
    done = transform()
    return [
        at_most(Result("dbt_one_day", size, done.seconds, "s"), ONE_DAY_GOAL_S),
        Result("dbt_one_day_publish", size, publish_seconds(done), "s"),
    ]


def measure_late_day(connection: Connection, size: int, project_id: int) -> list[Result]:
    """Fifty messages of one project change on a day of half a year ago."""
    day = LAST_DAY - timedelta(days=LATE_DAYS_BACK)
    connection.execute(CHANGE, {"project": project_id, "day": day, "count": LATE_MESSAGES})
    done = transform()
    return [Result("dbt_late_day", size, done.seconds, "s")]


def measure_nothing_to_do(connection: Connection, size: int, project_id: int) -> list[Result]:
    """A window read again and found the same: no dbt process is started."""
    connection.execute(EMPTY, [project_id])
    begun = time.perf_counter()
    done = transform()
    if done.run_id is not None:
        raise RuntimeError("nothing to do was expected and dbt ran: see app.dbt_runs")
    return [Result("dbt_nothing_to_do", size, time.perf_counter() - begun, "s, wall")]


def publish_seconds(done: TransformResult) -> float:
    """The share of the run that replaced the published rows."""
    return sum(node.seconds for node in done.nodes if node.kind == "operation")
