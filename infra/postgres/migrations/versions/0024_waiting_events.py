"""A project reads its own events while they still wait for the chain.

What counts events (how many reveals in an hour) or shows them must not overlook the newest ones.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAMED_PROJECT = "project_id = nullif(current_setting('app.project_id', true), '')::integer"


def upgrade() -> None:
    """Let the app read the queue, one project at a time."""
    op.execute("grant select on app.audit_queue to indigo_app")
    op.execute(
        "create policy named_rows on app.audit_queue for select to indigo_app"
        f" using ({NAMED_PROJECT})"
    )


def downgrade() -> None:
    """Take the right back."""
    op.execute("drop policy named_rows on app.audit_queue")
    op.execute("revoke select on app.audit_queue from indigo_app")
