"""`make bench`: measures on a database of its own, writes bench.json and prints the table.

SIZE=200000 make bench
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from infra.bench.browser import measure_in_browser
from infra.bench.builds import measure_builds
from infra.bench.compile import measure_compile
from infra.bench.generate import generate
from infra.bench.home import bench_database, register
from infra.bench.ingestion import measure_ingestion
from infra.bench.pages import measure_demo_pages
from infra.bench.people import FIRST_PROJECT_ID
from infra.bench.queries import measure_queries
from infra.bench.raw_upsert import measure_raw_upsert
from infra.bench.results import Result, as_table, write_results
from infra.demo import register_projects
from lib.config import CHECKOUT
from lib.log import configure_logging
from lib.raw.connection import Connection
from lib.tenants.config import ProjectConfig

DEFAULT_SIZE = 100_000
PROJECT_ID = 900909


def main() -> None:
    """Run every benchmark at SIZE rows; the table says which goals hold."""
    size = int(os.environ.get("SIZE", DEFAULT_SIZE))
    configure_logging(level="WARNING")
    results = [*_in_a_new_home(_loading, size), *_in_a_new_home(_building, size)]
    results += _in_a_new_home(measure_ingestion, size)
    results += measure_compile()
    results += measure_demo_pages()
    results += measure_in_browser()
    write_results(results, CHECKOUT / "bench.json")
    sys.stdout.write(as_table(results) + "\n")


def _loading(_: Connection, size: int) -> list[Result]:
    project = ProjectConfig(
        project_id=PROJECT_ID, slug="bench", name="Bench", backfill_from=date(2026, 1, 1)
    )
    register_projects([project])
    return measure_raw_upsert(PROJECT_ID, size)


def _building(connection: Connection, size: int) -> list[Result]:
    register(size)
    begun = time.perf_counter()
    written = generate(connection, size)
    speed = written.messages / (time.perf_counter() - begun)
    results = [Result("raw_generated", size, speed, "rows/s"), *measure_builds(connection, size)]
    questions, _ = measure_queries(FIRST_PROJECT_ID, size)
    return results + questions


def _in_a_new_home(measure: Callable[[Connection, int], list[Result]], size: int) -> list[Result]:
    """The figures measured in a database of their own, which is removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="indigitall-bench-"))
    try:
        with bench_database(home) as connection:
            return measure(connection, size)
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
