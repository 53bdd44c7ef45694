"""Makes the server's roles agree with `lib.db.roles`, touching only what differs."""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from lib.db.roles import AUTHENTICATOR, PLATFORM_ROLES, Role, project_id_of, project_roles
from lib.db.urls import role_password

__all__ = [
    "RoleChanges",
    "RoleState",
    "existing_roles",
    "read_role_states",
    "role_statements",
    "sync_roles",
]

SCRAM_ITERATIONS = 4096
VERIFIER_TEXT = re.compile(r"password '.*'")
SCRAM_VERIFIER = re.compile(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)")

STATES = """
select
    r.rolname, r.rolcanlogin, r.rolinherit, r.rolbypassrls, r.rolconnlimit,
    r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication as has_power,
    {password} as verifier,
    coalesce((
        select s.setconfig from pg_catalog.pg_db_role_setting as s
        where s.setrole = r.oid and s.setdatabase = 0
    ), '{{}}') as settings,
    array(
        select distinct g.rolname::text
        from pg_catalog.pg_auth_members as m
        inner join pg_catalog.pg_roles as g on g.oid = m.roleid
        where m.member = r.oid
    ) as member_of
from {source} as r
where r.rolname = any(:names) or r.rolname ~ '^(project|rest)_[0-9]+(_reveal)?$'
"""


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role as the catalogue shows it; `verifier` is None when the reader may not see it."""

    login: bool
    inherit: bool
    bypass_rls: bool
    connection_limit: int
    has_power: bool
    verifier: str | None = field(repr=False)
    settings: Mapping[str, str]
    member_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleChanges:
    """The statements that were needed, without passwords, and those the server refused."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


def sync_roles(connection: Connection, roles: Iterable[Role]) -> RoleChanges:
    """Create or correct the roles. The caller commits.

    A password is set again when it is not the one derived from today's master secret. Without
    superuser rights the stored password cannot be compared and is set every time, and what only a
    superuser may do is skipped and named in `refused`.
    """
    done: list[str] = []
    refused: list[str] = []
    states = read_role_states(connection)
    for role in roles:
        state = states.get(role.name)
        statements = role_statements(role, state, states.get(AUTHENTICATOR))
        if role.login and not _has_password(state, role_password(role.name)):
            verifier = scram_verifier(role_password(role.name), os.urandom(16))
            statements.append(f"alter role {role.name} password '{verifier}'")
        for statement in statements:
            shown = VERIFIER_TEXT.sub("password", statement)
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(statement)
                done.append(shown)
            except ProgrammingError as error:
                if not isinstance(error.orig, InsufficientPrivilege):
                    raise
                refused.append(shown)
    return RoleChanges(tuple(done), tuple(refused))


def existing_roles(states: Mapping[str, RoleState]) -> tuple[Role, ...]:
    """The platform's roles and those of every project that has any role on this server."""
    projects = sorted({found for name in states if (found := project_id_of(name)) is not None})
    return PLATFORM_ROLES + tuple(role for found in projects for role in project_roles(found))


def read_role_states(connection: Connection) -> dict[str, RoleState]:
    """Our roles on this server by name: the platform's and those of all projects."""
    is_superuser = connection.scalar(
        text("select rolsuper from pg_roles where rolname = current_user")
    )
    query = STATES.format(
        source="pg_catalog.pg_authid" if is_superuser else "pg_catalog.pg_roles",
        password="r.rolpassword" if is_superuser else "null::text",
    )
    rows = connection.execute(text(query), {"names": [role.name for role in PLATFORM_ROLES]})
    return {
        row.rolname: RoleState(
            login=row.rolcanlogin,
            inherit=row.rolinherit,
            bypass_rls=row.rolbypassrls,
            connection_limit=row.rolconnlimit,
            has_power=row.has_power,
            verifier=row.verifier,
            settings=dict(setting.split("=", 1) for setting in row.settings),
            member_of=frozenset(row.member_of),
        )
        for row in rows
    }


def role_statements(
    role: Role, state: RoleState | None, authenticator: RoleState | None
) -> list[str]:
    """What has to be said to the server so that the role is as described, passwords apart."""
    statements: list[str] = []
    if state is None:
        statements.append(f"create role {role.name}")
    if state is None or _attributes_differ(role, state):
        statements.append(_attributes(role, state))
    settings = state.settings if state else {}
    for name, value in role.settings:
        if settings.get(name) != value:
            statements.append(f"alter role {role.name} set {name} = '{value}'")
    joined = state.member_of if state else frozenset[str]()
    statements += [
        f"grant {group} to {role.name}" for group in role.member_of if group not in joined
    ]
    if role.is_tenant:
        # on tenants the description is exact: what else was set or joined goes
        wanted = {name for name, _ in role.settings}
        extra = sorted(set(settings) - wanted)
        statements += [f"alter role {role.name} reset {name}" for name in extra]
        strangers = sorted(joined - set(role.member_of))
        statements += [f'revoke "{group}" from {role.name}' for group in strangers]
    if AUTHENTICATOR in role.members and role.name not in (
        authenticator.member_of if authenticator else ()
    ):
        statements.append(f"grant {role.name} to {AUTHENTICATOR}")
    return statements


def _attributes_differ(role: Role, state: RoleState) -> bool:
    wanted = (role.login, role.inherit, role.bypass_rls, role.connection_limit, False)
    there = (state.login, state.inherit, state.bypass_rls, state.connection_limit, state.has_power)
    return wanted != there


def _attributes(role: Role, state: RoleState | None) -> str:
    words = [
        "login" if role.login else "nologin",
        "inherit" if role.inherit else "noinherit",
        f"connection limit {role.connection_limit}",
    ]
    # naming these at all takes a superuser, so they are named only where they change something
    if state and state.has_power:
        words += ["nosuperuser", "nocreatedb", "nocreaterole", "noreplication"]
    if role.bypass_rls != (state.bypass_rls if state else False):
        words.append("bypassrls" if role.bypass_rls else "nobypassrls")
    return f"alter role {role.name} {' '.join(words)}"


def scram_verifier(password: str, salt: bytes, iterations: int = SCRAM_ITERATIONS) -> str:
    """What PostgreSQL stores for a password; sent instead of it so that no server log has it."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    salt64, stored64, server64 = (
        base64.b64encode(part).decode() for part in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${iterations}:{salt64}${stored64}:{server64}"


def _has_password(state: RoleState | None, password: str) -> bool:
    match = SCRAM_VERIFIER.fullmatch(state.verifier or "") if state else None
    if match is None or state is None or state.verifier is None:
        return False
    iterations, salt = int(match[1]), base64.b64decode(match[2])
    return hmac.compare_digest(scram_verifier(password, salt, iterations), state.verifier)
