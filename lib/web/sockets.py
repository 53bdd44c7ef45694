"""The websockets of open pages: who may have how many, and whose page run one takes up again."""

from collections import Counter
from pathlib import PurePath

from starlette.types import Message, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.web.shown_to import ShownTo

__all__ = ["OpenSockets", "TooManySocketsError", "discreet_send", "resuming_own"]

MOST_SOCKETS = 500
# tabs of one visitor, or visitors without session at one address
MOST_OF_ONE = 30
LONGEST_FIRST = 16_384
PROTOCOLS = b"sec-websocket-protocol"


class TooManySocketsError(Exception):
    """As many pages are open as may be, in all or of one visitor."""


class OpenSockets:
    """How many websockets are open, in all and by visitor. For one event loop."""

    def __init__(self, most: int = MOST_SOCKETS, most_of_one: int = MOST_OF_ONE) -> None:
        self.most = most
        self.most_of_one = most_of_one
        self._of: Counter[str] = Counter()

    def enter(self, owner: str) -> None:
        """Count one more. Raises TooManySocketsError, and counts nothing then."""
        if self._of.total() >= self.most or self._of[owner] >= self.most_of_one:
            raise TooManySocketsError(f"expected fewer open pages than {self._of.total()}")
        self._of[owner] += 1

    def leave(self, owner: str) -> None:
        """Count one less."""
        self._of[owner] -= 1
        if self._of[owner] <= 0:
            del self._of[owner]


def discreet_send(send: Send, shown_to: ShownTo, owner: str | None) -> Send:
    """A `send` that notes which files and page runs this visitor is told, if it is one (`owner`).

    What a page learns of the server it runs on is nobody's business and stays here.
    """

    async def send_less(message: Message) -> None:
        content = message.get("bytes") if message["type"] == "websocket.send" else None
        if content:
            if owner:
                shown_to.note(owner, content)
            message = {**message, "bytes": without_server_facts(content)}
        await send(message)

    return send_less


def without_server_facts(content: bytes) -> bytes:
    """A message for a page, without the path of our files and what the server is made of.

    The first message of a run has them, and it is a short one.
    """
    if len(content) > LONGEST_FIRST:
        return content
    message = ForwardMsg()
    message.ParseFromString(content)
    if message.WhichOneof("type") != "new_session":
        return content
    told = message.new_session
    told.main_script_path = PurePath(told.main_script_path).name
    told.initialize.environment_info.python_version = ""
    told.initialize.environment_info.server_os = ""
    changed: bytes = message.SerializeToString()
    return changed


def resuming_own(scope: Scope, shown_to: ShownTo, owner: str) -> Scope:
    """The scope without the page run it wants to take over, unless this visitor was told of it.

    The third of the named protocols is that run's id.
    """
    headers = [
        (name, _own(value, shown_to, owner) if name == PROTOCOLS else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def _own(value: bytes, shown_to: ShownTo, owner: str) -> bytes:
    names = [part.strip() for part in value.decode("latin-1").split(",")][:3]
    is_own = len(names) == 3 and shown_to.was_shown(owner, names[2])
    return ", ".join(names if is_own else names[:2]).encode("latin-1")
