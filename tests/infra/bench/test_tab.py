"""A tab that is timed counts what comes in, and waits for the page to be complete."""

import http.server
import threading
from functools import partial

from playwright.sync_api import sync_playwright

from infra.bench.tab import Site, open_site, person, seconds_of
from infra.chromium import FLAGS, require_chromium

PAGE = """<!doctype html><title>x</title><p id=first>1</p><button onclick="later()">x</button>
<script>
  const last = Object.assign(document.createElement('i'), {id: 'last'})
  setTimeout(() => document.body.append(last), 300)
  function later() { setTimeout(() => { document.title = 'changed' }, 200) }
</script>"""


def test_a_visit_tells_first_figure_whole_page_bytes_and_the_wait_after_a_click(tmp_path):
    (tmp_path / "index.html").write_text(PAGE + "<!--" + "x" * 50_000 + "-->", encoding="utf-8")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = Site(
        f"http://127.0.0.1:{server.server_port}/", "#first", "document.querySelector('#last')"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=FLAGS)
        with person(browser) as somebody:
            page = somebody.new_page()
            visit = open_site(page, site)
            waited = seconds_of(page, page.locator("button").click, "document.title === 'changed'")
        browser.close()
    server.shutdown()
    server.server_close()
    assert 0 < visit.first_kpi <= visit.complete
    assert visit.complete >= 0.3
    assert waited >= 0.2
    assert 0.05 <= visit.traffic.megabytes < 0.06
