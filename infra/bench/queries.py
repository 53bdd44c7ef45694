"""What the pages' questions cost on a big project, and what they would cost otherwise.

python -m infra.bench.queries --home DIR        on a database of infra.bench.prepare

Every set runs through the project's own role in one snapshot, warm, in rounds; figures are medians.
Parallel workers are off, so that the backend's CPU is all of it. The rows go into bench.json beside
those of other benchmarks, the slowest statements' plans into a file of theirs.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, text

from infra.bench.backend import Cost, Executed, cost_of, explained, recorded
from infra.bench.home import bench_home
from infra.bench.other_ways import (
    ON_FACTS,
    WITHOUT_POLICY,
    drop_views,
    make_views,
    pointed_at,
    staging_statements,
)
from infra.bench.people import FIRST_PROJECT_ID
from infra.bench.question_sets import COMPARED_ON_STAGING, QuestionSet, question_sets
from infra.bench.results import Result, as_table, at_most, merge_results
from lib.config import CHECKOUT
from lib.db.engines import admin_engine
from lib.db.tenant import TenantPools, tenant_connection
from lib.log import configure_logging

ROUNDS = {"30 days": 7, "12 months": 3}
CPU_GOALS = {"Conversaciones, 30 days": 170.0, "Conversaciones, 12 months": 1300.0}
POLICY_GOAL = 1.10
SHOWN_PLANS = 3

Way = Callable[[Connection], object]
Slow = tuple[Cost, str, Executed]


def measure_queries(project_id: int, size: int) -> tuple[list[Result], list[Slow]]:
    """All sets of both pages; the figures, and the statements with what each cost, dearest first.

    The clock of the process is the benchmark's; the project must be published.
    """
    results: list[Result] = []
    slow: list[Slow] = []
    pools, engine = TenantPools(), admin_engine()
    with ExitStack() as stack:
        stack.callback(pools.close)
        stack.callback(engine.dispose)
        admin = stack.enter_context(engine.connect())
        admin.exec_driver_sql("set max_parallel_workers_per_gather = 0")
        admin.exec_driver_sql("set jit = off")
        make_views(admin, project_id)
        for questions in question_sets(last_day(admin, project_id)):
            with _patient(pools, project_id) as tenant:
                found, statements = _measure_set(tenant, admin, questions, size)
                results += found
                costs = [(explained(tenant, s), questions.name, s) for s in statements]
            hit, read = sum(c.hit for c, *_ in costs), sum(c.read for c, *_ in costs)
            results.append(Result(f"{questions.name}: blocks hit", size, hit, "blocks of 8 kB"))
            results.append(Result(f"{questions.name}: blocks read", size, read, "blocks of 8 kB"))
            slow += costs
            if questions.page == "Conversaciones":
                with _patient(pools, project_id) as tenant:
                    results += _against_staging(tenant, admin, questions, project_id, size)
        drop_views(admin)
        admin.rollback()
    return results, sorted(slow, key=lambda entry: -entry[0].milliseconds)


@contextmanager
def _patient(pools: TenantPools, project_id: int) -> Iterator[Connection]:
    """The tenant's connection, which may wait while the same is asked in slower ways beside it."""
    with tenant_connection(pools, project_id) as tenant:
        tenant.exec_driver_sql("set idle_in_transaction_session_timeout = 0")
        yield tenant


