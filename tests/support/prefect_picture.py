"""A picture of a real run of ingestion in Prefect: `python -m tests.support.prefect_picture FILE`.

The demo's sandbox answers one window with a wrong header, so the picture shows a failed task run
beside those that went well, and below it the artifact of the run. All data are invented.
"""

import io
import os
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import sync_playwright

from infra.children import find_free_port, start_child
from infra.chromium import FLAGS, require_chromium
from infra.demo import local_environment, register_demo
from lib.clock import today
from lib.config import ensure_local_secrets, get_settings
from lib.db.embedded import embedded_server
from lib.db.prepare import prepare_database
from tests.conftest import empty_database
from tests.support.fake_api import HISTORY
from tests.support.local_server import wait_until
from tests.support.prefect_server import deploy, prefect_server, running, wait_for_the_end
from tests.support.product import admin_address, new_home

PROJECT = 900101
WIDTH = 1500
RUN_HEIGHT, ARTIFACT_HEIGHT = 580, 960
# in the midst of the windows of messages
FAULT = [{"kind": "wrong_header", "path": HISTORY, "times": 1, "after": 4}]


def ended_run(stack, home):
    """Ingest five weeks of the demo under a server with pages; its address and the run."""
    os.environ |= {"INDIGITALL_HOME": str(home), "INDIGITALL_ENV_FILE": os.devnull}
    ensure_local_secrets(home)
    get_settings.cache_clear()
    stack.enter_context(embedded_server(home))
    prepare_database()
    os.environ |= local_environment(home, port := find_free_port(0))
    get_settings.cache_clear()
    sandbox = start_child("sandbox", ["infra.sandbox", "--port", str(port)], {})
    stack.callback(sandbox.stop)
    register_demo()
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(address), 60)
    httpx.post(f"{address}/sandbox/faults", json=FAULT, trust_env=False).raise_for_status()
    database = stack.enter_context(empty_database(admin_address(home)))
    environment, server = stack.enter_context(
        prefect_server(home.parent, database, with_pages=True)
    )
    server.post("/work_pools/", json={"name": "local", "type": "process"}).raise_for_status()
    log = home.parent / "worker.log"
    worker = ["worker", "start", "--pool", "local", "--type", "process"]
    stack.enter_context(running(worker, environment, log))
    deploy(environment)
    found = server.get("/deployments/name/ingest/ingest-conversations").json()
    since = (today() - timedelta(days=30)).isoformat()
    parameters = {"group": "conversations", "project_id": PROJECT, "since": since}
    run = server.post(
        f"/deployments/{found['id']}/create_flow_run", json={"parameters": parameters}
    )
    wait_for_the_end(server, run.json()["id"], log)
    return server, run.json()["id"]


def answers(address):
    try:
        return httpx.get(address, trust_env=False).status_code < 500
    except httpx.TransportError:
        return False


def photographed(page, address, height, settle_ms=4000):
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(address)
    page.wait_for_timeout(settle_ms)
    return Image.open(io.BytesIO(page.screenshot()))


def main(file):
    """The run above, its artifact below, in few enough colours for a page of documentation."""
    with new_home() as home, ExitStack() as stack:
        server, run_id = ended_run(stack, home)
        pages = str(server.base_url).removesuffix("/").removesuffix("/api")
        wanted = {"flow_runs": {"id": {"any_": [run_id]}}}
        artifacts = server.post("/artifacts/filter", json=wanted).json()
        (artifact,) = [each["id"] for each in artifacts if each["type"] == "markdown"]
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=require_chromium(), args=FLAGS)
            page = chromium.new_page(timezone_id="America/Bogota", locale="es-CO")
            shots = [
                photographed(page, f"{pages}/runs/flow-run/{run_id}", RUN_HEIGHT),
                photographed(page, f"{pages}/artifacts/artifact/{artifact}", ARTIFACT_HEIGHT),
            ]
            chromium.close()
    picture = Image.new("RGB", (WIDTH, RUN_HEIGHT + ARTIFACT_HEIGHT))
    for top, shot in zip((0, RUN_HEIGHT), shots, strict=True):
        picture.paste(shot, (0, top))
    picture.quantize(128).save(Path(file), optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
