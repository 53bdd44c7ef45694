"""One `make run` per data folder."""

import os
import signal
import subprocess
import sys

import pytest

from infra.instance import AlreadyRunningError, claim_instance, stop_instance

HOLD = """
import signal, sys, time
from pathlib import Path
from infra.instance import claim_instance
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with claim_instance(Path(sys.argv[1])):
    sys.stdout.write("held\\n"); sys.stdout.flush()
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_on_the_same_data_is_refused_and_names_the_first(tmp_path, holder):
    with pytest.raises(AlreadyRunningError, match=str(holder.pid)), claim_instance(tmp_path):
        pass


def test_stop_ends_the_run_and_waits_for_it(tmp_path, holder):
    assert stop_instance(tmp_path) is True
    assert holder.wait(5) == 0


def test_a_file_left_by_a_killed_run_holds_nobody_up(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with claim_instance(tmp_path):
        assert (tmp_path / "run.pid").read_text() == str(os.getpid())


def test_stop_without_a_run_says_there_is_none(tmp_path):
    assert stop_instance(tmp_path) is False
    with claim_instance(tmp_path):
        pass
    assert stop_instance(tmp_path) is False
