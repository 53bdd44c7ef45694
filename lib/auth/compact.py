"""The outer form of a token: three canonical base64url segments, an exact header, plain JSON."""

import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from lib.auth.refusal import Reason, TokenRefusedError

__all__ = ["LONGEST_TOKEN", "CompactToken", "read_compact", "read_object"]

LONGEST_TOKEN = 4_096
SEGMENT = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
# jku, x5u, jwk and their like name or carry keys; crit and b64 change what the bytes mean
HEADER_NAMES = {"alg", "typ", "kid"}
LONGEST_KID = 200


@dataclass(frozen=True, slots=True)
class CompactToken:
    """A token whose form is right and of which nothing is believed yet."""

    algorithm: str
    kid: str | None
    payload: bytes = field(repr=False)
    text: str = field(repr=False)


def read_compact(token: str) -> CompactToken:
    """The parts of a token. Raises TokenRefusedError: too_long, malformed or bad_header."""
    if len(token) > LONGEST_TOKEN:
        raise TokenRefusedError(Reason.TOO_LONG)
    segments = token.split(".")
    if len(segments) != 3:
        raise TokenRefusedError(Reason.MALFORMED)
    header, payload, _ = (_canonical(segment) for segment in segments)
    names = read_object(header)
    algorithm, kid = names.get("alg"), names.get("kid")
    if not (names.keys() <= HEADER_NAMES and names.get("typ", "JWT") == "JWT"):
        raise TokenRefusedError(Reason.BAD_HEADER)
    if not isinstance(algorithm, str) or not algorithm:
        raise TokenRefusedError(Reason.BAD_HEADER)
    if "kid" in names and not (isinstance(kid, str) and 0 < len(kid) <= LONGEST_KID):
        raise TokenRefusedError(Reason.BAD_HEADER)
    return CompactToken(algorithm, kid, payload, token)


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 without repeated keys, NaN or halves of characters.

    Raises TokenRefusedError(malformed).
    """
    try:
        # text, not bytes: json would also take UTF-16 and UTF-32
        value = json.loads(
            content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
        for text in _texts(value):
            text.encode("utf-8")
    except (ValueError, RecursionError):
        # without the cause: its text quotes the content
        raise TokenRefusedError(Reason.MALFORMED) from None
    if not isinstance(value, dict):
        raise TokenRefusedError(Reason.MALFORMED)
    return value


def _canonical(segment: str) -> bytes:
    """The bytes of a segment that is written the one way in which they can be written."""
    if not SEGMENT.fullmatch(segment) or len(segment) % 4 == 1:
        raise TokenRefusedError(Reason.MALFORMED)
    content = b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    if urlsafe_b64encode(content).rstrip(b"=") != segment.encode():
        raise TokenRefusedError(Reason.MALFORMED)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("each key was expected once")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"a number was expected, not {name}")


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, item in value.items():
                yield key
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
