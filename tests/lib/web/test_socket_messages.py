"""What is passed over on the websocket, for visitors and for strangers, and what goes through."""

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.web.socket_messages import only_known_messages

GOODBYE = {"type": "websocket.disconnect", "code": 1001}


def said(kind):
    message = BackMsg()
    part = getattr(message, kind, None)
    if kind.startswith("backend:"):
        operation = getattr(message.backend_operation_request, kind.removeprefix("backend:"))
        operation.SetInParent()
    elif isinstance(part, bool | int | str):
        setattr(message, kind, type(part)(1))
    else:
        part.SetInParent()
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def passed(messages, *, has_session):
    return asyncio.run(_passed(messages, has_session))


async def _passed(messages, has_session):
    waiting = [{"type": "websocket.connect"}, *messages, GOODBYE]

    async def receive():
        return waiting.pop(0)

    receiving = only_known_messages(receive, has_session=has_session)
    through = []
    while not through or through[-1] is not GOODBYE:
        through.append(await receiving())
    return through[1:-1]


PAGE = ["rerun_script", "stop_script", "app_heartbeat"]
NEVER = [
    "clear_cache",
    "set_run_on_save",
    "load_git_info",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
    "file_urls_request",
    "backend:install_skills",
    "backend:dismiss_skills_nudge",
    "backend:dataframe_chunk",
]


def test_every_kind_of_message_the_library_knows_is_decided_here():
    known = {field.name for field in BackMsg.DESCRIPTOR.fields} - {"backend_operation_request"}
    payload = BackMsg().backend_operation_request.DESCRIPTOR.oneofs_by_name["payload"]
    operations = {f"backend:{field.name}" for field in payload.fields}
    assert known | operations == {*PAGE, *NEVER, "backend:deferred_file"}


@pytest.mark.parametrize("has_session", [True, False])
def test_what_a_page_needs_goes_through_in_order(has_session):
    messages = [said(kind) for kind in PAGE]
    assert passed(messages, has_session=has_session) == messages


@pytest.mark.parametrize("kind", NEVER)
def test_what_no_page_needs_never_arrives_and_the_next_message_does(kind):
    after = said("rerun_script")
    assert passed([said(kind), after], has_session=True) == [after]


def test_a_file_is_fetched_by_visitors_and_not_by_strangers():
    message = said("backend:deferred_file")
    assert passed([message], has_session=True) == [message]
    assert passed([message], has_session=False) == []


def test_nonsense_is_left_to_the_library_which_ends_the_connection():
    nonsense = {"type": "websocket.receive", "bytes": b"\xff\xff\xff"}
    assert passed([nonsense], has_session=True) == [nonsense]
    empty = {"type": "websocket.receive", "bytes": b""}
    assert passed([empty], has_session=True) == []
