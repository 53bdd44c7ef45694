"""How many pages may be open, and what of them others cannot take over."""

import asyncio

import pytest

from lib.web.shown_to import ShownTo, media_file_of
from lib.web.sockets import (
    OpenSockets,
    TooManySocketsError,
    noting_send,
    resuming_own,
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

    told = {"type": "websocket.send", "bytes": b"\x0a\x05 /media/" + FILE.encode() + b".csv \x12"}
    asyncio.run(noting_send(send, shown, "ana")(told))
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
