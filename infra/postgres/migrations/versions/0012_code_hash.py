"""Each published version remembers the warehouse code it was built with."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; null until the next publication, which then builds every day."""
    op.execute("alter table app.data_versions add column code_hash text")
    op.execute(
        "comment on column app.data_versions.code_hash is "
        "'fingerprint of the models, macros and seeds that built it; null: not known'"
    )


def downgrade() -> None:
    """Forget which code built the data."""
    op.execute("alter table app.data_versions drop column code_hash")
