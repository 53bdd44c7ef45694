"""Every database role of the product: what each may do, and which roles one project has.

Roles belong to the whole server, not to one database. `lib.db.role_sync` makes the server agree
with these descriptions; `lib.db.verify` proves that it does.
"""

import re
from dataclasses import dataclass

__all__ = [
    "APP",
    "AUTHENTICATOR",
    "BACKUP",
    "INGEST",
    "OWNER",
    "PLATFORM",
    "PLATFORM_ROLES",
    "PREFECT",
    "PURGE",
    "REST_READER",
    "REVEAL_READER",
    "TENANT_GROUPS",
    "TENANT_READER",
    "Role",
    "project_id_of",
    "project_role",
    "project_roles",
    "rest_role",
    "reveal_role",
]

OWNER = "indigo_owner"
INGEST = "indigo_ingest"
PURGE = "indigo_purge"
APP = "indigo_app"
BACKUP = "indigo_backup"
PREFECT = "indigo_prefect"
AUTHENTICATOR = "authenticator"
PLATFORM = "indigo_platform"
TENANT_READER = "tenant_reader"
REVEAL_READER = "reveal_reader"
REST_READER = "rest_reader"
TENANT_GROUPS = (TENANT_READER, REVEAL_READER, REST_READER)

TENANT_ROLE = re.compile(r"(?:project_(?P<project>\d+)(?:_reveal)?|rest_(?P<rest>\d+))")
MAX_PROJECT_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Role:
    """What a role must look like on the server; whatever differs is put right."""

    name: str
    login: bool = False
    inherit: bool = True
    bypass_rls: bool = False
    connection_limit: int = -1
    member_of: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def is_tenant(self) -> bool:
        """True for the groups and roles whose sessions serve one project only."""
        return self.name in TENANT_GROUPS or project_id_of(self.name) is not None


# temp_file_limit is the one a session cannot raise again; the guard of free SQL covers the others
TENANT_LIMITS = (
    ("default_transaction_read_only", "on"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("lock_timeout", "2s"),
    ("statement_timeout", "30s"),
    ("temp_file_limit", "256MB"),
)
APP_LIMITS = (
    ("idle_in_transaction_session_timeout", "60s"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "15s"),
)

# groups first: a role is created after the groups it joins
PLATFORM_ROLES = (
    Role(PLATFORM),
    Role(TENANT_READER),
    Role(REVEAL_READER),
    Role(REST_READER),
    Role(OWNER, login=True, member_of=(PLATFORM,)),
    Role(INGEST, login=True, member_of=(PLATFORM,)),
    Role(PURGE, login=True, connection_limit=2, member_of=(PLATFORM,)),
    Role(APP, login=True, member_of=(PLATFORM,), settings=APP_LIMITS),
    # not in the platform group: a role that inherits nothing could only *become* the group
    Role(AUTHENTICATOR, login=True, inherit=False, connection_limit=10),
    Role(BACKUP, login=True, bypass_rls=True, member_of=(PLATFORM, "pg_read_all_data")),
    # owns the database of Prefect's server and has no right in ours
    Role(PREFECT, login=True, connection_limit=15),
)


def project_role(project_id: int) -> str:
    """The role that reads the marts of one project, without personal columns."""
    return f"project_{_checked(project_id)}"


def reveal_role(project_id: int) -> str:
    """The role that also reads the personal columns; used only after the audit row is written."""
    return f"project_{_checked(project_id)}_reveal"


def rest_role(project_id: int) -> str:
    """The role that the REST gateway becomes for one project."""
    return f"rest_{_checked(project_id)}"


def project_roles(project_id: int) -> tuple[Role, ...]:
    """All roles of one project. Raises ValueError for what cannot be a project id."""
    return (
        Role(
            project_role(project_id),
            login=True,
            connection_limit=8,
            member_of=(TENANT_READER,),
            settings=TENANT_LIMITS,
        ),
        Role(
            reveal_role(project_id),
            login=True,
            connection_limit=2,
            member_of=(TENANT_READER, REVEAL_READER),
            settings=TENANT_LIMITS,
        ),
        Role(
            rest_role(project_id),
            member_of=(TENANT_READER, REST_READER),
            members=(AUTHENTICATOR,),
            settings=TENANT_LIMITS,
        ),
    )


def project_id_of(role: str) -> int | None:
    """The project a role serves, None when the name is not of a project's role."""
    match = TENANT_ROLE.fullmatch(role)
    return int(match["project"] or match["rest"]) if match else None


def _checked(project_id: int) -> int:
    # the number becomes part of an SQL identifier and is read back by the row policy
    if type(project_id) is not int or not 0 < project_id <= MAX_PROJECT_ID:
        raise ValueError(f"expected a project id from 1 to {MAX_PROJECT_ID}, got {project_id!r}")
    return project_id
