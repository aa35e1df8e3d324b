"""An index of the postings by the document's number."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("postings_by_label", ["books", "label"], unique=False)


def downgrade() -> None:
    """Drop the index."""
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index("postings_by_label")
