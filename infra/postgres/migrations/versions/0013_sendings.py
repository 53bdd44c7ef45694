"""An index by which a build finds messages of campaigns without reading all messages of a day."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; most messages belong to no sending, so it is small."""
    op.execute(
        "create index messages_sending on raw.messages (project_id, sent_at)"
        " where sending_id is not null and deleted_at is null"
    )


def downgrade() -> None:
    """Remove the index."""
    op.execute("drop index raw.messages_sending")
