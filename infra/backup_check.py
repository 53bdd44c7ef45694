"""Is a restored database the one that was kept? Rows, rights, roles and the audit log compared."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from infra.backup_folder import Backup
from lib.audit.chain import audit_key
from lib.audit.verify import verify_chains
from lib.config import get_settings
from lib.db.bootstrap import SCHEMAS
from lib.db.contents import count_rows, describe_rights
from lib.db.engines import engine_for_role
from lib.db.role_sync import read_role_states
from lib.db.roles import OWNER, PLATFORM_ROLES, project_roles
from lib.db.verify import assert_protected

__all__ = ["RestoreFaultsError", "assert_restored", "existing_roles", "find_differences"]

MOST_SHOWN = 30


class RestoreFaultsError(Exception):
    """The restored database is not the one that was kept: do not serve from it."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        shown = "\n".join(f"  {fault}" for fault in self.faults[:MOST_SHOWN])
        super().__init__(f"{len(faults)} differences from the backup:\n{shown}")


def find_differences(connection: Connection, backup: Backup) -> list[str]:
    """Rows, rights, policies and roles that are not as kept, one line each; a superuser asks."""
    rows, rights = count_rows(connection, SCHEMAS), set(describe_rights(connection, SCHEMAS))
    roles = set(existing_roles(connection, backup.projects))
    kept = set(backup.rights)
    return [
        *(
            f"{table}: {backup.rows.get(table)} rows were kept, {rows.get(table)} are there"
            for table in sorted(set(rows) | set(backup.rows))
            if rows.get(table) != backup.rows.get(table)
        ),
        *(f"missing: role {role}" for role in backup.roles if role not in roles),
        *(f"missing: {line}" for line in sorted(kept - rights)),
        *(f"not kept: {line}" for line in sorted(rights - kept)),
    ]


def assert_restored(admin: Engine) -> None:
    """Audit log and isolation hold, after migrations too; statistics for the planner are made.

    Raises ProtectionError or RestoreFaultsError.
    """
    owner = engine_for_role(OWNER)
    keys = [audit_key(secret) for secret in get_settings().master_secrets]
    try:
        with owner.connect() as connection:
            faults = [
                f"audit log of project {verdict.project_id}: {verdict.fault} at {verdict.first_bad}"
                " (a restore needs the master secret the log was written with)"
                for verdict in verify_chains(connection, keys)
                if not verdict.is_intact
            ]
    finally:
        owner.dispose()
    if faults:
        raise RestoreFaultsError(faults)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert_protected(connection)
        connection.exec_driver_sql("analyze")


def existing_roles(connection: Connection, projects: Sequence[int]) -> list[str]:
    """The platform's roles and those of these projects, as far as the server has them."""
    there = read_role_states(connection)
    ours = [*PLATFORM_ROLES, *(role for project in projects for role in project_roles(project))]
    return [role.name for role in ours if role.name in there]
