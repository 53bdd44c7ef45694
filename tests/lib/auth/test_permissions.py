from dataclasses import dataclass

import pytest

from lib.auth.permissions import (
    ENTITY_LIMITED_LOSES,
    Permission,
    PermissionDeniedError,
    Role,
    may,
    permissions_of,
    require,
)
from lib.config import CHECKOUT

TABLE = (CHECKOUT / "docs" / "permisos.md").read_text(encoding="utf-8").partition("\n## ")[0]


@dataclass(frozen=True)
class Visitor:
    role: Role
    entities: tuple[str, ...] | None = None


def documented():
    rows = [line.strip("| ").split(" | ") for line in TABLE.splitlines() if line.startswith("|")]
    roles = rows[0][1:6]
    return {
        (role, row[0].strip("`"))
        for row in rows[2:]
        for role, cell in zip(roles, row[1:6], strict=True)
        if cell == "yes"
    }


def test_the_document_says_what_the_table_says():
    in_code = {(role.value, one.value) for role in Role for one in permissions_of(role)}
    assert documented() == in_code


def test_the_document_marks_what_a_visitor_limited_to_entities_loses():
    marked = {row.split("`")[1] for row in TABLE.splitlines() if "| whole project |" in row}
    assert marked == {permission.value for permission in ENTITY_LIMITED_LOSES}


@pytest.mark.parametrize(
    ("role", "permission", "is_allowed"),
    [
        (Role.SUPERVISOR, Permission.REVEAL_CONTACT, True),
        (Role.DIRECTOR, Permission.REVEAL_CONTACT, False),
        (Role.OPERATOR, Permission.EXPORT_CONVERSATIONS, False),
        (Role.ADMIN, Permission.ERASE_CONTACT, True),
    ],
)
def test_a_role_may_what_the_table_says_and_nothing_else(role, permission, is_allowed):
    visitor = Visitor(role)
    assert may(visitor, permission) is is_allowed
    if is_allowed:
        require(visitor, permission)
    else:
        with pytest.raises(PermissionDeniedError, match=permission.value):
            require(visitor, permission)


@pytest.mark.parametrize("role", Role)
def test_nobody_limited_to_entities_may_run_sql(role):
    assert not may(Visitor(role, ("Norte",)), Permission.RUN_SQL)
    assert not may(Visitor(role, ()), Permission.VIEW_AUDIT)
