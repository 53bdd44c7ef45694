"""A visitor without a browser: opens the websocket of a running app and reads what it draws."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.connection import Connection

from infra.bench.page_socket import SECONDS, ask_page, messages_of_run, page_socket


@dataclass(frozen=True)
class Drawn:
    """What one run sent: the titles of every menu it built, and the texts of its elements."""

    menus: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "\n".join(self.texts)


def visit(base_url: str, page: str, *, cookie: str = "", query: str = "") -> Drawn:
    """Open one page as the first thing done, as a deep link does, and wait for its run to end."""
    with page_socket(base_url, cookie) as socket:
        ask_page(socket, page, query)
        return _read(messages_of_run(socket))


def listen(base_url: str, page: str, *, cookie: str = "", query: str = "") -> bytes:
    """Everything the server sends for one page and for every file it offers, as it came."""
    heard, addresses = _open(base_url, page, cookie, query)
    files = [
        httpx.get(f"{base_url}{address}", headers={"Cookie": cookie}, trust_env=False)
        for address in addresses
    ]
    assert {file.status_code for file in files} <= {httpx.codes.OK}
    return b"\n".join([*(m.SerializeToString() for m in heard), *(f.content for f in files)])


def file_addresses(base_url: str, page: str, *, cookie: str) -> list[str]:
    """Where the files of a page are, after each of its buttons was pressed."""
    return _open(base_url, page, cookie, "")[1]


def _open(base_url: str, page: str, cookie: str, query: str) -> tuple[list[ForwardMsg], list[str]]:
    with page_socket(base_url, cookie) as socket:
        ask_page(socket, page, query)
        heard = [*messages_of_run(socket)]
        session_id = heard[0].new_session.initialize.session_id
        offered = [message.delta.new_element.download_button for message in heard]
        addresses = [
            _fetch_address(socket, session_id, button.deferred_file_id)
            for button in offered
            if button.deferred_file_id
        ]
    return heard, addresses


def _fetch_address(socket: Connection, session_id: str, file_id: str) -> str:
    """Where the file of a button is, once the server has made it."""
    asked = BackMsg()
    asked.backend_operation_request.request_id = file_id
    asked.backend_operation_request.session_id = session_id
    asked.backend_operation_request.deferred_file.file_id = file_id
    socket.send(asked.SerializeToString())
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=SECONDS))
        if message.WhichOneof("type") == "backend_operation_response":
            answer = message.backend_operation_response
            assert not answer.error_msg, answer.error_msg
            return answer.deferred_file.url


def _read(messages: Iterator[ForwardMsg]) -> Drawn:
    menus, texts = [], []
    for message in messages:
        if message.WhichOneof("type") == "navigation":
            menus.append(
                tuple(page.page_name for page in message.navigation.app_pages if not page.is_hidden)
            )
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "html":
            texts.append(element.html.body)
        elif kind == "alert":
            texts.append(element.alert.body)
        elif kind == "exception":
            texts.append(f"exception: {element.exception.message}")
        elif kind == "plotly_chart":
            texts.append(element.plotly_chart.spec)
    return Drawn(tuple(menus), tuple(texts))
