"""Two hundred thousand messages through an API that fails a tenth of the time, and ten kills -9."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
import uvicorn

from infra.children import find_free_port
from infra.demo import register_demo
from infra.sandbox.access import SERVER_KEYS
from infra.sandbox.app import create_app
from infra.sandbox.faults import HEALING, FaultPlan
from infra.sandbox.trouble import Troubled
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import World
from lib import clock
from lib.config import get_settings
from tests.support.local_server import ROOT
from tests.support.raw_view import RawView

DAYS, SCALE, SHARE, SEED, KILLS, MOST_RUNS = 300, 6.0, 0.1, 20, 10, 40
COLUMNS = """
message_id, message_date, send_type, content_type, status, status_at, channel_external_id, error,
content, schedule_at, integration, channel, profile_name, contact_id, agent_conversation_id,
agent_queued_at, agent_assigned_at, agent_closed_at, agent_close_reason, agent_id, df_intent_id,
df_intent_name, is_fallback, sending_id
"""


@dataclass(slots=True)
class Story:
    """What happened: the truth and raw at the end, how runs ended, which faults came."""

    raw: RawView
    truth: dict
    exits: list[int] = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)

    @property
    def kills(self):
        return self.exits.count(-signal.SIGKILL)


class NotingPlan(FaultPlan):
    """A plan that remembers what it did."""

    def __init__(self, noted, **options):
        super().__init__(**options)
        self.noted = noted

    def next(self, path):
        kind = super().next(path)
        if kind:
            self.noted[kind] += 1
        return kind


@contextmanager
def serving(app):
    """The application on a port of loopback, in a thread; yields its address."""
    port = find_free_port(0)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def run_once(environment, seconds=None):
    """One `python -m flows.ingest`, killed without warning after so many seconds; its exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.ingest"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@pytest.fixture(scope="module")
def story(module_database):
    now = clock.now()
    world = World.generate(until=now, days=DAYS, scale=SCALE)
    with pytest.MonkeyPatch.context() as patch:
        for project_id, key in SERVER_KEYS.items():
            patch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
        get_settings.cache_clear()
        register_demo()
        raw = RawView(module_database)
        raw.run(
            "update app.projects set backfill_from = %s", clock.today() - timedelta(days=DAYS - 1)
        )
        found = Story(raw, world_truth(world, now))
        plan = NotingPlan(found.faults, share=SHARE, seed=SEED)
        moments = Random(SEED)
        with serving(Troubled(create_app(world, clock=lambda: now), lambda: now, plan)) as address:
            environment = {**os.environ, "INDIGITALL_API_URL": address}
            while found.exits[-1:] != [0] and len(found.exits) < MOST_RUNS:
                patience = moments.uniform(1.5, 5.0) if found.kills < KILLS else None
                found.exits.append(run_once(environment, patience))
        yield found
    get_settings.cache_clear()


def test_the_story_was_as_bad_as_told(story):
    assert sum(len(truth.served) for truth in story.truth.values()) > 200_000
    assert story.kills == KILLS
    assert set(story.faults) == set(HEALING)
    assert sum(story.faults.values()) > 40


def test_a_run_heals_it_in_the_end_without_a_person(story):
    assert story.exits[-1] == 0


def test_raw_holds_every_message_once_and_exactly_as_it_was_served(story):
    for project_id, truth in story.truth.items():
        query = f"select {COLUMNS} from raw.messages where project_id = %s and deleted_at is null"
        rows = story.raw.rows(query, project_id)
        assert len(rows) == len(truth.served)
        assert {row[0]: tuple(value or "" for value in row) for row in rows} == truth.served


def test_nothing_was_put_aside_and_no_row_is_of_another_project(story):
    assert story.raw.rows("select count(*) from raw.rejects") == [(0,)]
    found = story.raw.rows("select distinct project_id from raw.messages order by 1")
    assert found == [(project_id,) for project_id in sorted(SERVER_KEYS)]


def test_checkpoints_cover_every_day_and_the_state_says_ok(story):
    first = clock.today() - timedelta(days=DAYS - 1)
    for project_id in SERVER_KEYS:
        assert story.raw.state(project_id)[0] == "ok"
        covered = story.raw.rows(
            "select min(window_from), max(window_to) from raw.checkpoints"
            " where project_id = %s and endpoint = 'chat_history'",
            project_id,
        )
        assert covered[0][0] <= first
        assert covered[0][1] >= clock.today()
