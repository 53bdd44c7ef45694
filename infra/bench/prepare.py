"""A generated and built database that stays, for benchmarks and for looking at plans.

python -m infra.bench.prepare --size 1000000 --home DIR            generate and build
python -m infra.bench.prepare --home DIR --serve                   run its server until Ctrl-C
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from flows.transform import transform
from infra.bench.generate import DAYS, SEED, generate
from infra.bench.home import bench_database, bench_home, register
from lib.log import configure_logging, get_logger

log = get_logger(__name__)


def prepare(home: Path, size: int, seed: int = SEED, days: int = DAYS) -> None:
    """Fill an empty home with this many messages and publish them all."""
    with bench_database(home) as connection:
        register(size, days)
        begun = time.perf_counter()
        written = generate(connection, size, seed, days)
        log.info("bench_generated", rows=written, seconds=round(time.perf_counter() - begun, 1))
        done = transform(full_refresh=True)
        log.info("bench_built", seconds=round(done.seconds, 1), projects=len(done.published))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench.prepare", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--serve", action="store_true", help="only run the server")
    given = parser.parse_args(arguments)
    configure_logging()
    if not given.serve:
        prepare(given.home.absolute(), given.size, given.seed, given.days)
        return 0
    with bench_home(given.home.absolute()):
        log.info("bench_serving", home=str(given.home))
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    sys.exit(main())
