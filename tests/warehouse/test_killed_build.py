"""A dbt process that is killed in the middle: readers keep what they had, the next build heals."""

from collections.abc import Callable, Iterable, Iterator

import psutil
import pytest
from sqlalchemy import Engine

from flows.dbt_process import _follow
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


def killed_after(finished: int, killed: list[int]) -> Callable[[Iterable[str]], tuple[str, ...]]:
    """How dbt's output is followed until so many steps are done; then dbt is killed."""

    def lines_until_then(lines: Iterable[str]) -> Iterator[str]:
        done = 0
        for line in lines:
            done += '"status": "success"' in line or '"CREATE VIEW"' in line or "SELECT" in line
            if done >= finished and not killed:
                for process in dbt_processes():
                    process.kill()
                    killed.append(process.pid)
            yield line

    return lambda lines: _follow(lines_until_then(lines))


def test_a_killed_build_publishes_nothing_and_the_next_one_everything(
    owner: Engine, new_source: Callable[..., RawSource], monkeypatch: pytest.MonkeyPatch
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
    with monkeypatch.context() as patch:
        patch.setattr("flows.dbt_process._follow", killed_after(40, killed))
        with pytest.raises(BuildFailedError):
            transform()
    assert killed
    assert dbt_processes() == []
    assert query(owner, "select count(*) from pg_locks where locktype = 'advisory'") == [(0,)]
    assert (query(owner, COUNTS), query(owner, VERSIONS)) == before
    waiting = "select count(*) from raw.batches where published_at is null"
    assert query(owner, waiting) == [(1,)]

    transform()
    assert query(owner, COUNTS) == [(A, 2), (B, 1)]
    assert query(owner, VERSIONS) == [(A, 2), (B, 1)]
    assert query(owner, waiting) == [(0,)]
