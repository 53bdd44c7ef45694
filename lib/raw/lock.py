"""Two ingestions of one project exclude each other; those of different projects do not."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from lib.log import get_logger
from lib.raw.connection import Connection

__all__ = ["IngestionRunningError", "project_lock"]

log = get_logger(__name__)

# The first half of the lock's name; the second is the project.
INGESTION = 0x1D16
HOLDER = """
select activity.pid, activity.application_name, activity.backend_start
from pg_locks as locks
inner join pg_stat_activity as activity using (pid)
where locks.locktype = 'advisory' and locks.granted
    and locks.database = (select oid from pg_database where datname = current_database())
    and locks.classid = %(kind)s and locks.objid = %(project)s and locks.objsubid = 2
"""


class IngestionRunningError(Exception):
    """Another ingestion of this project is at work; says which. Nothing was read or changed."""


@contextmanager
def project_lock(connection: Connection, project_id: int, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the project's lock for the block; it goes with the connection, however that ends.

    Who comes second waits up to `wait_s` seconds, in the order of coming, and says for whom. Raises
    IngestionRunningError when somebody else holds it even then.
    """
    names = {"kind": INGESTION, "project": project_id}
    if not _taken(connection, names, wait_s):
        waited = f" after {wait_s:g} s" if wait_s else ""
        raise IngestionRunningError(
            f"project {project_id} was expected to be free and{waited} is being ingested by"
            f" {_holder(connection, names)}; wait for it or stop it"
        )
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(%(kind)s, %(project)s)", names)


def _taken(connection: Connection, names: dict[str, int], wait_s: float) -> bool:
    """Whether the lock is ours now, at once or within so many seconds."""
    at_once = connection.execute("select pg_try_advisory_lock(%(kind)s, %(project)s)", names)
    if at_once.fetchone() == (True,):
        return True
    if not wait_s:
        return False
    log.info("waiting_for_ingestion", holder=_holder(connection, names), at_most_s=wait_s)
    connection.execute("select set_config('lock_timeout', %s, false)", [f"{wait_s * 1000:.0f}ms"])
    try:
        connection.execute("select pg_advisory_lock(%(kind)s, %(project)s)", names)
    except psycopg.errors.LockNotAvailable:
        return False
    finally:
        if not connection.closed:
            connection.execute("set lock_timeout = 0")
    return True


def _holder(connection: Connection, names: dict[str, int]) -> str:
    holder = connection.execute(HOLDER, names).fetchone()
    if holder is None:
        return "a run that has just ended"
    pid, application, since = holder
    # of a connection of another role the server tells no more than the process
    began = f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    return f"{application} (server process {pid}{began})"
