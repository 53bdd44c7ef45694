from datetime import timedelta

from lib.auth.attempts import MOST_REMEMBERED, Attempts
from tests.support.visitors import NOW

SECOND = timedelta(seconds=1)
NONE = timedelta(0)


def failing(times, username="ana", address="198.51.100.1", attempts=None):
    attempts = attempts or Attempts()
    for _ in range(times):
        attempts.failed(username, address, NOW)
    return attempts


def test_five_wrong_tries_are_free_and_then_the_wait_doubles():
    assert failing(4).wait("ana", "198.51.100.1", NOW) == NONE
    assert failing(5).wait("ana", "198.51.100.1", NOW) == 30 * SECOND
    assert failing(6).wait("ana", "198.51.100.1", NOW) == 60 * SECOND
    assert failing(40).wait("ana", "198.51.100.1", NOW) == timedelta(minutes=15)


def test_the_wait_ends_by_itself():
    attempts = failing(5)
    assert attempts.wait("ana", "198.51.100.1", NOW + 29 * SECOND) == SECOND
    assert attempts.wait("ana", "198.51.100.1", NOW + 30 * SECOND) == NONE


def test_whoever_guesses_does_not_lock_out_the_owner_of_the_account():
    attempts = failing(40)
    assert attempts.wait("ana", "203.0.113.7", NOW) == NONE


def test_nobody_else_at_the_same_address_has_to_wait():
    assert failing(40).wait("eva", "198.51.100.1", NOW) == NONE


def test_guessing_from_very_many_addresses_slows_new_addresses_down():
    attempts = Attempts()
    for number in range(60):
        attempts.failed("ana", f"198.51.100.{number}", NOW)
    assert attempts.wait("ana", "203.0.113.7", NOW) > NONE
    assert attempts.wait("eva", "203.0.113.7", NOW) == NONE


def test_success_and_an_hour_both_forget():
    attempts = failing(6)
    attempts.succeeded("ana", "198.51.100.1")
    assert attempts.wait("ana", "198.51.100.1", NOW) == NONE
    later = NOW + timedelta(hours=1, seconds=1)
    assert failing(6).wait("ana", "198.51.100.1", later) == NONE


def test_what_is_remembered_is_bounded():
    attempts = Attempts()
    for number in range(MOST_REMEMBERED):
        attempts.failed(f"name-{number}", "198.51.100.1", NOW)
    assert len(attempts._failures) == MOST_REMEMBERED
