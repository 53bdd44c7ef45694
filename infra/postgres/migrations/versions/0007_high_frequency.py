"""From how many conversations in seven days on a contact is of high frequency, per project."""

from alembic import op

revision = "0007"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table app.projects add column high_frequency_limit smallint not null default 4"
        " check (high_frequency_limit between 1 and 6)"
    )
    op.execute(
        "comment on column app.projects.high_frequency_limit is"
        " 'more conversations than this in seven days make a contact one of high frequency'"
    )


def downgrade() -> None:
    op.execute("alter table app.projects drop column high_frequency_limit")
