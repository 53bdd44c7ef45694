"""Endpoints a project has otherwise, and a place for those that have no table of their own.

`other_lists` and `other_statistics` have the shape of the resources' tables; their keys begin with
the endpoint's name and a colon, so that an endpoint can be added without a table being made.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = """
create table raw.other_lists (
    project_id integer not null,
    record_key text not null check (record_key like '%:%'),
    payload jsonb not null,
    payload_hash bytea not null,
    batch_id bigint not null,
    loaded_at timestamptz not null,
    deleted_at timestamptz,
    primary key (project_id, record_key)
);
create table raw.other_statistics (
    project_id integer not null,
    stat_id text not null check (stat_id like '%:%'),
    stats_date date not null,
    payload jsonb not null,
    payload_hash bytea not null,
    batch_id bigint not null,
    loaded_at timestamptz not null,
    deleted_at timestamptz,
    primary key (project_id, stat_id)
);
create index other_statistics_stats_date on raw.other_statistics (project_id, stats_date);
grant select, insert, update on raw.other_lists, raw.other_statistics to indigo_ingest;
grant select, delete on raw.other_lists, raw.other_statistics to indigo_purge;

alter table app.projects add column endpoint_overrides jsonb not null default '{}'
    check (jsonb_typeof(endpoint_overrides) = 'object');
comment on column app.projects.endpoint_overrides is
    'what this project has otherwise than the file of endpoints, in its shape below `endpoints`';
"""


def upgrade() -> None:
    """Create the tables and the column."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove them."""
    op.execute("alter table app.projects drop column endpoint_overrides")
    op.execute("drop table raw.other_statistics, raw.other_lists")
