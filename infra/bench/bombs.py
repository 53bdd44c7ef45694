"""What a project's bombs cost another one: its page, quiet and while two statements go off.

python -m infra.bench.bombs --home DIR --size N        on a database of infra.bench.prepare

Every bomb passes the guard: its work looks small and is not. Each goes off twice at once, as often
as a project may run free SQL at a time, again and again: first through the guard and its limits,
then on bare sessions of the project with a time limit of theirs. The page of the other project is
asked all the while as people ask it, in turns with as long times of quiet, so that what else the
machine does falls on both alike.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import psycopg

from infra.bench.home import bench_home
from infra.bench.people import FIRST_PROJECT_ID
from infra.bench.queries import last_day
from infra.bench.question_sets import QuestionSet, question_sets
from infra.bench.results import Result, as_table, at_most, merge_results
from lib.config import CHECKOUT
from lib.db.engines import admin_engine
from lib.db.roles import project_role
from lib.db.tenant import TenantBusyError, TenantPools, tenant_connection
from lib.db.urls import role_url
from lib.guard.check import check
from lib.guard.errors import FreeSqlError
from lib.guard.execute import execute, free_sql_pools
from lib.guard.exposed import shipped_allow_list
from lib.log import configure_logging

__all__ = ["BOMBS", "bare_bomb", "guarded_bomb", "measure_bombs", "throwing"]

# ten million cheap rows for the planner; the work, or what is kept of them, is another thing
ROWS = "generate_series(1, 10000) as a(n) cross join generate_series(1, 1000) as b(n)"
FILLING = "texto que ocupa lugar en la memoria o en el disco del servidor"
BOMBS = {
    "time": (f"select count(*) as n from {ROWS} where power(a.n + 0.123456789, 60) < b.n - 100000"),
    "memory": (
        # more than the gigabyte a text may have, so that no machine is fast enough to finish it
        f"select length(string_agg(concat(a.n, '-', b.n, '-{FILLING}-{FILLING}'), ',')) as n"
        f" from {ROWS}"
    ),
    "disk": f"select count(distinct concat(a.n, '-', b.n, '-{FILLING}')) as n from {ROWS}",
}
AT_ONCE = 2
SECONDS, ROUNDS = 16.0, 4
BARE_SECONDS = 5
RATIO_GOAL = 2.0
PAGE = "Conversaciones, 30 days"


def guarded_bomb(sql: str, pools: TenantPools, project_id: int) -> str:
    """Let one bomb go off as free SQL; the word for what stopped it, "done" when nothing did."""
    try:
        execute(check(sql, shipped_allow_list()), pools, project_id)
    except FreeSqlError as error:
        return error.word
    except TenantBusyError:
        return "busy"
    return "done"


def bare_bomb(sql: str, project_id: int) -> str:
    """Let one bomb go off without a guard; the SQLSTATE that stopped it, "done" when none did."""
    address = role_url(project_role(project_id)).set(drivername="postgresql")
    with psycopg.connect(
        address.render_as_string(hide_password=False),
        options=f"-c statement_timeout={BARE_SECONDS}s",
    ) as session:
        try:
            session.execute(sql.encode())
        except psycopg.Error as error:
            return error.sqlstate or type(error).__name__
    return "done"


@contextmanager
def throwing(bomb: Callable[[], str], at_once: int = AT_ONCE) -> Iterator[list[str]]:
    """Bombs go off within the block, so many at a time; the list says how each one ended."""
    ends: list[str] = []
    enough = threading.Event()

    def throw() -> None:
        while not enough.is_set():
            ends.append(bomb())

    threads = [threading.Thread(target=throw) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    try:
        yield ends
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def measure_bombs(bomber: int, other: int, size: int, seconds: float = SECONDS) -> list[Result]:
    """The 95th percentile of the other project's page, quiet and under each kind of bomb."""
    results: list[Result] = []
    pools, free_sql = TenantPools(), free_sql_pools()
    admin = admin_engine()
    with admin.connect() as connection:
        sets = question_sets(last_day(connection, other))
    admin.dispose()
    page = next(questions for questions in sets if questions.name == PAGE)
    _visits(pools, other, page, 0)
    for name, sql in BOMBS.items():
        ways: dict[str, Callable[[], str]] = {
            "guarded": _bound(guarded_bomb, sql, free_sql, bomber),
            "bare": _bound(bare_bomb, sql, bomber),
        }
        for way, bomb in ways.items():
            quiet: list[float] = []
            loud: list[float] = []
            ends: list[str] = []
            for _ in range(ROUNDS):
                quiet += _visits(pools, other, page, seconds / ROUNDS)
                with throwing(bomb) as stopped:
                    loud += _visits(pools, other, page, seconds / ROUNDS)
                ends += stopped
            results += _figures(f"{name} bomb, {way}", size, quiet, loud, ends)
    pools.close()
    free_sql.close()
    return results


def _bound(bomb: Callable[..., str], *arguments: object) -> Callable[[], str]:
    return lambda: bomb(*arguments)


def _visits(pools: TenantPools, project_id: int, page: QuestionSet, seconds: float) -> list[float]:
    """Milliseconds of each visit: all questions of the page in one snapshot; two at least."""
    found: list[float] = []
    until = time.perf_counter() + seconds
    while len(found) < 2 or time.perf_counter() < until:
        begun = time.perf_counter()
        with tenant_connection(pools, project_id) as connection:
            for ask in page.asks.values():
                ask(connection)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _figures(
    name: str, size: int, quiet: list[float], loud: list[float], ends: list[str]
) -> list[Result]:
    before, under = _p95(quiet), _p95(loud)
    how = ", ".join(f"{ends.count(word)} {word}" for word in sorted(set(ends)))
    return [
        Result(f"{name}: other's page p95, quiet", size, before, "ms"),
        Result(f"{name}: other's page p95", size, under, "ms", compared_with=f"ended: {how}"),
        at_most(Result(f"{name}: ratio of p95", size, under / before, "ratio"), RATIO_GOAL),
    ]


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def main() -> int:
    """Measure, add to bench.json, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--size", type=int, required=True)
    given = parser.parse_args()
    configure_logging(level="WARNING")
    with bench_home(given.home):
        results = measure_bombs(FIRST_PROJECT_ID, FIRST_PROJECT_ID + 1, given.size)
    merge_results(results, CHECKOUT / "bench.json")
    sys.stdout.write(as_table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
