"""What a request may look like at all: its path, its lengths, its method, before anyone asks who.

Everything is an allow-list. What is served here has short plain paths, so a path with an escape, a
double slash, a dot segment or a parameter leads nowhere, whoever would read it differently.
"""

import re
from collections.abc import Collection, Iterable

__all__ = [
    "LONGEST_HEAD",
    "READING",
    "is_framed_twice",
    "is_plain_path",
    "is_short_enough",
    "is_short_head",
    "methods_of",
]

READING = frozenset({"GET", "HEAD"})
LONGEST_PATH = 512
# a token has at most 4,096 characters, a page's filters fit into the rest
LONGEST_QUERY = 8_192
LONGEST_HEAD = 32_768
SEGMENT = rb"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
PLAIN = re.compile(rb"/(?:" + SEGMENT + rb"/)*(?:" + SEGMENT + rb")?")
PRINTABLE = re.compile(rb"[\x21-\x7e]*")


def is_plain_path(raw_path: bytes) -> bool:
    """Whether a path, as it came over the wire, is one that could be served."""
    return len(raw_path) <= LONGEST_PATH and bool(PLAIN.fullmatch(raw_path))


def is_short_enough(query: bytes) -> bool:
    """Whether a query is of a length and of characters that a browser would send."""
    return len(query) <= LONGEST_QUERY and bool(PRINTABLE.fullmatch(query))


def is_short_head(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether all headers together have the length that a browser's have.

    The server's own limit only sees heads that come in pieces.
    """
    return sum(len(name) + len(value) for name, value in headers) <= LONGEST_HEAD


def is_framed_twice(header_names: Collection[bytes]) -> bool:
    """Whether a body's end is told in two ways, which two servers can read differently."""
    return b"transfer-encoding" in header_names and b"content-length" in header_names


def methods_of(path: str, posting: frozenset[str], entering: frozenset[str]) -> frozenset[str]:
    """The methods a path knows: reading everywhere, POST where a route takes it.

    `entering` are paths that change something when they are read: HEAD, which those send who only
    look at a link, is not among their methods.
    """
    reading = READING - {"HEAD"} if path in entering else READING
    return reading | {"POST"} if path in posting else reading
