"""An answer while it arrives: compressed, cut, too long, too slow."""

import gzip

import httpx
import pytest

from lib.indigitall.deadlines import NEVER, Deadline
from lib.indigitall.errors import (
    OverlongAnswerError,
    RequestDeadlineError,
    TruncatedAnswerError,
    UnexpectedFormatError,
    UnreachableError,
)
from lib.indigitall.streamed import StreamedAnswer

BODY = "messageId,content\n1,Él firmó 😊\n".encode() * 200
ZIPPED = gzip.compress(BODY)


def streamed(pieces, coding=None, *, deadline=NEVER, longest=1_000_000):
    headers = {"Content-Encoding": coding} if coding else {}
    response = httpx.Response(200, headers=headers, stream=Pieces(pieces))
    return StreamedAnswer(response, "chat_history", deadline, longest)


def read(answer):
    return answer.content


class Pieces(httpx.SyncByteStream):
    """A body in pieces; an exception among them is raised in its place."""

    def __init__(self, pieces):
        self.pieces = pieces

    def __iter__(self):
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def test_a_body_in_pieces_is_whole_and_its_first_byte_is_looked_at_without_using_it_up():
    answer = streamed([b" \r\n", b"{", b'"data": []}'])

    assert answer.first_byte() == b"{"
    assert b"".join(answer.pieces()) == b' \r\n{"data": []}'
    assert answer.byte_count == 15


def test_gzip_is_undone_however_it_is_cut_into_pieces():
    for size in (1, 7, len(ZIPPED)):
        pieces = [ZIPPED[start : start + size] for start in range(0, len(ZIPPED), size)]
        answer = streamed(pieces, "gzip")
        assert answer.content == BODY
        assert answer.byte_count == len(BODY)


@pytest.mark.parametrize(
    "body",
    [ZIPPED[:-4], ZIPPED[: len(ZIPPED) // 2], ZIPPED[:-8] + b"\0" * 8, b"no gzip at all", b""],
    ids=["without its checksum", "half of it", "a wrong checksum", "plain text", "nothing"],
)
def test_a_gzip_that_is_cut_or_corrupt_is_no_answer_and_worth_another_try(body):
    with pytest.raises(TruncatedAnswerError, match="gzip"):
        read(streamed([body], "gzip"))


def test_a_small_gzip_cannot_become_a_body_that_fills_the_memory():
    bomb = gzip.compress(b"0" * 5_000_000)

    with pytest.raises(OverlongAnswerError, match="at most 1000000 bytes"):
        read(streamed([bomb], "gzip"))


def test_a_compression_nobody_asked_for_is_named_as_such():
    with pytest.raises(UnexpectedFormatError, match="gzip or no compression"):
        read(streamed([b"x"], "br"))


def test_a_connection_lost_in_the_middle_of_the_body_is_worth_another_try():
    with pytest.raises(UnreachableError, match=r"broke off \(ReadError\)"):
        read(streamed([BODY, httpx.ReadError("http://api.example?contactId=573000000001")]))


def test_an_answer_that_drips_for_ever_ends_at_the_deadline():
    moments = iter([0.0, 1.0, 9.0])

    with pytest.raises(RequestDeadlineError, match="longer than a request may take"):
        read(streamed([b"a", b"b", b"c"], deadline=Deadline(5.0, lambda: next(moments))))
