"""How long the metric compiler takes for a question it has not seen."""

import time
from statistics import median

from infra.bench.results import Result, at_most
from lib.metrics.compiler import plan
from lib.metrics.manifest import current_catalog
from lib.metrics.questions import SUMMARY

ROUNDS = 200


def measure_compile() -> list[Result]:
    """Milliseconds for the page's summary in one entity, the plan cache emptied each time."""
    catalog = current_catalog()
    seconds: list[float] = []
    for _ in range(ROUNDS):
        plan.cache_clear()
        begun = time.perf_counter()
        plan(catalog, SUMMARY, (), ("entity",), limited=False)
        seconds.append(time.perf_counter() - begun)
    return [at_most(Result("metric_compile", ROUNDS, median(seconds) * 1000, "ms, median"), 2.0)]
