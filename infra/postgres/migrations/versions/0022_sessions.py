"""Sessions, operator accounts of the local login, and the tickets between form and cookie.

What is kept of a session id, a ticket or a token is its SHA-256, so nobody who reads the table can
use one. `indigo_app` sees the rows of the project its transaction names, and before the project is
known only the one row whose secret or account it names.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ROLES = "('director', 'supervisor', 'operations', 'admin', 'operator')"
TABLES = f"""
create table app.sessions (
    project_id integer not null,
    session_hash text not null unique check (session_hash ~ '^[0-9a-f]{{64}}$'),
    subject text not null,
    issuer text not null,
    mode text not null check (mode in ('dev', 'cookie', 'token', 'local')),
    role text not null check (role in {ROLES}),
    entities text[],
    name text,
    token_hash text,
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text check (
        end_reason in ('logout', 'logout_everywhere', 'replaced', 'revoked', 'account_changed')
    ),
    primary key (project_id, session_hash),
    check ((ended_at is null) = (end_reason is null))
);
create index sessions_project on app.sessions (project_id, subject, issuer);
comment on column app.sessions.token_hash is 'of the token that opened it: issuer and jti';
comment on column app.sessions.entities is 'null: all entities of the project';
comment on column app.sessions.expires_at is 'the absolute end; the idle one counts from seen_at';

create table app.users (
    project_id integer not null,
    username text not null check (username = lower(username) and username <> ''),
    name text not null,
    password_hash text not null,
    role text not null check (role in {ROLES}),
    entities text[],
    is_active boolean not null default true,
    created_at timestamptz not null,
    password_changed_at timestamptz not null,
    primary key (project_id, username),
    unique (username)
);
comment on column app.users.password_hash is 'bcrypt';

create table app.login_tickets (
    project_id integer not null,
    ticket_hash text not null unique check (ticket_hash ~ '^[0-9a-f]{{64}}$'),
    username text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (project_id, ticket_hash)
);
"""
RIGHTS = """
grant select, insert on app.sessions, app.users, app.login_tickets to indigo_app;
grant update (seen_at, ended_at, end_reason) on app.sessions to indigo_app;
grant update (name, password_hash, role, entities, is_active, password_changed_at)
on app.users to indigo_app;
grant update (used_at) on app.login_tickets to indigo_app;
"""
NAMED_PROJECT = "project_id = nullif(current_setting('app.project_id', true), '')::integer"
KEYS = {"sessions": "session_hash", "users": "username", "login_tickets": "ticket_hash"}


def protect(table: str, key: str) -> str:
    """Row level security of one table: the named project's rows, or the one row named."""
    named = f"{key} = nullif(current_setting('app.{key}', true), '')"
    return f"""
        alter table app.{table} enable row level security;
        alter table app.{table} force row level security;
        create policy owner_rows on app.{table} for all to indigo_owner
        using (true) with check (true);
        create policy named_rows on app.{table} for select to indigo_app
        using ({NAMED_PROJECT} or {named});
        create policy new_rows on app.{table} for insert to indigo_app
        with check ({NAMED_PROJECT});
        create policy changed_rows on app.{table} for update to indigo_app
        using ({NAMED_PROJECT}) with check ({NAMED_PROJECT});
    """


def upgrade() -> None:
    """Create the tables with their rights and policies."""
    op.execute(TABLES)
    op.execute(RIGHTS)
    for table, key in KEYS.items():
        op.execute(protect(table, key))


def downgrade() -> None:
    """Remove the tables."""
    op.execute("drop table app.login_tickets, app.users, app.sessions")
