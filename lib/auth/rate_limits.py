"""How often somebody may do what costs us something: enter, fail to enter, ask, export.

Each key has a bucket that fills up again with time. A person is counted by herself and an address
by itself, never a tenant as a whole: who uses up his own share takes nothing from his colleagues.
What strangers can make us remember is bounded, and an empty bucket forgotten is a full one again,
which costs an attacker more addresses than it gains him.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from threading import Lock

from lib.auth.identity import Identity

__all__ = [
    "Kind",
    "Rate",
    "RateLimits",
    "TooManyError",
    "allow",
    "network_key",
    "person_key",
    "rate_limits",
]

MOST_KEYS = 10_000


class Kind(StrEnum):
    """What is counted, each for itself."""

    ENTRANCE = "entrance"  # sessions opened, by person
    FAILED_ENTRANCE = "failed_entrance"  # tokens, tickets and tenants refused, by address
    FAILED_LOGIN = "failed_login"  # wrong passwords, by address
    CHAT = "chat"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, and `per_minute` in the long run."""

    burst: int
    per_minute: float


RATES: Mapping[Kind, Rate] = {
    Kind.ENTRANCE: Rate(burst=20, per_minute=6),
    Kind.FAILED_ENTRANCE: Rate(burst=30, per_minute=10),
    Kind.FAILED_LOGIN: Rate(burst=30, per_minute=6),
    Kind.CHAT: Rate(burst=10, per_minute=10),
    Kind.EXPORT: Rate(burst=60, per_minute=20),
}


class TooManyError(Exception):
    """This person has to wait `seconds` (at least one) before doing this again."""

    def __init__(self, kind: Kind, seconds: int) -> None:
        self.kind = kind
        self.seconds = seconds
        super().__init__(f"expected fewer of {kind.value}: wait {seconds} s and try again")


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True)
class RateLimits:
    """The buckets of this process, in its memory. Thread-safe. `clock` counts seconds."""

    rates: Mapping[Kind, Rate] = field(default_factory=lambda: RATES)
    clock: Callable[[], float] = time.monotonic
    most_keys: int = MOST_KEYS
    _buckets: dict[Kind, OrderedDict[str, _Bucket]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, kind: Kind, key: str) -> int:
        """Count one; 0 when it may be, else the whole seconds until the next may."""
        with self._lock:
            bucket = self._filled(kind, key)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return self._seconds(kind, bucket)

    def wait(self, kind: Kind, key: str) -> int:
        """What `take` would answer, without counting."""
        with self._lock:
            bucket = self._filled(kind, key)
            return 0 if bucket.tokens >= 1 else self._seconds(kind, bucket)

    def _filled(self, kind: Kind, key: str) -> _Bucket:
        rate, now = self.rates[kind], self.clock()
        buckets = self._buckets.setdefault(kind, OrderedDict())
        found = buckets.pop(key, None) or _Bucket(rate.burst, now)
        grown = found.tokens + (now - found.at) * rate.per_minute / 60
        buckets[key] = _Bucket(min(rate.burst, grown), now)
        while len(buckets) > self.most_keys:
            buckets.popitem(last=False)
        return buckets[key]

    def _seconds(self, kind: Kind, bucket: _Bucket) -> int:
        return max(1, math.ceil((1 - bucket.tokens) * 60 / self.rates[kind].per_minute))


@lru_cache(maxsize=1)
def rate_limits() -> RateLimits:
    """The one register of this process."""
    return RateLimits()


def allow(kind: Kind, identity: Identity) -> None:
    """Count one for this person. Raises TooManyError when there were too many."""
    seconds = rate_limits().take(kind, person_key(identity))
    if seconds:
        raise TooManyError(kind, seconds)


def person_key(identity: Identity) -> str:
    """Who somebody is, across sessions and addresses."""
    return f"{identity.project_id}\n{identity.issuer}\n{identity.subject}"


def network_key(address: str) -> str:
    """What counts as one address: with IPv6 the /64, of which one subscriber has every address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
