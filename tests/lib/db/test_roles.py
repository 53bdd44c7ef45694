"""The descriptions of the roles, without a server."""

import pytest

from lib.db.roles import (
    PLATFORM,
    PLATFORM_ROLES,
    TENANT_READER,
    project_id_of,
    project_role,
    project_roles,
    rest_role,
    reveal_role,
)


def test_a_project_has_three_roles_named_after_its_number():
    assert [role.name for role in project_roles(900101)] == [
        "project_900101",
        "project_900101_reveal",
        "rest_900101",
    ]


@pytest.mark.parametrize("role", [project_role(7), reveal_role(7), rest_role(7)])
def test_the_project_can_be_read_back_from_each_of_its_roles(role):
    assert project_id_of(role) == 7


@pytest.mark.parametrize(
    "name",
    ["project_", "project_7_", "project_7_admin", "xproject_7", "rest_7_reveal", "indigo_app"],
)
def test_a_name_that_only_looks_like_a_project_s_role_is_of_no_project(name):
    assert project_id_of(name) is None


@pytest.mark.parametrize("wrong", [0, -1, 2**31, True, "7", 7.0, None, "7; drop role indigo_owner"])
def test_what_cannot_be_a_project_id_never_reaches_a_role_name(wrong):
    with pytest.raises(ValueError, match="expected a project id"):
        project_role(wrong)


def test_no_role_of_a_project_belongs_to_the_platform():
    groups = {group for role in project_roles(7) for group in role.member_of}
    assert PLATFORM not in groups
    assert TENANT_READER in groups


def test_only_the_backup_passes_row_level_security():
    assert [role.name for role in PLATFORM_ROLES if role.bypass_rls] == ["indigo_backup"]


def test_a_project_s_sessions_are_limited_in_number_time_and_disk():
    reader, reveal, _ = project_roles(7)
    assert (reader.connection_limit, reveal.connection_limit) == (8, 2)
    assert {name for name, _ in reader.settings} == {
        "default_transaction_read_only",
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "statement_timeout",
        "temp_file_limit",
    }
