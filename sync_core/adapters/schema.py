"""The tables of the store. A change here comes with a migration in `migrations/versions`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones of its own."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone after turning to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

links = Table(
    "links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("database", String(100), nullable=False),
    Column("company", Integer, nullable=False),
    Column("books", String(100), nullable=False),
    Column("books_name", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("options", Text, nullable=False),
    UniqueConstraint("database", "company", "books"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("link", Integer, primary_key=True),
    Column("model", String(40), primary_key=True),
    Column("written", Moment, nullable=False),
    Column("record", Integer, nullable=False),
)
"""Up to where each model has been polled, by write date and id."""

records = Table(
    "records",
    metadata,
    Column("link", Integer, primary_key=True),
    Column("model", String(40), primary_key=True),
    Column("record", Integer, primary_key=True),
    Column("written", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("summary", Text, nullable=False),
    Column("unfinished", Boolean, nullable=False),
    Column("again", Moment),
    Index("records_again", "link", "again"),
    Index("records_by_write_date", "link", "model", "written"),
    Index("records_unfinished", "link", "unfinished"),
)
"""How each record of the shop was when it was last followed; from when it is to be read again."""

postings = Table(
    "postings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("books", String(100), nullable=False),
    Column("database", String(100), nullable=False),
    Column("company", Integer, nullable=False),
    Column("model", String(40), nullable=False),
    Column("record", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("part", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("label", String(100), nullable=False),
    Column("mutation", Text),
    Column("reason", Text),
    Column("number", Integer),
    Column("numbers", Text, nullable=False),
    Column("highest_before", Integer, nullable=False),
    Column("unknown_since", Moment),
    Column("absences", Integer, nullable=False),
    Column("looked", Moment),
    Column("attempts", Integer, nullable=False),
    Column("waiting_since", Moment),
    Column("wanted", String(16), nullable=False),
    Column("answer", Text),
    Column("facts", Text),
    Column("changed", Moment, nullable=False),
    UniqueConstraint(
        "books", "database", "company", "model", "record", "created", "part", "revision"
    ),
    Index("postings_by_state", "books", "state"),
    Index("postings_by_number", "books", "number"),
    Index("postings_by_label", "books", "label"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("books", String(100), primary_key=True),
    Column("database", String(100), primary_key=True),
    Column("company", Integer, primary_key=True),
    Column("record", Integer, primary_key=True),
    Column("created", Moment, primary_key=True),
    Column("code", String(15), nullable=False),
    Column("written", Text),
    UniqueConstraint("books", "code"),
)
"""Which relation of the books stands for which partner."""

waiting_masters = Table(
    "waiting_masters",
    metadata,
    Column("link", Integer, primary_key=True),
    Column("model", String(40), primary_key=True),
    Column("record", Integer, primary_key=True),
    Column("label", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("left_out", Text),
)
"""Ledger accounts and partners that wait for a person; `left_out` is why one is to stay so."""

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    Column("books", String(100), primary_key=True),
    Column("code", String(10), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("category", String(20), nullable=False),
)
"""The ledger accounts of the books as last read."""

named_accounts = Table(
    "named_accounts",
    metadata,
    Column("books", String(100), primary_key=True),
    Column("code", String(10), primary_key=True),
    Column("name", String(100), nullable=False),
)
"""The ledger accounts that the coupling added, with the name that it last gave them."""

held_mutations = Table(
    "held_mutations",
    metadata,
    Column("books", String(100), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("invoice_number", String(50), nullable=False),
    Column("mark_hash", String(12), nullable=False),
    Column("mutation", Text, nullable=False),
    Index("held_by_invoice_number", "books", "invoice_number"),
    Index("held_by_mark", "books", "mark_hash"),
)
"""Mutations that were seen in the books and not counted along: a person's, another coupling's."""

books = Table(
    "books",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("highest", Integer, nullable=False),
    Column("seen_to", Integer, nullable=False),
    Column("looked", Moment),
    Column("lease_owner", String(40)),
    Column("lease_until", Moment),
)
"""What is known of each set of books, and who may post to them until when."""

calls = Table(
    "calls",
    metadata,
    Column("books", String(100), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("operation", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""How many calls were made each month, against the service's quota."""
