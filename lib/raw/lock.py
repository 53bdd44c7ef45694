"""Two ingestions of one project exclude each other; those of different projects do not."""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.raw.connection import Connection

__all__ = ["IngestionRunningError", "project_lock"]

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
def project_lock(connection: Connection, project_id: int) -> Iterator[None]:
    """Hold the project's lock for the block; it goes with the connection, however that ends.

    Raises IngestionRunningError at once when somebody else holds it.
    """
    names = {"kind": INGESTION, "project": project_id}
    taken = connection.execute(
        "select pg_try_advisory_lock(%(kind)s, %(project)s)", names
    ).fetchone()
    if taken != (True,):
        raise IngestionRunningError(
            f"project {project_id} was expected to be free and is being ingested by"
            f" {_holder(connection, names)}; wait for it or stop it"
        )
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(%(kind)s, %(project)s)", names)


def _holder(connection: Connection, names: dict[str, int]) -> str:
    holder = connection.execute(HOLDER, names).fetchone()
    if holder is None:
        return "a run that has just ended"
    pid, application, since = holder
    # of a connection of another role the server tells no more than the process
    began = f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    return f"{application} (server process {pid}{began})"
