"""How many pages may be open, and what of them others cannot take over."""

import asyncio

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.web.shown_to import ShownTo, media_file_of
from lib.web.sockets import (
    OpenSockets,
    TooManySocketsError,
    discreet_send,
    resuming_own,
    without_server_facts,
)

FILE = "ab" * 28
RUN = "0b8c3c5e-12ab-4c5d-8e9f-0a1b2c3d4e5f"


def test_one_visitor_has_some_pages_open_and_all_together_have_more():
    sockets = OpenSockets(most=5, most_of_one=3)
    for owner in ("ana", "ana", "ana", "luis"):
        sockets.enter(owner)
    with pytest.raises(TooManySocketsError):
        sockets.enter("ana")
    sockets.enter("luis")
    with pytest.raises(TooManySocketsError):
        sockets.enter("eva")
    sockets.leave("ana")
    sockets.enter("eva")


def test_visitors_who_left_are_not_remembered():
    sockets = OpenSockets()
    for number in range(1_000):
        sockets.enter(str(number))
        sockets.leave(str(number))
    assert len(sockets._of) == 0


def test_a_file_belongs_to_the_visitor_whose_page_named_it():
    shown = ShownTo()
    sent = []

    async def send(message):
        sent.append(message)

    answer = ForwardMsg()
    answer.backend_operation_response.deferred_file.url = f"/media/{FILE}.csv"
    told = {"type": "websocket.send", "bytes": answer.SerializeToString()}
    asyncio.run(discreet_send(send, shown, "ana")(told))
    assert sent == [told]
    assert shown.was_shown("ana", media_file_of(f"/media/{FILE}.csv"))
    assert not shown.was_shown("luis", FILE)


@pytest.mark.parametrize(
    ("owner", "asked", "kept"),
    [
        ("ana", f"streamlit, x, {RUN}", f"streamlit, x, {RUN}"),
        ("luis", f"streamlit, x, {RUN}", "streamlit, x"),
        ("ana", "streamlit, x, 11111111-12ab-4c5d-8e9f-0a1b2c3d4e5f", "streamlit, x"),
        ("ana", f"streamlit, x, {RUN}, more", f"streamlit, x, {RUN}"),
        ("ana", "streamlit", "streamlit"),
    ],
)
def test_a_page_run_is_taken_up_again_by_its_own_visitor_only(owner, asked, kept):
    shown = ShownTo()
    shown.note("ana", b"\x12$" + RUN.encode())
    scope = {"headers": [(b"host", b"a"), (b"sec-websocket-protocol", asked.encode())]}
    headers = dict(resuming_own(scope, shown, owner)["headers"])
    assert headers[b"sec-websocket-protocol"].decode() == kept


def test_what_is_noted_is_bounded():
    shown = ShownTo(most=10)
    for number in range(50):
        shown.note("ana", f"/media/{number:056x}.csv".encode())
    assert shown.was_shown("ana", f"{49:056x}")
    assert not shown.was_shown("ana", f"{39:056x}")


def test_a_page_does_not_learn_where_our_files_are_or_what_the_server_is_made_of():
    first = ForwardMsg()
    first.new_session.main_script_path = "/srv/adentro/streamlit_app.py"
    first.new_session.initialize.session_id = RUN
    first.new_session.initialize.environment_info.streamlit_version = "1.0"
    first.new_session.initialize.environment_info.python_version = "3.99"
    first.new_session.initialize.environment_info.server_os = "linux"
    told = ForwardMsg()
    told.ParseFromString(without_server_facts(first.SerializeToString()))
    assert told.new_session.main_script_path == "streamlit_app.py"
    environment = told.new_session.initialize.environment_info
    assert (environment.python_version, environment.server_os) == ("", "")
    # a page of another version of the library than the server's loads itself again
    assert environment.streamlit_version == "1.0"
    assert told.new_session.initialize.session_id == RUN


def test_other_messages_and_long_ones_pass_as_they_are():
    other = ForwardMsg()
    other.delta.new_element.html.body = "x" * 20_000
    assert without_server_facts(other.SerializeToString()) == other.SerializeToString()
    other.delta.new_element.html.body = "x"
    assert without_server_facts(other.SerializeToString()) == other.SerializeToString()


@pytest.mark.parametrize("before", [b"", b"\x12$", b"0" * 40, b"-" * 9])
@pytest.mark.parametrize("after", [b"", b"\x1a", b"-" + RUN.encode()])
def test_a_page_run_is_noted_wherever_a_message_names_it(before, after):
    shown = ShownTo()
    shown.note("ana", before + RUN.encode() + after)
    assert shown.was_shown("ana", RUN)


def test_what_only_ends_like_the_id_of_a_page_run_is_none():
    shown = ShownTo()
    for text in (RUN[1:], "xyz" + RUN[1:], RUN[8:]):
        shown.note("ana", text.encode())
    assert not shown._noted
