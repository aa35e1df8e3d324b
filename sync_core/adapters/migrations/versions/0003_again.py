"""Records that are to be read once more, since they were read in the second of their write date."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("again", sa.DateTime(), nullable=True))
        batch_op.create_index("records_again", ["link", "again"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.drop_index("records_again")
        batch_op.drop_column("again")
