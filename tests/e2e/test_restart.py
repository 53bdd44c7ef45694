"""After kill -9 of everything the same numbers are there, and no process is left over."""

import signal
import subprocess

import pytest

from lib.db.server.postmaster import living_postmaster
from tests.support.local_server import wait_until
from tests.support.product import new_home, running_product

COUNTS = """
select project_id, count(*), sum(message_count), max(local_date)
from marts.fct_messages_hourly group by project_id order by project_id
"""


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    children: dict[int, list[int]] = {}
    for line in listed.stdout.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def _is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


@pytest.fixture(scope="module")
def home():
    with new_home() as folder:
        yield folder


def test_killing_everything_loses_nothing_and_leaves_nothing_behind(home):
    with running_product(home) as product:
        before = product.sql(COUNTS)
        assert [row[0] for row in before] == [900101, 900202]
        postmaster = living_postmaster(home / "postgres" / "data")
        family = [postmaster.pid, *_family(product.process.pid)]
        # the server, and the supervisor with its watcher, sandbox and app
        assert len(family) >= 5
        for pid in family:
            subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(pid)], check=False)
        wait_until(lambda: not any(map(_is_running, family)))
    with running_product(home) as product:
        assert product.sql(COUNTS) == before
