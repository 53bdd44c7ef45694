"""The audit log is read page by page, the newest event first, and a page finds its place."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Events of one instant are told apart by their number, in the log as in the queue."""
    op.execute("drop index app.audit_log_time")
    op.execute(
        "create index audit_log_time on app.audit_log (project_id, happened_at desc, event_id desc)"
    )


def downgrade() -> None:
    """Order them by their place in the chain again."""
    op.execute("drop index app.audit_log_time")
    op.execute(
        "create index audit_log_time on app.audit_log (project_id, happened_at desc, position desc)"
    )
