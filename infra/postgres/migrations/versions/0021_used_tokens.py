"""Redirect tokens that were used: each counts once, whichever process sees it first.

Holds a hash and no token. The app writes rows of the project that a token names and reads none; a
second insert of the same jti of an issuer changes nothing.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = """
create table app.used_tokens (
    project_id integer not null,
    issuer text not null,
    jti_hash bytea not null check (octet_length(jti_hash) = 32),
    used_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (project_id, issuer, jti_hash)
);
comment on table app.used_tokens is
    'what may not be used again; a row serves no purpose once its token has expired';
create index used_tokens_expires_at on app.used_tokens (project_id, expires_at);
grant insert on app.used_tokens to indigo_app;
alter table app.used_tokens enable row level security;
alter table app.used_tokens force row level security;
create policy owner_rows on app.used_tokens for all to indigo_owner using (true) with check (true);
create policy named_project on app.used_tokens for insert to indigo_app
with check (project_id = nullif(current_setting('app.project_id', true), '')::integer);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("drop table app.used_tokens")
