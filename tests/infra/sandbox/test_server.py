"""The sandbox as a process of its own, over a real loopback socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date, timedelta

import httpx
import pytest

from infra.sandbox.truth.project import project_truth
from tests.support.sandbox_api import csv_rows, pages_until_empty, server_key

DEMO = 900101
PATIENCE = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(now):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.sandbox", "--port", str(port)],
        env={**os.environ, "INDIGITALL_NOW": now.isoformat(), "LOG_FORMAT": "json"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=server_key(DEMO)) as client:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                client.get("/v1/status").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield process, client
    process.kill()
    process.wait()
    process.stderr.close()


def test_the_whole_demo_history_comes_in_a_few_seconds_and_is_the_truth(server, demo, now):
    _, client = server
    started = time.perf_counter()
    found = {}
    first = demo.first_day
    while first <= now.date():
        window = {"dateFrom": str(first), "dateTo": str(first + timedelta(days=7))}

        def fetch(page, window=window):
            answer = client.get(
                "/v1/chat/history/csv",
                params={"applicationId": DEMO, "limit": 500, "page": page, **window},
            )
            return csv_rows(answer.content)

        found.update({row[0]: row for row in pages_until_empty(fetch)})
        first += timedelta(days=8)

    assert time.perf_counter() - started < 10
    assert found == project_truth(demo.project(DEMO), now).served


def test_every_endpoint_answers_over_the_socket(server):
    _, client = server
    week = {"dateFrom": str(date(2026, 2, 10)), "dateTo": str(date(2026, 2, 17))}
    for path, given in {
        "/v1/status": {},
        "/v1/application": {"limit": 10},
        "/v1/application/stats": {"limit": 10},
        "/v1/chat/contacts": {"limit": 10},
        "/v1/chat/history/csv": {"limit": 10, **week},
        "/v1/chat/agent/conversations": {"limit": 10},
        "/v1/chat/agent/status": {},
        "/v1/chat/channel": {},
    }.items():
        answer = client.get(path, params={"applicationId": DEMO, **given})
        assert answer.status_code == 200, path
    login = {"mail": "ingesta@example.org", "password": "not-a-real-one"}
    assert client.post("/v1/auth", json=login).json()["data"]["accessToken"]


def test_it_listens_on_loopback_and_stops_at_once_when_told(server):
    process, client = server
    client.get("/v1/status")
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=PATIENCE)

    assert time.monotonic() - started < 2
    events = [json.loads(line) for line in process.stderr.read().splitlines()]
    ready = next(event for event in events if event["event"] == "sandbox_ready")
    assert ready["url"].startswith("http://127.0.0.1:")
    assert set(ready["messages"]) == {"900101", "900202"}
