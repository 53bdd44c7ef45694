"""The lines of a CSV body while it arrives; what was seen on the way is known afterwards."""

import hashlib
import io
from collections.abc import Iterable, Iterator

from lib.indigitall.errors import EncodingError

__all__ = ["CsvSource"]


class _Pieces(io.BufferedIOBase):
    """Pieces of a body as a file, noting what the parser must know about the bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.byte_count = 0
        self.has_nul = False
        self.last = b""
        self.seen = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read1(self, _size: int = -1, /) -> bytes:
        piece = next(self._pieces, b"")
        if piece:
            self.byte_count += len(piece)
            self.has_nul = self.has_nul or b"\x00" in piece
            self.last = piece[-1:]
            self.seen.update(piece)
        return piece


class CsvSource:
    """Lines of strict UTF-8, without the mark some files begin with; no page is held as a text."""

    def __init__(self, pieces: Iterable[bytes], endpoint: str) -> None:
        self._endpoint = endpoint
        self._bytes = _Pieces(pieces)

    def lines(self) -> Iterator[str]:
        """Each line with its end, as the csv module wants them. Raises EncodingError."""
        # it asks for nothing but read1, readable and closed, though its type says more
        text = io.TextIOWrapper(  # type: ignore[type-var]
            self._bytes, encoding="utf-8-sig", errors="strict", newline=""
        )
        try:
            yield from text
        except UnicodeDecodeError as error:
            # the decoder counts from the beginning of what it holds: the last bytes that came
            offset = self._bytes.byte_count - len(error.object) + error.start
            wrong = error.object[error.start : error.end]
            raise EncodingError(self._endpoint, offset, wrong) from error

    @property
    def has_nul(self) -> bool:
        """Whether a NUL came so far."""
        return self._bytes.has_nul

    @property
    def is_whole(self) -> bool:
        """Whether the last line that came has its end; without it rows may be missing."""
        return self._bytes.last in {b"\n", b"\r"}

    def digest(self) -> bytes:
        """SHA-256 of what came so far."""
        return self._bytes.seen.digest()
