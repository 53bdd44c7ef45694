"""The same page in Plotly Dash, as a measure of what such a page costs a browser."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from infra.bench.other_environment import python_with
from infra.bench.results import Result
from infra.bench.served import wait_for_answer
from infra.bench.tab import Site, open_site, person, seconds_of
from infra.children import find_free_port

FOLDER = Path(__file__).parent
REQUIREMENTS, SCRIPT = FOLDER / "dash_requirements.txt", FOLDER / "dash_page.py"


def measure_dash(
    browser: Browser, content: Mapping[str, dict[str, Any]], folder: Path, repeats: int
) -> list[Result]:
    """First visit, warm visit and range change of these figures; nothing when Dash is not there.

    `content` is what the product's page showed, by range. Raises NotServedError.
    """
    python = python_with(REQUIREMENTS, folder)
    if python is None:
        return []
    path = folder / "content.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    port = find_free_port(0)
    with (folder / "dash.log").open("wb") as log:
        server = subprocess.Popen(
            [python, str(SCRIPT), str(path), str(port)], stdout=log, stderr=log
        )
    try:
        site = Site(f"http://127.0.0.1:{port}/", ".kpi", _shows(content, next(iter(content))))
        wait_for_answer(server, site.address, folder / "dash.log")
        return _measured(browser, site, content, repeats)
    finally:
        server.terminate()
        server.wait(20)


def _measured(
    browser: Browser, site: Site, content: Mapping[str, dict[str, Any]], repeats: int
) -> list[Result]:
    firsts = []
    for _ in range(repeats):
        with person(browser) as newcomer:
            firsts.append(open_site(newcomer.new_page(), site))
    with person(browser) as regular:
        page = regular.new_page()
        open_site(page, site)
        warm = []
        for _ in range(repeats):
            page.close()
            page = regular.new_page()
            warm.append(open_site(page, site))
        changes = []
        for _ in range(repeats):
            for name in reversed(list(content)):
                click = page.get_by_text(name, exact=True).click
                changes.append(seconds_of(page, click, _shows(content, name)))
    return [
        Result("dash_first_visit_complete", 1, median(v.complete for v in firsts), "s"),
        Result("dash_first_visit", 1, median(v.traffic.megabytes for v in firsts), "MB"),
        Result("dash_warm_complete", 1, median(v.complete for v in warm), "s"),
        Result("dash_range", 1, median(changes), "s"),
    ]


def _shows(content: Mapping[str, dict[str, Any]], name: str) -> str:
    """JavaScript: the numbers of this range stand there and every chart is drawn."""
    first = json.dumps(": ".join(content[name]["kpis"][0]))
    count = len(content[name]["charts"])
    return (
        f"document.querySelector('.kpi')?.textContent.trim() === {first}"
        f" && document.querySelectorAll('.js-plotly-plot .main-svg').length >= {count}"
        " && !document.querySelector('._dash-loading')"
    )
