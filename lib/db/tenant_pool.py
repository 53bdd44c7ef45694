"""Pools of tenant connections that share one budget: few per project, a fixed number in all.

SQLAlchemy's own pools know nothing of each other. These do: when the budget is spent, a project
that needs a connection takes the place of the idle one that was unused for longest, whoever owns
it. Whatever happens, a caller has a connection or a `TenantBusyError` after the wait, never a hang.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Condition
from typing import Self, TypedDict, Unpack

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from lib.db.errors import TenantBusyError, WrongRoleError

__all__ = ["ConnectionBudget", "TenantPool", "clean_for_reuse"]


class ConnectionBudget:
    """How many tenant connections this process has open, and which pools could give one up."""

    def __init__(self, *, per_project: int, total: int, wait_seconds: float) -> None:
        self.per_project = per_project
        self.total = total
        self.wait_seconds = wait_seconds
        self.open_count = 0
        self.changed = Condition()
        # least recently used first; only pools that hold a connection
        self.pools: OrderedDict[TenantPool, None] = OrderedDict()

    def oldest_idle(self) -> ConnectionPoolEntry | None:
        """Take the idle connection of the project unused for longest; call with `changed` held."""
        for pool in self.pools:
            if pool.idle:
                return pool.idle.pop(0)
        return None


class PoolOptions(TypedDict, total=False):
    """What `create_engine` passes on to a pool of ours."""

    dialect: Dialect
    pre_ping: bool
    reset_on_return: None


class TenantPool(Pool):
    """The connections of one project's role; SQLAlchemy asks it for them and gives them back."""

    def __init__(
        self,
        creator: Callable[[], DBAPIConnection],
        # positional, because create_engine finds a pool's options among its positional arguments
        budget: ConnectionBudget,
        project_id: int,
        **options: Unpack[PoolOptions],
    ) -> None:
        super().__init__(creator, **options)
        self.budget = budget
        self.project_id = project_id
        self.idle: list[ConnectionPoolEntry] = []
        self.in_use = 0

    def _do_get(self) -> ConnectionPoolEntry:
        entry, evicted = self._reserve()
        if evicted is not None:
            evicted.close()
        if entry is not None:
            return entry
        try:
            return self._create_connection()
        except BaseException:
            self._release(None)
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        # an entry that lost its connection (broken, invalidated) frees its place
        self._release(record if record.dbapi_connection is not None else None)

    def _reserve(self) -> tuple[ConnectionPoolEntry | None, ConnectionPoolEntry | None]:
        """An idle entry, or the right to open one; and the entry to close for it, if any."""
        budget = self.budget
        deadline = time.monotonic() + budget.wait_seconds
        with budget.changed:
            while True:
                if self.idle:
                    return self._count_use(self.idle.pop()), None
                if self.in_use < budget.per_project:
                    if budget.open_count < budget.total:
                        budget.open_count += 1
                        return self._count_use(None), None
                    evicted = budget.oldest_idle()
                    if evicted is not None:
                        return self._count_use(None), evicted
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise TenantBusyError(self.project_id, budget.wait_seconds)
                budget.changed.wait(remaining)

    def _count_use(self, entry: ConnectionPoolEntry | None) -> ConnectionPoolEntry | None:
        self.in_use += 1
        self.budget.pools[self] = None
        self.budget.pools.move_to_end(self)
        return entry

    def _release(self, entry: ConnectionPoolEntry | None) -> None:
        budget = self.budget
        with budget.changed:
            self.in_use -= 1
            if entry is not None:
                self.idle.append(entry)
            else:
                budget.open_count -= 1
            if not self.idle and not self.in_use:
                budget.pools.pop(self, None)
            budget.changed.notify_all()

    def dispose(self) -> None:
        """Close the idle connections; those in use go back to the budget when they come back."""
        with self.budget.changed:
            closing, self.idle = self.idle, []
            self.budget.open_count -= len(closing)
            self.budget.changed.notify_all()
        for entry in closing:
            entry.close()

    def recreate(self) -> Self:
        """The pool goes on with its counts: a second one would forget connections in use."""
        return self

    def status(self) -> str:
        return f"project {self.project_id}: {self.in_use} in use, {len(self.idle)} idle"


def clean_for_reuse(connection: psycopg.Connection[object], role: str) -> None:
    """Leave nothing of one user's session to the next one.

    Raises when the session is in doubt (a cancelled query still running, a lost server, another
    role); the pool then closes the connection instead of keeping it.
    """
    connection.rollback()
    connection.autocommit = True
    connection.execute("discard all")
    connection.autocommit = False
    if connection.info.transaction_status != TransactionStatus.IDLE or connection.info.user != role:
        raise WrongRoleError(role, connection.info.user)
