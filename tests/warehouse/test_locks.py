"""Locking the marts: short waits for the lock, and none of that for what comes after it."""

import threading

import jinja2
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from flows.dbt_process import WAREHOUSE

MARTS = ("fct_one", "fct_two")


@pytest.fixture
def marts(owner: Engine):
    with owner.begin() as connection:
        for name in MARTS:
            connection.execute(text(f"create table marts.{name} (project_id integer)"))
    yield
    with owner.begin() as connection:
        for name in MARTS:
            connection.execute(text(f"drop table marts.{name}"))


def lock_marts(**options: object) -> str:
    path = WAREHOUSE / "macros" / "publication" / "lock_marts.sql"
    call = "{{ lock_marts(marts, **options) }}"
    template = jinja2.Environment().from_string(path.read_text(encoding="utf-8") + call)
    return template.render(marts=[{"name": name} for name in MARTS], options=options)


def test_what_follows_the_lock_waits_as_long_as_it_would_have_without_it(owner: Engine, marts):
    with owner.connect() as connection, connection.begin():
        connection.execute(text("set local lock_timeout = '7s'"))
        connection.exec_driver_sql(lock_marts())
        assert connection.scalar(text("show lock_timeout")) == "7s"


def test_a_reader_in_the_way_is_waited_for_in_short_tries(owner: Engine, marts):
    read, done = threading.Event(), threading.Event()

    def reader():
        with owner.connect() as connection, connection.begin():
            connection.execute(text("select from marts.fct_two"))
            read.set()
            done.wait(30)

    thread = threading.Thread(target=reader)
    thread.start()
    assert read.wait(10)
    try:
        with owner.connect() as connection, pytest.raises(DBAPIError, match="after 2 tries"):
            connection.exec_driver_sql(lock_marts(tries=2))
    finally:
        done.set()
        thread.join()
    with owner.connect() as connection, connection.begin():
        connection.exec_driver_sql(lock_marts(tries=1))
