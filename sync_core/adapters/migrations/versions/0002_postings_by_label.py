"""An index of the postings by the document's number; masters that a person leaves as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("postings_by_label", ["books", "label"], unique=False)
    with op.batch_alter_table("waiting_masters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_out", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("waiting_masters", schema=None) as batch_op:
        batch_op.drop_column("left_out")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index("postings_by_label")
