"""A time limit that holds although the server does not look at its own."""

import socket
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import psycopg

from lib.log import get_logger

__all__ = ["Deadline"]

CANCEL_SECONDS = 1.0

log = get_logger(__name__)


class Deadline:
    """Within the block: after `seconds` the statement is cancelled, a second later cut off.

    `is_over` tells afterwards whether the time was over; the connection is then to be closed.
    """

    def __init__(self, connection: psycopg.Connection[Any], seconds: float) -> None:
        self.is_over = False
        self._connection = connection
        self._seconds = seconds
        self._done = Event()
        self._thread = Thread(target=self._watch, name="free-sql-deadline", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        if self._done.wait(self._seconds):
            return
        self.is_over = True
        try:
            self._connection.cancel_safe(timeout=CANCEL_SECONDS)
        except psycopg.Error as error:
            log.warning("free_sql_not_cancelled", fault=type(error).__name__)
        if not self._done.wait(CANCEL_SECONDS):
            self._cut_off()

    def _cut_off(self) -> None:
        """The waiting thread sees the end of the stream; closing the handle is its own affair."""
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=socket.dup(self._connection.fileno())) as same,
        ):
            same.shutdown(socket.SHUT_RDWR)
        log.warning("free_sql_cut_off")
