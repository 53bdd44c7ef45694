"""Which files and page runs were shown to which visitor, so that nobody else can ask for them.

Streamlit serves a file to whoever knows its name, and lets whoever knows the id of a page run take
it over after a lost connection. Both names pass through the visitor's own websocket first; here it
is noted who got them.
"""

import re
from collections import OrderedDict

__all__ = ["ShownTo", "media_file_of"]

MOST_NOTED = 50_000
MEDIA = re.compile(rb"/media/([0-9A-Za-z_-]{16,128})")
# an id of a run but for its first eight digits: looked for from a hyphen on, the search is ten
# times as fast, and every message of every visitor is searched
RUN = re.compile(rb"-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BEGINNING = re.compile(rb"[0-9a-f]{8}")
# the message that tells a page its id is short; looking through every chart would cost time
LONGEST_WITH_RUN = 16_384
Noted = tuple[str, str]


class ShownTo:
    """What was sent to whom, by the visitor's session; the oldest is forgotten first.

    For one event loop: nothing here waits, so nothing needs a lock.
    """

    def __init__(self, most: int = MOST_NOTED) -> None:
        self.most = most
        self._noted: OrderedDict[Noted, None] = OrderedDict()

    def note(self, owner: str, message: bytes) -> None:
        """Remember every file and page run that a message names."""
        names = MEDIA.findall(message) if b"/media/" in message else []
        if len(message) <= LONGEST_WITH_RUN:
            names += _runs_in(message)
        for name in names:
            key = (owner, name.decode())
            self._noted.pop(key, None)
            self._noted[key] = None
        while len(self._noted) > self.most:
            self._noted.popitem(last=False)

    def was_shown(self, owner: str, name: str) -> bool:
        """Whether this visitor was told this name."""
        return (owner, name) in self._noted


def _runs_in(message: bytes) -> list[bytes]:
    """Every id of a page run: hexadecimal digits in groups of 8, 4, 4, 4 and 12."""
    return [
        message[found.start() - 8 : found.end()]
        for found in RUN.finditer(message)
        if BEGINNING.fullmatch(message, max(found.start() - 8, 0), found.start())
    ]


def media_file_of(path: str) -> str:
    """The name under which a path of /media/ was noted: without folder and extension."""
    return path.removeprefix("/media/").partition(".")[0]
