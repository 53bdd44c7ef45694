"""Rows in the API's pages against rows in raw, per endpoint and day, as of the last read of it.

Numbers only. A day of messages or statistics is one of the source (UTC), because whole days of it
is what a window asks for; of a list it is the local day on which it was read.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = """
create table raw.reconciliation (
    project_id integer not null,
    endpoint text not null,
    day date not null,
    api_rows bigint not null,
    duplicate_rows bigint not null,
    rejected_rows bigint not null,
    quarantined_rows bigint not null,
    left_out_rows bigint not null,
    kept_rows bigint not null,
    replayed_rows bigint not null default 0,
    raw_rows bigint not null,
    unexplained_rows bigint not null generated always as (
        raw_rows - api_rows + duplicate_rows + rejected_rows + quarantined_rows + left_out_rows
        - kept_rows - replayed_rows
    ) stored,
    run_id text not null,
    reconciled_at timestamptz not null,
    primary key (project_id, endpoint, day)
);
comment on column raw.reconciliation.left_out_rows is
    'of days that are not kept any more, of contacts nobody knows, of other projects';
comment on column raw.reconciliation.kept_rows is
    'in raw though not sent: the new version was set aside, or the window did not answer for it';
comment on column raw.reconciliation.replayed_rows is 'set aside by the read, loaded by a replay';
grant select, insert, update on raw.reconciliation to indigo_ingest;
grant select on raw.reconciliation to indigo_owner;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("drop table raw.reconciliation")
