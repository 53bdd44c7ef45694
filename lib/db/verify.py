"""Proof of the isolation, read from the catalogue: everything a tenant could reach and must not.

The list is computed from what the server would allow, not from what we granted, so a right planted
by hand, by a restore or by a careless migration shows up here.
"""

from collections.abc import Collection

from sqlalchemy import Connection, text

from lib.db.mart_checks import MART_CHECKS, TENANT_POLICY_PRINTED
from lib.db.right_checks import RIGHT_CHECKS
from lib.db.role_sync import existing_roles, read_role_states, role_statements
from lib.db.roles import AUTHENTICATOR, TENANT_GROUPS

__all__ = ["ProtectionError", "assert_protected", "find_faults"]


class ProtectionError(Exception):
    """The database would let a tenant do what it must not; `faults` has one line for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        shown = "\n".join(f"  {fault}" for fault in faults[:50])
        super().__init__(
            f"{len(faults)} rights are open that isolation needs closed; run the bootstrap as a "
            f"superuser and take back by hand what was granted by hand:\n{shown}"
        )


def assert_protected(connection: Connection, personal: Collection[str] = ()) -> None:
    """Raise ProtectionError unless every protection holds; the administrator asks."""
    faults = find_faults(connection, personal)
    if faults:
        raise ProtectionError(faults)


def find_faults(connection: Connection, personal: Collection[str] = ()) -> tuple[str, ...]:
    """Every open right and every role that differs from its description, one line each.

    `personal` names columns ("marts.dim_contacts.contact_name") that only the reveal role may read,
    besides those the catalogue shows to be its own.
    """
    parameters = {
        "groups": list(TENANT_GROUPS),
        "policy": TENANT_POLICY_PRINTED,
        "personal": list(personal),
    }
    faults = [
        f"{row.role} {verb} {row.what}"
        for verb, query in (RIGHT_CHECKS | MART_CHECKS).items()
        for row in connection.execute(text(query), parameters)
    ]
    return tuple(sorted(set(faults)) + _roles_that_differ(connection))


def _roles_that_differ(connection: Connection) -> list[str]:
    states = read_role_states(connection)
    authenticator = states.get(AUTHENTICATOR)
    return [
        f"role {role.name} lacks: {statement}"
        for role in existing_roles(states)
        for statement in role_statements(role, states.get(role.name), authenticator)
    ]
