"""The writer beside the pages, with a database that comes and goes."""

import asyncio

import pytest
from sqlalchemy import create_engine, text

from lib.audit.chain import audit_key
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections
from lib.web import audit_writer
from lib.web.audit_writer import writing_audit

KEY = audit_key("una clave inventada para el escritor")


@pytest.fixture(autouse=True)
def quick(database, monkeypatch):
    monkeypatch.setattr(audit_writer, "EVERY_S", 0.05)
    monkeypatch.setattr(audit_writer, "AFTER_FAILURE_S", 0.05)
    yield
    close_app_connections()


def chained():
    engine = engine_for_role(OWNER)
    with engine.connect() as connection:
        count = connection.scalar(text("select count(*) from app.audit_log"))
    engine.dispose()
    return count


async def until(count):
    for _ in range(200):
        if await asyncio.to_thread(chained) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{count} chained events were expected")


def event():
    record(AuditEvent(Action.PAGE, 101, "ana", {"page": "/"}))


def test_events_are_chained_while_the_application_runs_and_the_last_when_it_stops():
    async def run():
        async with writing_audit(lambda: engine_for_role(OWNER), KEY):
            await asyncio.to_thread(event)
            await until(1)
            await asyncio.to_thread(event)

    asyncio.run(run())
    assert chained() == 2


def test_a_lost_database_is_waited_for():
    engines = [create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")]

    def next_engine():
        return engines.pop() if engines else engine_for_role(OWNER)

    async def run():
        async with writing_audit(next_engine, KEY):
            await asyncio.to_thread(event)
            await asyncio.sleep(0.3)

    asyncio.run(run())
    # the engine that never answers was kept: nothing was chained, nothing was lost
    assert chained() == 0
    assert not engines
