"""The websocket of a page without a browser: what a tab sends, and all that comes back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.typing import Origin, Subprotocol

SECONDS = 60


def page_socket(base_url: str, cookie: str = "") -> AbstractContextManager[Connection]:
    """A socket as a tab of this visitor opens it, closed at the end of the block."""
    return connect(
        f"{base_url.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie} if cookie else {},
        origin=Origin(base_url),
    )


def ask_page(socket: Connection, page: str, query: str = "") -> None:
    """Ask for one page, as a link inside the app does."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    socket.send(asked.SerializeToString())


def messages_of_run(socket: Connection) -> Iterator[ForwardMsg]:
    """What one run sends, to its end. Raises TimeoutError when a minute passes in silence."""
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=SECONDS))
        yield message
        if message.WhichOneof("type") == "script_finished":
            return
