"""An answer while it arrives: decompressed, counted, measured against its deadline."""

import hashlib
import zlib
from collections.abc import Iterator

import httpx

from lib.indigitall.deadlines import Deadline
from lib.indigitall.errors import (
    OverlongAnswerError,
    RequestDeadlineError,
    TruncatedAnswerError,
    UnexpectedFormatError,
    UnreachableError,
)

__all__ = ["StreamedAnswer"]

# zlib's way to say: gzip with its header and checksum, and nothing else
GZIP = 16 + zlib.MAX_WBITS
PIECE_BYTES = 1024 * 1024
BLANK = b" \t\r\n"


class StreamedAnswer:
    """Status, headers, and a body that can be read once, in pieces or whole.

    `byte_count` counts what came so far, decompressed; `digest()` is SHA-256 of it. `said_status`
    is the status in the body, once somebody has read it there. Reading raises UnreachableError,
    RequestDeadlineError, TruncatedAnswerError, OverlongAnswerError or UnexpectedFormatError.
    """

    def __init__(
        self, response: httpx.Response, endpoint: str, deadline: Deadline, longest_bytes: int
    ) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.said_status: int | None = None
        self.byte_count = 0
        self._response = response
        self._endpoint = endpoint
        self._deadline = deadline
        self._longest = longest_bytes
        self._digest = hashlib.sha256()
        self._pieces = self._counted()
        self._head = b""
        self._content: bytes | None = None

    def first_byte(self) -> bytes:
        """The first byte that is no blank, empty when there is none; nothing is used up."""
        while not self._head.strip(BLANK):
            piece = next(self._pieces, b"")
            if not piece:
                return b""
            self._head += piece
        return self._head.lstrip(BLANK)[:1]

    def pieces(self) -> Iterator[bytes]:
        """The body piece by piece, none of them empty; afterwards it is gone."""
        if self._head:
            head, self._head = self._head, b""
            yield head
        yield from self._pieces

    @property
    def status(self) -> int:
        """What the answer says it is: in the body where somebody has read it, else in HTTP."""
        return self.said_status or self.status_code

    @property
    def content(self) -> bytes:
        """The whole body, for answers that are small or must be read at once."""
        if self._content is None:
            self._content = b"".join(self.pieces())
        return self._content

    def digest(self) -> bytes:
        """SHA-256 of what came so far."""
        return self._digest.digest()

    def _counted(self) -> Iterator[bytes]:
        for piece in self._decompressed():
            self.byte_count += len(piece)
            if self.byte_count > self._longest:
                raise OverlongAnswerError(
                    self._endpoint,
                    f"at most {self._longest} bytes were expected and more came; nothing of them is"
                    " loaded",
                )
            self._digest.update(piece)
            yield piece

    def _decompressed(self) -> Iterator[bytes]:
        coding = self.headers.get("Content-Encoding", "identity").strip().lower()
        if coding in {"", "identity"}:
            yield from self._received()
        elif coding in {"gzip", "x-gzip"}:
            yield from self._unzipped()
        else:
            raise UnexpectedFormatError(
                self._endpoint, "gzip or no compression was expected and another one came"
            )

    def _unzipped(self) -> Iterator[bytes]:
        # httpx's own way takes a body that ends in the middle for a whole one
        unzip = zlib.decompressobj(GZIP)
        try:
            for received in self._received():
                rest = received
                while rest and not unzip.eof:
                    piece = unzip.decompress(rest, PIECE_BYTES)
                    rest = unzip.unconsumed_tail
                    if piece:
                        yield piece
            if last := unzip.flush():
                yield last
        except zlib.error as error:
            raise TruncatedAnswerError(self._endpoint, "the gzip is corrupt") from error
        if not unzip.eof:
            raise TruncatedAnswerError(self._endpoint, "the gzip ends in the middle")

    def _received(self) -> Iterator[bytes]:
        try:
            for piece in self._response.stream:  # type: ignore[union-attr]
                if not self._deadline.left_s():
                    raise RequestDeadlineError(
                        self._endpoint, "the answer took longer than a request may take"
                    )
                if piece:
                    yield piece
        except httpx.TransportError as error:
            # the text of some transport errors holds the address with its query: leave it out
            what = f"the answer broke off ({type(error).__name__})"
            raise UnreachableError(self._endpoint, what) from error
