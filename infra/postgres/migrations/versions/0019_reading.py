"""How a project is read: days read again, and how long an empty beginning goes without a word."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = """
alter table app.projects
    add column re_read_days smallint not null default 2 check (re_read_days between 0 and 60),
    add column statistics_re_read_days smallint not null default 7
        check (statistics_re_read_days between 0 and 90),
    add column empty_windows_told smallint not null default 8 check (empty_windows_told > 0);
comment on column app.projects.re_read_days is
    'days before the last complete one whose messages are read again, because states come late';
comment on column app.projects.statistics_re_read_days is
    'days before today whose statistics of campaigns are read again';
comment on column app.projects.empty_windows_told is
    'after so many windows without a message at the beginning the run says that backfill_from is'
    ' early; it reads on';
"""


def upgrade() -> None:
    """Add the columns."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Remove them."""
    op.execute(
        "alter table app.projects drop column re_read_days, drop column statistics_re_read_days,"
        " drop column empty_windows_told"
    )
