"""Alerts: what is wrong with a project's data, since when, and who has been told.

Only the owner reads and writes them; they are for those who operate the product, not for tenants.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = """
create table app.alerts (
    project_id integer not null,
    kind text not null,
    subject text not null,
    opened_at timestamptz not null,
    last_seen_at timestamptz not null,
    times integer not null default 1,
    resolved_at timestamptz,
    alerted jsonb not null default '{}',
    recovered jsonb not null default '{}',
    primary key (project_id, kind, subject)
);
comment on column app.alerts.alerted is 'channel: the instant its last alert was delivered';
comment on column app.alerts.recovered is 'channel: the instant its last recovery was delivered';
alter table app.alerts enable row level security;
alter table app.alerts force row level security;
create policy owner_rows on app.alerts for all to indigo_owner using (true) with check (true);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("drop table app.alerts")
