"""The roles of a new project. No table or policy is touched: one policy serves all projects."""

from sqlalchemy import Connection

from lib.db.role_sync import RoleChanges, sync_roles
from lib.db.roles import project_roles

__all__ = ["create_project_roles"]


def create_project_roles(admin_connection: Connection, project_id: int) -> RoleChanges:
    """Create or correct the roles of one project; a second call changes nothing.

    The caller commits. Raises ValueError when the number cannot be a project id.
    """
    return sync_roles(admin_connection, project_roles(project_id))
