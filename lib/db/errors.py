"""Errors of the database room that other rooms react to.

DatabaseBusyError        no connection within the wait: show "ocupado", offer to try again
  TenantBusyError        the connections of one project, or of all projects together, are in use
  AppBusyError           the connections of the app role are in use
WrongRoleError           a session is not who it must be: a bug or an attack, never retried
ConnectionBudgetError    the server allows fewer connections than the product is built for
"""

__all__ = [
    "AppBusyError",
    "ConnectionBudgetError",
    "DatabaseBusyError",
    "TenantBusyError",
    "WrongRoleError",
]


class DatabaseBusyError(Exception):
    """All connections were in use for the whole wait; a moment later it may work."""


class TenantBusyError(DatabaseBusyError):
    """Raised by `lib.db.tenant` for one project; other projects may well be served."""

    def __init__(self, project_id: int, waited_seconds: float) -> None:
        self.project_id = project_id
        super().__init__(
            f"no connection for project {project_id} became free within {waited_seconds:g} s; "
            "try again, or find the query that holds them in pg_stat_activity"
        )


class AppBusyError(DatabaseBusyError):
    """Raised by `lib.db.scoped` when every connection of the app role is in use."""


class WrongRoleError(Exception):
    """The session's role is not the one asked for; the connection was closed unused."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected a session of {expected}, found {found}; connection closed")


class ConnectionBudgetError(Exception):
    """The server's max_connections is below the sum of all pools; carries both numbers."""

    def __init__(self, needed: int, available: int) -> None:
        self.needed = needed
        self.available = available
        super().__init__(
            f"the product needs {needed} connections, the server leaves {available} to ordinary "
            f"roles; set max_connections so that {needed} remain beside the reserved ones"
        )
