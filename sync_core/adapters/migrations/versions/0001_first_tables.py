"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "bindings",
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("database", sa.String(length=100), nullable=False),
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("written", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("books", "database", "company", "record", "created"),
        sa.UniqueConstraint("books", "code"),
    )
    op.create_table(
        "books",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("seen_to", sa.Integer(), nullable=False),
        sa.Column("looked", sa.DateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "calls",
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("books", "month", "operation"),
    )
    op.create_table(
        "cursors",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("written", sa.DateTime(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link", "model"),
    )
    op.create_table(
        "held_mutations",
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("invoice_number", sa.String(length=50), nullable=False),
        sa.Column("mark_hash", sa.String(length=12), nullable=False),
        sa.Column("mutation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("books", "number"),
    )
    with op.batch_alter_table("held_mutations", schema=None) as batch_op:
        batch_op.create_index("held_by_invoice_number", ["books", "invoice_number"], unique=False)
        batch_op.create_index("held_by_mark", ["books", "mark_hash"], unique=False)

    op.create_table(
        "ledger_accounts",
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("books", "code"),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("database", sa.String(length=100), nullable=False),
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("books_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("database", "company", "books"),
    )
    op.create_table(
        "named_accounts",
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("books", "code"),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("books", sa.String(length=100), nullable=False),
        sa.Column("database", sa.String(length=100), nullable=False),
        sa.Column("company", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("mutation", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("highest_before", sa.Integer(), nullable=False),
        sa.Column("unknown_since", sa.DateTime(), nullable=True),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(), nullable=True),
        sa.Column("wanted", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "books", "database", "company", "model", "record", "created", "part", "revision"
        ),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("postings_by_number", ["books", "number"], unique=False)
        batch_op.create_index("postings_by_state", ["books", "state"], unique=False)

    op.create_table(
        "records",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("written", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("unfinished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("link", "model", "record"),
    )
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.create_index("records_by_write_date", ["link", "model", "written"], unique=False)
        batch_op.create_index("records_unfinished", ["link", "unfinished"], unique=False)

    op.create_table(
        "waiting_masters",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", "model", "record"),
    )
