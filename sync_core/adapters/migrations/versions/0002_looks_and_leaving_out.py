"""Postings by the document's number and by when they were looked for; masters that are left out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looked", sa.DateTime(), nullable=True))
        batch_op.create_index("postings_by_label", ["books", "label"], unique=False)
    with op.batch_alter_table("waiting_masters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_out", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("waiting_masters", schema=None) as batch_op:
        batch_op.drop_column("left_out")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index("postings_by_label")
        batch_op.drop_column("looked")
