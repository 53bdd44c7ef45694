"""Failed logins: who has to wait before the next try, so that passwords cannot be guessed.

What counts is the account together with the address it is tried from: whoever guesses from
elsewhere locks out himself, not the owner of the account. An account that is tried from very many
addresses is slowed down for all that are new to it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

__all__ = ["Attempts"]

FREE_TRIES = 5
FREE_TRIES_OF_ACCOUNT = 50
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
# what an attacker can make us remember is bounded; the oldest is forgotten first
MOST_REMEMBERED = 10_000

Key = tuple[str, str | None]


@dataclass(slots=True)
class _Failures:
    count: int
    last: datetime


@dataclass(slots=True)
class Attempts:
    """The failed logins of this process, in its memory. Thread-safe."""

    _failures: OrderedDict[Key, _Failures] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, username: str, address: str, now: datetime) -> timedelta:
        """How long this account has to wait at this address; zero when it may try."""
        with self._lock:
            own = self._left((username, address), FREE_TRIES, now)
            # an address known for a failure or two of its own is not punished for the others'
            known = (username, address) in self._failures
            spread = self._left((username, None), FREE_TRIES_OF_ACCOUNT, now)
        return max(own, timedelta(0) if known else spread)

    def failed(self, username: str, address: str, now: datetime) -> None:
        """Note a wrong name or password."""
        with self._lock:
            for key in ((username, address), (username, None)):
                found = self._failures.pop(key, None)
                if found is None or now - found.last > FORGOTTEN_AFTER:
                    found = _Failures(0, now)
                self._failures[key] = _Failures(found.count + 1, now)
            while len(self._failures) > MOST_REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, username: str, address: str) -> None:
        """Forget the failures of this account at this address."""
        with self._lock:
            self._failures.pop((username, address), None)

    def _left(self, key: Key, free: int, now: datetime) -> timedelta:
        found = self._failures.get(key)
        if found is None or found.count < free or now - found.last > FORGOTTEN_AFTER:
            return timedelta(0)
        # doubling has no use beyond the longest wait, and would overflow
        wait = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(found.count - free, 10)))
        return max(timedelta(0), found.last + wait - now)
