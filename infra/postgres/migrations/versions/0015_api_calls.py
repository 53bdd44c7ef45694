"""The request log: what was asked of the API, how it answered, how long it took.

It holds no credential and no content: parameters are projects, days, pages and limits.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = """
create table raw.api_calls (
    project_id integer not null,
    call_id bigint generated always as identity,
    run_id text not null,
    endpoint text not null,
    parameters jsonb not null,
    called_at timestamptz not null,
    status smallint,
    row_count integer,
    byte_count bigint not null,
    ms integer not null,
    error text,
    primary key (project_id, call_id)
);
create index api_calls_called_at on raw.api_calls (project_id, called_at);
comment on column raw.api_calls.status is
    'in the body where it says one, else of HTTP; null when no answer came';
comment on column raw.api_calls.error is 'what the try failed with, by name; null when it did not';
grant select, insert on raw.api_calls to indigo_ingest;
grant select, delete on raw.api_calls to indigo_purge;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("drop table raw.api_calls")
