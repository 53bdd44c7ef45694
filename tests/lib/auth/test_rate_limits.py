"""Buckets that empty, fill up again, and belong to one key each."""

import pytest

from lib.auth.rate_limits import (
    RATES,
    Kind,
    Rate,
    RateLimits,
    TooManyError,
    allow,
    network_key,
    person_key,
    rate_limits,
)
from tests.support.visitors import visitor


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    rates = {Kind.CHAT: Rate(burst=3, per_minute=6), Kind.EXPORT: Rate(burst=1, per_minute=1)}
    return RateLimits(rates=rates, clock=clock, most_keys=100)


def test_a_burst_is_allowed_and_then_one_at_a_time(limits, clock):
    assert [limits.take(Kind.CHAT, "ana") for _ in range(4)] == [0, 0, 0, 10]
    clock.now = 4
    assert limits.take(Kind.CHAT, "ana") == 6
    clock.now = 10
    assert [limits.take(Kind.CHAT, "ana") for _ in range(2)] == [0, 10]


def test_a_bucket_never_holds_more_than_its_burst(limits, clock):
    limits.take(Kind.CHAT, "ana")
    clock.now = 100_000
    assert [limits.take(Kind.CHAT, "ana") for _ in range(4)] == [0, 0, 0, 10]


def test_asking_how_long_to_wait_counts_nothing(limits):
    assert [limits.wait(Kind.EXPORT, "ana") for _ in range(3)] == [0, 0, 0]
    limits.take(Kind.EXPORT, "ana")
    assert limits.wait(Kind.EXPORT, "ana") == 60


def test_one_key_and_one_kind_take_nothing_from_the_others(limits):
    limits.take(Kind.EXPORT, "ana")
    assert limits.take(Kind.EXPORT, "ana") == 60
    assert limits.take(Kind.EXPORT, "luis") == 0
    assert limits.take(Kind.CHAT, "ana") == 0


def test_what_strangers_make_us_remember_is_bounded_and_pushes_no_other_kind_out(limits):
    limits.take(Kind.EXPORT, "ana")
    for number in range(1_000):
        limits.take(Kind.CHAT, f"2001:db8:{number:x}::/64")
    assert len(limits._buckets[Kind.CHAT]) == 100
    assert limits.take(Kind.EXPORT, "ana") == 60


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("this machine", "this machine"),
    ],
)
def test_all_addresses_of_one_subscriber_are_one(address, key):
    assert network_key(address) == key


def test_a_person_is_counted_across_sessions_and_never_with_the_colleagues():
    ana, luis = visitor(101, "demo", subject="ana"), visitor(101, "demo", subject="luis")
    elsewhere = visitor(202, "andina", subject="ana")
    assert len({person_key(one) for one in (ana, luis, elsewhere)}) == 3
    rate_limits.cache_clear()
    for _ in range(RATES[Kind.EXPORT].burst):
        allow(Kind.EXPORT, ana)
    with pytest.raises(TooManyError) as refused:
        allow(Kind.EXPORT, ana)
    assert 1 <= refused.value.seconds <= 3
    allow(Kind.EXPORT, luis)
    allow(Kind.EXPORT, elsewhere)
    rate_limits.cache_clear()


def test_every_kind_has_a_rate():
    assert set(RATES) == set(Kind)
