"""The connection of a project: the only way to the marts.

The role is the isolation: a session is logged in as `project_<id>`, and the row policy of every
mart looks at the name of the session's role, which no statement can change to another project's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text

from lib.db.errors import ConnectionBudgetError, TenantBusyError, WrongRoleError
from lib.db.roles import project_role
from lib.db.tenant_pool import ConnectionBudget, TenantPool, clean_for_reuse
from lib.db.urls import role_url

__all__ = [
    "CONNECTION_BUDGET",
    "TenantBusyError",
    "TenantPools",
    "assert_connection_budget",
    "tenant_connection",
]

PER_PROJECT = 4
TOTAL = 40
WAIT_SECONDS = 3.0
# what each part of the product may open at once; PostgreSQL's default of 100 leaves 97
CONNECTION_BUDGET = {
    "pages": TOTAL,
    "free SQL": 6,
    "reveals": 2,
    "app role": 10,
    "REST": 10,
    "Prefect": 15,
    "dbt": 4,
    "administration": 5,
}


class TenantPools:
    """The connection pools of all projects in this process. Thread-safe; close it when done.

    `role_of` names the role of a project whose sessions these are.
    """

    def __init__(
        self,
        *,
        per_project: int = PER_PROJECT,
        total: int = TOTAL,
        wait_seconds: float = WAIT_SECONDS,
        role_of: Callable[[int], str] = project_role,
    ) -> None:
        self.role_of = role_of
        self.budget = ConnectionBudget(
            per_project=per_project, total=total, wait_seconds=wait_seconds
        )
        self._engines: dict[int, Engine] = {}
        self._lock = Lock()

    def engine_for(self, project_id: int) -> Engine:
        """The engine of one project; the role is made from the number alone."""
        with self._lock:
            engine = self._engines.get(project_id)
            if engine is None:
                engine = self._engines[project_id] = _tenant_engine(
                    project_id, self.role_of(project_id), self.budget
                )
            return engine

    def close(self) -> None:
        """Close every idle connection; the pools stay usable."""
        with self._lock:
            engines = list(self._engines.values())
        for engine in engines:
            engine.dispose()


@contextmanager
def tenant_connection(pools: TenantPools, project_id: int) -> Iterator[Connection]:
    """One read-only snapshot of the marts, in which no statement can see another project's rows.

    Every statement in the block sees the same state of the data. Raises TenantBusyError when no
    connection is free in time, WrongRoleError when the session is not the project's.
    """
    expected = pools.role_of(project_id)
    with pools.engine_for(project_id).connect() as connection, connection.begin():
        found = connection.execute(text("select current_user, session_user")).one()
        if (found.current_user, found.session_user) != (expected, expected):
            connection.invalidate()
            raise WrongRoleError(expected, f"{found.current_user} of {found.session_user}")
        with _given_up_on_interrupt(connection):
            yield connection


@contextmanager
def _given_up_on_interrupt(connection: Connection) -> Iterator[None]:
    """An interrupt, unlike an error, may leave a query running: the session goes with it."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception):
            connection.invalidate()
        raise


def assert_connection_budget(connection: Connection) -> None:
    """Raise ConnectionBudgetError unless the server has room for every pool of the product."""
    shown = ["max_connections", "superuser_reserved_connections"]
    version = connection.dialect.server_version_info
    if version and version >= (16,):
        shown.append("reserved_connections")
    limit, *reserved = (int(connection.scalar(text(f"show {name}"))) for name in shown)
    needed = sum(CONNECTION_BUDGET.values())
    if limit - sum(reserved) < needed:
        raise ConnectionBudgetError(needed, limit - sum(reserved))


def _tenant_engine(project_id: int, role: str, budget: ConnectionBudget) -> Engine:
    engine = create_engine(
        role_url(role),
        poolclass=TenantPool,
        budget=budget,
        project_id=project_id,
        pool_pre_ping=True,
        # the pool cleans by itself, more thoroughly than a rollback
        pool_reset_on_return=None,
        # the look-up of the hstore type reads catalogues that tenants may not read
        use_native_hstore=False,
        hide_parameters=True,
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        connect_args={
            "connect_timeout": int(WAIT_SECONDS),
            "application_name": f"indigitall:{role}",
            "options": "-c timezone=UTC",
            # plans made for one set of filters serve another one badly
            "prepare_threshold": None,
        },
    )

    @event.listens_for(engine, "reset")
    def clean(session: psycopg.Connection[object], _entry: object, _state: object) -> None:
        clean_for_reuse(session, role)

    return engine
