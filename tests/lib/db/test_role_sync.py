"""From what the server has to what the descriptions say, touching only the difference."""

import base64

import pytest
from sqlalchemy import text

from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.onboarding import create_project_roles
from lib.db.role_sync import RoleChanges, RoleState, role_statements, scram_verifier, sync_roles
from lib.db.roles import PLATFORM_ROLES, Role, project_roles
from lib.db.urls import role_url

READER = project_roles(7)[0]
AS_DESCRIBED = RoleState(
    login=True,
    inherit=True,
    bypass_rls=False,
    connection_limit=8,
    has_power=False,
    verifier=None,
    settings=dict(READER.settings),
    member_of=frozenset({"tenant_reader"}),
)


@pytest.fixture
def admin(database):
    engine = admin_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def changed(**fields):
    values = {name: getattr(AS_DESCRIBED, name) for name in AS_DESCRIBED.__dataclass_fields__}
    return RoleState(**(values | fields))


def test_a_role_that_is_as_described_needs_nothing():
    assert role_statements(READER, AS_DESCRIBED, None) == []


@pytest.mark.parametrize(
    ("state", "statement"),
    [
        (changed(connection_limit=-1), "alter role project_7 login inherit connection limit 8"),
        (
            changed(bypass_rls=True),
            "alter role project_7 login inherit connection limit 8 nobypassrls",
        ),
        (
            changed(has_power=True),
            "alter role project_7 login inherit connection limit 8"
            " nosuperuser nocreatedb nocreaterole noreplication",
        ),
        (
            changed(member_of=frozenset({"tenant_reader", "pg_monitor"})),
            'revoke "pg_monitor" from project_7',
        ),
        (changed(member_of=frozenset()), "grant tenant_reader to project_7"),
        (
            changed(settings={**AS_DESCRIBED.settings, "statement_timeout": "0"}),
            "alter role project_7 set statement_timeout = '30s'",
        ),
        (
            changed(settings={**AS_DESCRIBED.settings, "work_mem": "10GB"}),
            "alter role project_7 reset work_mem",
        ),
    ],
)
def test_each_difference_of_a_tenant_is_put_right_by_one_statement(state, statement):
    assert role_statements(READER, state, None) == [statement]


def test_a_platform_role_keeps_what_an_administrator_added():
    owner = Role("indigo_owner", login=True, member_of=("indigo_platform",))
    state = changed(
        connection_limit=-1,
        settings={"work_mem": "64MB"},
        member_of=frozenset({"indigo_platform", "pg_monitor"}),
    )
    assert role_statements(owner, state, None) == []


def test_onboarding_twice_changes_nothing_the_second_time(admin):
    # roles belong to the whole server, so this project is no other test's
    assert len(create_project_roles(admin, 3030).done) > 10
    assert create_project_roles(admin, 3030) == RoleChanges((), ())


def test_onboarding_touches_no_table(admin):
    count = text("select count(*) from pg_class where relacl::text like '%303%'")
    create_project_roles(admin, 303)
    assert admin.scalar(count) == 0


def test_the_gateway_can_become_the_project_s_rest_role_and_no_other_of_it(admin):
    create_project_roles(admin, 303)
    may = text("select pg_has_role('authenticator', :role, 'member')")
    roles = ("rest_303", "project_303", "project_303_reveal", "indigo_platform")
    assert {role: admin.scalar(may, {"role": role}) for role in roles} == {
        "rest_303": True,
        "project_303": False,
        "project_303_reveal": False,
        "indigo_platform": False,
    }


def test_the_password_is_no_text_that_a_server_log_could_keep(admin):
    admin.exec_driver_sql("alter role indigo_backup password null")
    changes = sync_roles(admin, PLATFORM_ROLES)
    assert changes.done == ("alter role indigo_backup password",)
    stored = admin.scalar(text("select rolpassword from pg_authid where rolname = 'indigo_backup'"))
    assert stored.startswith("SCRAM-SHA-256$4096:")


def test_the_stored_password_is_the_derived_one(admin):
    password = role_url("indigo_backup").password
    stored = admin.scalar(text("select rolpassword from pg_authid where rolname = 'indigo_backup'"))
    salt = base64.b64decode(stored.partition(":")[2].partition("$")[0])
    assert scram_verifier(password, salt) == stored


def test_a_new_master_secret_sets_every_password_again_and_only_those(admin, monkeypatch):
    before = role_url("indigo_app")
    monkeypatch.setenv("INDIGITALL_MASTER_SECRET", "Yc8Rk2Wm5Zt9Ld3Xq7Vb1Nf6Hs4Jp0GaTe")
    get_settings.cache_clear()
    changes = sync_roles(admin, PLATFORM_ROLES)
    assert role_url("indigo_app").password != before.password
    monkeypatch.undo()
    get_settings.cache_clear()
    assert list(changes.done) == [
        f"alter role {role.name} password" for role in PLATFORM_ROLES if role.login
    ]
    admin.rollback()


def test_a_role_logs_in_with_its_derived_password(admin):
    engine = engine_for_role("indigo_backup")
    with engine.connect() as connection:
        assert connection.scalar(text("select session_user")) == "indigo_backup"
    engine.dispose()