def _measure_set(
    tenant: Connection, admin: Connection, questions: QuestionSet, size: int
) -> tuple[list[Result], list[Executed]]:
    tenant.exec_driver_sql("set max_parallel_workers_per_gather = 0")
    asks = list(questions.asks.values())
    with recorded(tenant) as statements:
        cost_of(tenant, asks)
    rounds = ROUNDS[questions.period]
    open_way = _replay(pointed_at(WITHOUT_POLICY, statements))
    shut_way = _replay(statements)
    # the very statements in turns, so that what else the machine does falls on both alike
    shut, unguarded = _in_turns(tenant, shut_way, admin, open_way, rounds)
    whole = [cost_of(tenant, asks) for _ in range(rounds)]
    facts_way = _replay(pointed_at(ON_FACTS, statements))
    facts = [cost_of(admin, [facts_way]) for _ in range(min(rounds, 3))]
    name = questions.name
    cpu = Result(f"{name}: CPU", size, median(c for c, _ in whole), "ms of the backend")
    ratio = median(c for c, _ in facts) / cpu.value
    return [
        at_most(cpu, CPU_GOALS[name]) if name in CPU_GOALS else cpu,
        Result(f"{name}: wall", size, median(w for _, w in whole), "ms, Python included"),
        Result(
            f"{name}: CPU on facts",
            size,
            median(c for c, _ in facts),
            "ms of the backend",
            compared_with=f"the marts: {ratio:.1f} times as much",
        ),
        at_most(
            Result(
                f"{name}: with row policy",
                size,
                shut / unguarded,
                "times the CPU without",
                compared_with=f"{shut:.1f} ms against {unguarded:.1f} ms",
            ),
            POLICY_GOAL,
        ),
    ], statements


def _in_turns(
    tenant: Connection, shut_way: Way, admin: Connection, open_way: Way, rounds: int
) -> tuple[float, float]:
    """Median CPU ms with and without the row policy."""
    shut, unguarded = [], []
    cost_of(admin, [open_way])
    for _ in range(rounds):
        shut.append(cost_of(tenant, [shut_way])[0])
        unguarded.append(cost_of(admin, [open_way])[0])
    return median(shut), median(unguarded)


def _against_staging(
    tenant: Connection, admin: Connection, questions: QuestionSet, project_id: int, size: int
) -> list[Result]:
    """Four questions about messages alone, on the marts and by hand on staging."""
    asks = [questions.asks[name] for name in COMPARED_ON_STAGING]
    cost_of(tenant, asks)
    on_marts = median(cost_of(tenant, asks)[0] for _ in range(3))
    values = {"project": project_id, "start": questions.start, "end": questions.end}
    by_hand = _replay(staging_statements(values))
    on_staging = cost_of(admin, [by_hand])[0]
    ratio = on_staging / on_marts
    return [
        Result(f"messages by time, {questions.period}: CPU", size, on_marts, "ms of the backend"),
        Result(
            f"messages by time, {questions.period}: CPU on staging",
            size,
            on_staging,
            "ms of the backend",
            compared_with=f"the marts: {ratio:.0f} times as much",
        ),
    ]


def _replay(statements: Sequence[Executed]) -> Way:
    def run(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement.sql, statement.values).all()

    return run


def last_day(admin: Connection, project_id: int) -> date:
    query = text("select max(local_date) from marts.fct_messages_hourly where project_id = :id")
    day: date = admin.execute(query, {"id": project_id}).scalar_one()
    return day


def plans_text(slow: Sequence[Slow], size: int) -> str:
    """The dearest statements with their plans, as Markdown."""
    parts = []
    for cost, name, statement in slow[:SHOWN_PLANS]:
        parts.append(
            f"### {name}: {cost.milliseconds:,.0f} ms at {size:,} messages\n\n"
            f"```sql\n{statement.sql}\n```\n\n```\n{cost.plan}\n```\n"
        )
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench.queries", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--home", type=Path, required=True, help="folder of infra.bench.prepare")
    parser.add_argument("--size", type=int, required=True, help="its messages, for the table")
    parser.add_argument("--plans", type=Path, default=CHECKOUT / "bench_plans.md")
    given = parser.parse_args(arguments)
    configure_logging(level="WARNING")
    with bench_home(given.home.absolute()):
        results, slow = measure_queries(FIRST_PROJECT_ID, given.size)
    merge_results(results, CHECKOUT / "bench.json")
    given.plans.write_text(plans_text(slow, given.size), encoding="utf-8")
    sys.stdout.write(as_table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
