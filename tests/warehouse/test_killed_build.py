"""A dbt process that is killed in the middle: readers keep what they had, the next build heals."""

import threading
import time
from collections.abc import Callable

import psutil
import pytest
from sqlalchemy import Engine

from flows.transform import BuildFailedError, transform
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, Session, at

A, B = 101, 202
COUNTS = "select project_id, count(*) from marts.fct_messages group by 1 order by 1"
VERSIONS = "select project_id, data_version from app.data_versions order by 1"


def dbt_processes() -> list[psutil.Process]:
    """The dbt processes that this process has started."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "dbt.cli.main" in child.cmdline()]


def kill_dbt_within_a_build(seconds: float) -> list[int]:
    """Wait for dbt, let it work for a while, and kill it without warning."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := dbt_processes():
            time.sleep(seconds)
            for process in found:
                process.kill()
            return [process.pid for process in found]
        time.sleep(0.05)
    return []


def test_a_killed_build_publishes_nothing_and_the_next_one_everything(
    owner: Engine, new_source: Callable[..., RawSource]
):
    first, second = new_source(A), new_source(B)
    first.load([Message(message_id="m1", sent_at=at("2026-02-10 08:00"))])
    odd = Session(
        session_id="600", queued_at=at("1970-01-01 00:00"), closed_at=at("2031-05-01 10:00")
    )
    second.load([Message(message_id="m1", sent_at=at("2026-02-10 08:00"), session=odd)], [odd])
    transform()
    before = (query(owner, COUNTS), query(owner, VERSIONS))
    assert before == ([(A, 1), (B, 1)], [(A, 1), (B, 1)])

    first.load([Message(message_id="m2", sent_at=at("2026-02-11 08:00"))])
    killed: list[int] = []
    killer = threading.Thread(target=lambda: killed.extend(kill_dbt_within_a_build(6.0)))
    killer.start()
    with pytest.raises(BuildFailedError):
        transform()
    killer.join()
    assert killed
    assert (query(owner, COUNTS), query(owner, VERSIONS)) == before
    waiting = "select count(*) from raw.batches where published_at is null"
    assert query(owner, waiting) == [(1,)]

    transform()
    assert query(owner, COUNTS) == [(A, 2), (B, 1)]
    assert query(owner, VERSIONS) == [(A, 2), (B, 1)]
    assert query(owner, waiting) == [(0,)]
