"""The writer of the audit chain, beside the pages: every two seconds what waits is chained.

Several processes may run it; a lock in the database lets one at a time. A lost database is told
once and waited for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from lib.audit.chain import chain_waiting
from lib.db.urls import NoDatabaseError
from lib.log import get_logger

__all__ = ["writing_audit"]

log = get_logger(__name__)
EVERY_S = 2.0
AFTER_FAILURE_S = 15.0


@asynccontextmanager
async def writing_audit(new_engine: Callable[[], Engine], key: bytes) -> AsyncIterator[None]:
    """Chain events while the block runs, and what is left of them when it ends."""
    stop = asyncio.Event()
    writer = asyncio.create_task(_write(new_engine, key, stop))
    try:
        yield
    finally:
        stop.set()
        await writer


async def _write(new_engine: Callable[[], Engine], key: bytes, stop: asyncio.Event) -> None:
    engine: Engine | None = None
    was_lost = False
    while True:
        # looked at before the round, so that a last one follows the stop
        is_last = stop.is_set()
        try:
            engine = engine or new_engine()
            await run_in_threadpool(_chain_all, engine, key)
            was_lost = False
        except (SQLAlchemyError, NoDatabaseError) as error:
            if not was_lost:
                log.warning("audit_waits_for_database", error=type(error).__name__)
            was_lost = True
        if is_last:
            break
        await _pause(stop, AFTER_FAILURE_S if was_lost else EVERY_S)
    if engine:
        engine.dispose()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _chain_all(engine: Engine, key: bytes) -> None:
    while True:
        with engine.begin() as connection:
            if not chain_waiting(connection, key):
                return
