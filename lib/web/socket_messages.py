"""What a browser may say on the websocket: run the page, stop it, stay alive, fetch a file.

Streamlit understands more: emptying everybody's cache, watching files, uploading, installing. None
of it has a place here, so what is not on the list never reaches it.
"""

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has no types
from starlette.types import Message, Receive
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.log import get_logger

__all__ = ["ALLOWED", "OPERATIONS", "only_known_messages"]

log = get_logger(__name__)
ALLOWED = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
# what is asked of the server besides running the page
OPERATIONS = frozenset({"deferred_file"})
# Streamlit itself ends a connection that sends what cannot be read
UNREADABLE = "unreadable"


def only_known_messages(receive: Receive, *, has_session: bool) -> Receive:
    """A `receive` that passes over what is not on the list.

    A stranger, who is shown the way in, may only run the page and stay.
    """

    allowed = ALLOWED | {UNREADABLE} | (OPERATIONS if has_session else frozenset())

    async def receive_known() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            kind = _kind(message)
            if kind in allowed:
                return message
            log.warning("socket_message_refused", kind=kind)

    return receive_known


def _kind(message: Message) -> str | None:
    """What a message asks for, the operation's own name when it is one; None when for nothing."""
    said = BackMsg()
    try:
        said.ParseFromString(message.get("bytes") or b"")
    except DecodeError:
        return UNREADABLE
    kind: str | None = said.WhichOneof("type")
    if kind == "backend_operation_request":
        operation: str | None = said.backend_operation_request.WhichOneof("payload")
        return operation
    return kind
