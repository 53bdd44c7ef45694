"""What the pages cost the server: CPU of a rerun, waiting of 1, 20 and 50 visitors at once, memory.

python -m infra.bench.pages     on a demo of its own; adds its rows to bench.json

A visitor is a websocket that reads everything a tab is sent. Pages are opened once before they are
measured: first visits of a data version are the database's work, which `infra.bench.queries` times.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

import httpx
from websockets.sync.connection import Connection

from infra.bench.page_socket import ask_page, messages_of_run, page_socket
from infra.bench.results import Result, as_table, at_most, merge_results
from infra.bench.served import Served, served_demo
from lib.config import CHECKOUT
from lib.log import configure_logging

PAGES = ("", "conversaciones", "campanas", "ejecutivo")
HEAVIEST = "conversaciones"
QUERY = "tenant=demo"
RERUNS, ROUNDS = 30, 5
CROWDS = (1, 20, 50)
GOALS = {"cpu": 0.03, "p95": 1.5, "memory": 350}


def main() -> None:
    """Measure and print; the rows of other benches in bench.json stay."""
    configure_logging(level="WARNING")
    results = measure_demo_pages()
    merge_results(results, CHECKOUT / "bench.json")
    sys.stdout.write(as_table(results) + "\n")


def measure_demo_pages() -> list[Result]:
    """The same on a demo of its own, gone afterwards. Linux only. Raises NotServedError."""
    with tempfile.TemporaryDirectory(prefix="indigitall-pages-") as folder:
        # PostgreSQL runs as another user when this one is root, and must reach its data
        Path(folder).chmod(0o755)
        with served_demo(Path(folder)) as served:
            return measure_pages(served)


def measure_pages(served: Served) -> list[Result]:
    """CPU seconds of a warm rerun per page, the 95th percentile of a crowd, memory at the end."""
    results = []
    for page in PAGES:
        cost = Result(f"rerun_{page or 'inicio'}", 1, _cpu_of_reruns(served, page), "CPU s")
        results.append(at_most(cost, GOALS["cpu"]) if page == HEAVIEST else cost)
    for crowd in CROWDS:
        waits = _waits_of(served, crowd)
        results.append(Result("rerun_wait_median", crowd, median(waits), "s"))
        slow = Result("rerun_wait_p95", crowd, quantiles(waits, n=20)[-1], "s")
        results.append(at_most(slow, GOALS["p95"]) if crowd == CROWDS[-1] else slow)
    return [*results, at_most(Result("memory", 50, served.memory_mb(), "MB"), GOALS["memory"])]


@contextmanager
def _visitor(served: Served, page: str) -> Iterator[Connection]:
    """Somebody who has just opened a page."""
    entered = httpx.get(f"{served.base_url}/{page}?{QUERY}", trust_env=False)
    cookie = "; ".join(f"{name}={value}" for name, value in entered.cookies.items())
    with page_socket(served.base_url, cookie) as socket:
        _rerun(socket, page)
        yield socket


def _rerun(socket: Connection, page: str) -> float:
    """One run of a page; the seconds until its last message."""
    begun = time.perf_counter()
    ask_page(socket, page, QUERY)
    for _message in messages_of_run(socket):
        pass
    return time.perf_counter() - begun


def _cpu_of_reruns(served: Served, page: str) -> float:
    with _visitor(served, page) as socket:
        begun = served.cpu_seconds()
        for _ in range(RERUNS):
            _rerun(socket, page)
        return (served.cpu_seconds() - begun) / RERUNS


def _waits_of(served: Served, crowd: int) -> list[float]:
    """How long each visitor waits when all ask in the same moment, a few times over."""
    waits: list[float] = []
    start = threading.Barrier(crowd)

    def ask(socket: Connection) -> None:
        for _ in range(ROUNDS):
            start.wait()
            waits.append(_rerun(socket, HEAVIEST))

    with ExitStack() as visitors:
        sockets = [visitors.enter_context(_visitor(served, HEAVIEST)) for _ in range(crowd)]
        threads = [threading.Thread(target=ask, args=(socket,)) for socket in sockets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return waits


if __name__ == "__main__":
    main()
