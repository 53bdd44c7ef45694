"""What a visitor waits for: Conversaciones in Chromium, through Caddy, beside the same in Dash.

python -m infra.bench.browser   on a demo of its own; adds its rows to bench.json

First visit: nothing in the browser's cache. Warm: the same person opens the page again. A range is
timed twice: the first time the database is asked, the second time the cache answers.
Needs the packages of tests/requirements.txt and a Chromium (`make browser`). Linux only.
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from infra.bench.dash_reference import measure_dash
from infra.bench.results import Result, as_table, at_most, merge_results
from infra.bench.served import Served, served_through_caddy
from infra.bench.tab import Site, Visit, open_site, person, seconds_of
from infra.chromium import FLAGS, require_chromium
from lib.config import CHECKOUT
from lib.log import configure_logging

REPEATS = 5
GOALS = {"first_kpi": 2.0, "complete": 3.0, "range": 1.5, "megabytes": 3.5}
# a run is over, nothing is a shadow of the run before, and every chart is drawn
SETTLED = """document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]')
  && [...document.querySelectorAll('.js-plotly-plot')].every((plot) => plot.querySelector('svg'))"""
CHARTS = 8
FIGURE = "[data-metric=messages]"
RANGES = ("Semana pasada", "Este mes", "Mes pasado")
CONTENT = """() => ({
  kpis: [...document.querySelectorAll('[data-metric]')].map(
    (card) => [card.dataset.metric, card.dataset.value]),
  charts: [...document.querySelectorAll('.js-plotly-plot')].map(
    (plot) => JSON.parse(JSON.stringify({data: plot.data, layout: plot.layout}))),
})"""


def main() -> None:
    """Measure and print; the rows of other benches in bench.json stay."""
    configure_logging(level="WARNING")
    results = measure_in_browser()
    merge_results(results, CHECKOUT / "bench.json")
    sys.stdout.write(as_table(results) + "\n")


def measure_in_browser() -> list[Result]:
    """The waits of one visitor, each against its goal, then those of the page in Dash.

    Raises NotServedError.
    """
    with tempfile.TemporaryDirectory(prefix="indigitall-browser-") as name, sync_playwright() as p:
        # PostgreSQL runs as another user when this one is root, and must reach its data
        folder = Path(name)
        folder.chmod(0o755)
        browser = p.chromium.launch(executable_path=require_chromium(), args=FLAGS)
        with served_through_caddy(folder) as served:
            # whoever comes first in a data version waits for the database, not for the page
            with person(browser) as opener:
                _open(opener, served)
            firsts = []
            for _ in range(REPEATS):
                with person(browser) as newcomer:
                    firsts.append(_open(newcomer, served)[1])
            with person(browser) as regular:
                results, content = _of_a_regular(regular, served)
        results = [*_of_newcomers(firsts), *results]
        results += measure_dash(browser, content, folder, REPEATS)
        browser.close()
    return results


def _site(served: Served) -> Site:
    done = f"{SETTLED} && document.querySelectorAll('.js-plotly-plot').length >= {CHARTS}"
    return Site(f"{served.base_url}/conversaciones?tenant=demo", FIGURE, done)


def _open(context: BrowserContext, served: Served) -> tuple[Page, Visit]:
    page = context.new_page()
    return page, open_site(page, _site(served))


def _of_newcomers(visits: list[Visit]) -> list[Result]:
    megabytes = median(visit.traffic.megabytes for visit in visits)
    return [
        Result("browser_first_visit_kpi", 1, median(v.first_kpi for v in visits), "s"),
        Result("browser_first_visit_complete", 1, median(v.complete for v in visits), "s"),
        at_most(Result("browser_first_visit", 1, megabytes, "MB"), GOALS["megabytes"]),
    ]


def _of_a_regular(
    context: BrowserContext, served: Served
) -> tuple[list[Result], Mapping[str, dict[str, Any]]]:
    """Figures of somebody whose browser knows the product; and what the page shows, by range."""
    _open(context, served)[0].close()
    visits = []
    for _ in range(REPEATS):
        page, visit = _open(context, served)
        visits.append(visit)
        page.close()
    page, _visit = _open(context, served)
    unseen = [_change_range(page, name) for name in RANGES]
    content: dict[str, dict[str, Any]] = {}
    known = []
    for _ in range(REPEATS):
        for name in RANGES:
            known.append(_change_range(page, name))
            content[name] = page.evaluate(CONTENT)
    results = [
        at_most(
            Result("browser_warm_kpi", 1, median(v.first_kpi for v in visits), "s"),
            GOALS["first_kpi"],
        ),
        at_most(
            Result("browser_warm_complete", 1, median(v.complete for v in visits), "s"),
            GOALS["complete"],
        ),
        at_most(Result("browser_range_unseen", 1, median(unseen), "s"), GOALS["range"]),
        at_most(Result("browser_range_seen", 1, median(known), "s"), GOALS["range"]),
        Result("browser_navigation", 1, _navigation(page), "s"),
    ]
    return results, content


def _change_range(page: Page, name: str) -> float:
    """Open the list of ranges and choose one; timed from the choice on."""
    before = page.locator(FIGURE).first.get_attribute("data-value")
    page.locator(".st-key-filtro-preset input").first.click()
    option = page.get_by_role("option", name=name, exact=True)
    option.wait_for()
    changed = f"document.querySelector('{FIGURE}').dataset.value !== '{before}'"
    return seconds_of(page, option.click, f"{changed} && {SETTLED}")


def _navigation(page: Page) -> float:
    """From one page of the menu to another; the median of both ways."""
    waits = []
    for _ in range(REPEATS):
        for name, heading in (("Campañas", "Campañas"), ("Conversaciones", "Control de")):
            link = page.get_by_role("link", name=name).first
            there = f"document.querySelector('h1')?.textContent.includes('{heading}')"
            waits.append(seconds_of(page, link.click, f"{there} && {SETTLED}"))
    return median(waits)


if __name__ == "__main__":
    main()
