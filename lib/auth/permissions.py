"""Who may do what: one table of roles and permissions, asked below the page."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

__all__ = [
    "ENTITY_LIMITED_LOSES",
    "PERMISSIONS",
    "Holder",
    "Permission",
    "PermissionDeniedError",
    "Role",
    "may",
    "permissions_of",
    "require",
]


class Role(StrEnum):
    """What a person is in a project; an issuer's words are mapped to these in its configuration."""

    DIRECTOR = "director"
    SUPERVISOR = "supervisor"
    OPERATIONS = "operations"
    ADMIN = "admin"
    OPERATOR = "operator"


class Permission(StrEnum):
    """One thing that not everybody may do."""

    VIEW_PAGES = "view_pages"
    EXPORT_TABLES = "export_tables"
    EXPORT_CONVERSATIONS = "export_conversations"
    REVEAL_CONTACT = "reveal_contact"
    ASK_CHAT = "ask_chat"
    RUN_SQL = "run_sql"
    VIEW_DATA_STATE = "view_data_state"
    MANAGE_PROJECT = "manage_project"
    VIEW_AUDIT = "view_audit"
    MANAGE_SESSIONS = "manage_sessions"
    ERASE_CONTACT = "erase_contact"


class Holder(Protocol):
    """Whoever has a role, and perhaps only some entities of the project (None: all)."""

    @property
    def role(self) -> Role: ...
    @property
    def entities(self) -> tuple[str, ...] | None: ...


class PermissionDeniedError(Exception):
    """The visitor's role does not allow what was asked; an administrator can give another role."""

    def __init__(self, role: Role, permission: Permission) -> None:
        self.role = role
        self.permission = permission
        super().__init__(f"expected a visitor who may {permission}, got one of role {role}")


_EVERYBODY = {Permission.VIEW_PAGES, Permission.EXPORT_TABLES, Permission.ASK_CHAT}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.DIRECTOR: frozenset(_EVERYBODY),
    Role.OPERATIONS: frozenset(_EVERYBODY | {Permission.EXPORT_CONVERSATIONS}),
    Role.SUPERVISOR: frozenset(
        _EVERYBODY
        | {Permission.EXPORT_CONVERSATIONS, Permission.REVEAL_CONTACT, Permission.RUN_SQL}
    ),
    Role.ADMIN: frozenset(Permission),
    # runs the installation, and has no business with what contacts wrote
    Role.OPERATOR: frozenset(
        {
            Permission.VIEW_PAGES,
            Permission.VIEW_DATA_STATE,
            Permission.MANAGE_PROJECT,
            Permission.VIEW_AUDIT,
            Permission.MANAGE_SESSIONS,
        }
    ),
}
# free SQL and the state of the project know no entities
ENTITY_LIMITED_LOSES = frozenset(
    {
        Permission.RUN_SQL,
        Permission.VIEW_DATA_STATE,
        Permission.MANAGE_PROJECT,
        Permission.VIEW_AUDIT,
        Permission.MANAGE_SESSIONS,
        Permission.ERASE_CONTACT,
    }
)


def permissions_of(role: Role) -> frozenset[Permission]:
    """What a role may do when it is not limited to entities."""
    return PERMISSIONS[role]


def may(holder: Holder, permission: Permission) -> bool:
    """Whether this visitor may do it; one limited to entities may less than his role."""
    is_lost = holder.entities is not None and permission in ENTITY_LIMITED_LOSES
    return permission in PERMISSIONS[holder.role] and not is_lost


def require(holder: Holder, permission: Permission) -> None:
    """Do nothing for a visitor who may; raise PermissionDeniedError for one who may not."""
    if not may(holder, permission):
        raise PermissionDeniedError(holder.role, permission)
