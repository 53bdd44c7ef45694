"""Public keys that an issuer publishes at an address of ours to know (JWKS), asked for sparingly.

The address comes from the file of issuers alone; what a token says about keys is never followed.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Lock, Thread
from urllib.parse import urlsplit

import httpx
import jwt

from lib.auth.compact import read_object
from lib.auth.keys import WeakKeyError, key_from_jwk
from lib.auth.refusal import TokenRefusedError
from lib.log import get_logger

__all__ = ["COOLDOWN_S", "LOOPBACK", "KeySetUnavailableError", "RemoteKeys", "read_key_set"]

log = get_logger("auth.jwks")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# asked again when this old; still used when the issuer does not answer, until that old
FRESH_S, STALE_S = 600.0, 3_600.0
# a kid we do not know makes us ask once in this time, whoever sends it; a failure once in that
COOLDOWN_S, RETRY_S = 300.0, 30.0
OPERATION_S, WHOLE_S = 3.0, 5.0
LONGEST_SET, MOST_KEYS = 65_536, 20
Keys = Mapping[str, jwt.PyJWK]


class KeySetUnavailableError(Exception):
    """The issuer's keys cannot be had now; says what was expected, never what came."""


def read_key_set(content: bytes, algorithm: str) -> Keys:
    """The keys of a set that can verify `algorithm`, by kid; others in it are passed over.

    Raises KeySetUnavailableError for what is no key set, for one that mixes shared secrets with
    public keys, and for a kid that stands there twice.
    """
    try:
        listed = read_object(content).get("keys")
    except TokenRefusedError:
        listed = None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise KeySetUnavailableError(f"a JSON object with at most {MOST_KEYS} keys was expected")
    if not all(isinstance(jwk, dict) for jwk in listed):
        raise KeySetUnavailableError("every key was expected to be a JSON object")
    if any((jwk.get("kty") == "oct") != algorithm.startswith("HS") for jwk in listed):
        raise KeySetUnavailableError("shared secrets and public keys were expected apart")
    keys: dict[str, jwt.PyJWK] = {}
    for jwk in listed:
        try:
            key = key_from_jwk(jwk, algorithm)
        except WeakKeyError:
            continue
        kid = jwk.get("kid")
        if not isinstance(kid, str) or not kid:
            continue
        if kid in keys:
            raise KeySetUnavailableError("each kid was expected once")
        keys[kid] = key
    return keys


@dataclass(slots=True)
class RemoteKeys:
    """The keys at one address. Safe to share between threads; `clock` can be replaced in tests."""

    url: str
    algorithm: str
    clock: Callable[[], float] = time.monotonic
    _keys: Keys | None = field(default=None, repr=False)
    _read_at: float = 0.0
    _asked_at: float | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key of this name, None when the issuer has none.

        May ask the issuer, for at most about five seconds. Raises KeySetUnavailableError when
        nothing that is recent enough is known and the issuer does not answer.
        """
        with self._lock:
            if self._keys is None or self._age() >= FRESH_S:
                self._ask(RETRY_S)
            if self._keys is not None and kid not in self._keys:
                self._ask(COOLDOWN_S)
            if self._keys is None or self._age() >= STALE_S:
                raise KeySetUnavailableError("keys of the issuer not older than one hour expected")
            return self._keys.get(kid)

    def _age(self) -> float:
        return self.clock() - self._read_at

    def _ask(self, pause: float) -> None:
        """Read the set, unless it was asked for within `pause` seconds; a failure is logged."""
        now = self.clock()
        if self._asked_at is not None and now - self._asked_at < pause:
            return
        self._asked_at = now
        try:
            self._keys = read_key_set(self._fetch(), self.algorithm)
        except KeySetUnavailableError as error:
            log.warning("key_set_unavailable", host=urlsplit(self.url).hostname, fault=str(error))
        else:
            self._read_at = now

    def _fetch(self) -> bytes:
        """The body of the answer, as a whole within the time. Raises KeySetUnavailableError."""
        # limits of httpx are for each piece: a server that sends a letter now and then has no end
        answer: Queue[bytes | KeySetUnavailableError] = Queue()
        Thread(target=_deliver, args=(self.url, answer), daemon=True).start()
        try:
            content = answer.get(timeout=WHOLE_S)
        except Empty:
            raise KeySetUnavailableError(f"an answer within {WHOLE_S} s was expected") from None
        if isinstance(content, KeySetUnavailableError):
            raise content
        return content


def _deliver(url: str, answer: "Queue[bytes | KeySetUnavailableError]") -> None:
    """Put the body into `answer`, or why there is none."""
    is_here = urlsplit(url).hostname in LOOPBACK
    content = b""
    try:
        with (
            httpx.Client(
                timeout=OPERATION_S, follow_redirects=False, trust_env=not is_here
            ) as http,
            http.stream("GET", url, headers={"Accept-Encoding": "identity"}) as coming,
        ):
            if coming.status_code != 200:
                raise KeySetUnavailableError(
                    f"status 200 was expected and {coming.status_code} came"
                )
            for piece in coming.iter_raw(4_096):
                content += piece
                if len(content) > LONGEST_SET:
                    raise KeySetUnavailableError(f"at most {LONGEST_SET} bytes were expected")
        answer.put(content)
    except KeySetUnavailableError as error:
        answer.put(error)
    except httpx.HTTPError as error:
        what = f"an answer was expected and {type(error).__name__} came"
        answer.put(KeySetUnavailableError(what))
