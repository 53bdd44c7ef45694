"""How fast one credential may ask, on a clock that only the test moves."""

import threading

import pytest

from lib.indigitall.deadlines import Deadline
from lib.indigitall.throttle import Throttle, shared_throttle


class Time:
    """A clock that sleeping moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def moments_of_turns(throttle, time, count):
    moments = []
    for _ in range(count):
        with throttle.turn() as in_time:
            assert in_time
            moments.append(time.now - 100.0)
    return moments


def test_turns_begin_as_far_apart_as_the_rate_says(time):
    assert moments_of_turns(Throttle(5.0, 2, time, time.sleep), time, 4) == pytest.approx(
        [0.0, 0.2, 0.4, 0.6]
    )


def test_a_pause_is_not_saved_up_for_a_burst(time):
    throttle = Throttle(5.0, 2, time, time.sleep)
    moments_of_turns(throttle, time, 1)
    time.sleep(10.0)

    assert moments_of_turns(throttle, time, 3) == pytest.approx([10.0, 10.2, 10.4])


def test_no_more_requests_are_under_way_than_allowed(time):
    throttle = Throttle(1000.0, 2, time, time.sleep)
    with throttle.turn(), throttle.turn(), throttle.turn(Deadline.after(0.05)) as third_in_time:
        assert not third_in_time
    with throttle.turn() as again_in_time:
        assert again_in_time


def test_a_waiting_thread_gets_the_place_that_another_gives_back():
    throttle, began = Throttle(1000.0, 1), threading.Event()

    def ask():
        with throttle.turn() as in_time:
            if in_time:
                began.set()

    with throttle.turn():
        waiting = threading.Thread(target=ask)
        waiting.start()
        assert not began.wait(0.05)
    assert began.wait(5.0)
    waiting.join(5.0)


def test_a_turn_beyond_the_deadline_is_refused_without_waiting_for_it(time):
    throttle = Throttle(0.1, 2, time, time.sleep)
    moments_of_turns(throttle, time, 1)

    with throttle.turn(Deadline.after(5.0, time)) as in_time:
        assert not in_time
    assert time.now == 100.0


def test_clients_of_one_credential_share_its_throttle_and_others_do_not():
    first = shared_throttle("key-one", 5.0, 2)

    assert shared_throttle("key-one", 5.0, 2) is first
    assert shared_throttle("key-two", 5.0, 2) is not first
