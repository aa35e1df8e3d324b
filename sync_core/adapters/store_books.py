"""Keeps what is known of each set of books: numbers, mutations seen, accounts, leases, calls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync_core.adapters import schema
from sync_core.adapters.rows import Rows, where_equal
from sync_core.bookings import BookedMutation, LedgerAccount, Mutation
from sync_core.journal import mark_hash

_mutations = TypeAdapter(Mutation)


def _held_by(column: str) -> Any:
    table = schema.held_mutations
    return select(table).where(where_equal(table, "books", column)).order_by(table.c.number)


_DROP_ACCOUNT = delete(schema.ledger_accounts).where(
    where_equal(schema.ledger_accounts, "books", "code")
)
_DROP_NAME = delete(schema.named_accounts).where(
    where_equal(schema.named_accounts, "books", "code")
)
_NAME_OF = select(schema.named_accounts).where(where_equal(schema.named_accounts, "books", "code"))
_NEW_ACCOUNT = insert(schema.ledger_accounts)
_NEW_NAME = insert(schema.named_accounts)
_BY_MARK = _held_by("mark_hash")
_BY_INVOICE_NUMBER = _held_by("invoice_number")


class BooksRows(Rows):
    """What was seen of the books, and who may post to them."""

    def books_seen(self, books: str) -> tuple[int, int, datetime | None]:
        """Return the highest number known, up to which number all was seen, and when."""
        rows = self._rows(select(schema.books).where(schema.books.c.id == books))
        if not rows:
            return 0, 0, None
        return rows[0]["highest"], rows[0]["seen_to"], rows[0]["looked"]

    def note_round(
        self, books: str, month: str, calls: Mapping[str, int], numbers: tuple[int, int] | None
    ) -> None:
        """Note the calls made in a month ("2017-10"), and the numbers that were counted along.

        `numbers` are the highest known and up to which all was seen; neither ever goes back.
        """
        table = schema.books
        with self._engine.begin() as connection:
            for operation, number in calls.items():
                _count(connection, {"books": books, "month": month, "operation": operation}, number)
            if numbers is not None:
                later = (table.c.highest < numbers[0]) | (table.c.seen_to < numbers[1])
                connection.execute(
                    update(table)
                    .where(and_(table.c.id == books, later))
                    .values(highest=numbers[0], seen_to=numbers[1])
                )

    def note_seen(
        self, books: str, mutations: Sequence[BookedMutation], seen_to: int, at: datetime
    ) -> None:
        """Keep mutations that were seen in the books, and up to which number all was seen."""
        held, table = schema.held_mutations, schema.books
        with self._engine.begin() as connection:
            if mutations:
                numbers = [each.number for each in mutations]
                where = and_(held.c.books == books, held.c.number.in_(numbers))
                connection.execute(delete(held).where(where))
                connection.execute(insert(held), [_held_values(books, each) for each in mutations])
            row = connection.execute(select(table).where(table.c.id == books)).mappings().first()
            if row is None:
                values = {"id": books, "highest": seen_to, "seen_to": seen_to, "looked": at}
                connection.execute(insert(table).values(values))
                return
            highest = max(row["highest"], seen_to)
            connection.execute(
                update(table)
                .where(table.c.id == books)
                .values(highest=highest, seen_to=max(row["seen_to"], seen_to), looked=at)
            )

    def forget_deleted(self, books: str, first: int, present: Iterable[int]) -> None:
        """Forget mutations from a number up that the books do not hold any more."""
        table = schema.held_mutations
        since = and_(table.c.books == books, table.c.number >= first)
        known = {row["number"] for row in self._rows(select(table.c.number).where(since))}
        for number in known - set(present):
            self.forget_held(books, number)

    def forget_held(self, books: str, number: int) -> None:
        """Forget a mutation that was seen in the books and has been deleted there."""
        table = schema.held_mutations
        self._write(delete(table).where(and_(table.c.books == books, table.c.number == number)))

    def held_by_mark(self, books: str, short: str) -> Sequence[BookedMutation]:
        """Return the mutations seen in the books that carry a mark with this hash."""
        return self._held(_BY_MARK, books=books, mark_hash=short)

    def held_by_invoice_number(self, books: str, number: str) -> Sequence[BookedMutation]:
        """Return the mutations seen in the books that carry this invoice number."""
        return self._held(_BY_INVOICE_NUMBER, books=books, invoice_number=number)

    def ledger_accounts(self, books: str) -> Mapping[str, LedgerAccount]:
        """Return the ledger accounts of the books as last read, by code."""
        table = schema.ledger_accounts
        rows = self._rows(select(table).where(table.c.books == books))
        return {
            row["code"]: LedgerAccount(row["code"], row["name"], row["category"]) for row in rows
        }

    def note_ledger_accounts(self, books: str, accounts: Iterable[LedgerAccount]) -> None:
        """Keep the ledger accounts of the books as they were read."""
        table = schema.ledger_accounts
        rows = [
            {"books": books, "code": each.code, "name": each.name, "category": each.category}
            for each in accounts
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.books == books))
            if rows:
                connection.execute(insert(table), rows)

    def note_named_account(self, books: str, account: LedgerAccount) -> None:
        """Note a ledger account that the coupling added or gave another name."""
        place = {"books": books, "code": account.code}
        with self._engine.begin() as connection:
            connection.execute(_DROP_ACCOUNT, place)
            connection.execute(_DROP_NAME, place)
            values = {**place, "name": account.name}
            connection.execute(_NEW_ACCOUNT, {**values, "category": account.category})
            connection.execute(_NEW_NAME, values)

    def name_we_gave(self, books: str, code: str) -> str | None:
        """Return the name that the coupling last gave to a ledger account that it added."""
        rows = self._rows(_NAME_OF, books=books, code=code)
        return rows[0]["name"] if rows else None

    def take_lease(self, books: str, owner: str, now: datetime, length: timedelta) -> bool:
        """Take or renew the right to post to these books; False when another holds it."""
        table = schema.books
        free = (table.c.lease_owner.is_(None)) | (table.c.lease_until <= now)
        mine = table.c.lease_owner == owner
        lease = {"lease_owner": owner, "lease_until": now + length}
        try:
            return self._lease_taken(books, free | mine, lease)
        except IntegrityError:
            # Another process was the first to note these books, in the same moment.
            return False

    def _lease_taken(self, books: str, may_take: ColumnElement[bool], lease: Any) -> bool:
        table = schema.books
        with self._engine.begin() as connection:
            taken = connection.execute(
                update(table).where(and_(table.c.id == books, may_take)).values(lease)
            )
            if taken.rowcount == 1:
                return True
            if connection.execute(select(table.c.id).where(table.c.id == books)).first():
                return False
            connection.execute(insert(table).values(id=books, highest=0, seen_to=0, **lease))
            return True

    def drop_lease(self, books: str, owner: str) -> None:
        """Give up the right to post, if it is ours."""
        table = schema.books
        where = and_(table.c.id == books, table.c.lease_owner == owner)
        self._write(update(table).where(where).values(lease_owner=None, lease_until=None))

    def calls(self, books: str, month: str, operation: str) -> int:
        """Return how many calls of an operation were made in a month ("2017-10")."""
        table = schema.calls
        where = and_(table.c.books == books, table.c.month == month, table.c.operation == operation)
        rows = self._rows(select(table.c.number).where(where))
        return int(rows[0]["number"]) if rows else 0

    def _held(self, query: Any, **values: str) -> Sequence[BookedMutation]:
        return [
            BookedMutation(row["number"], _mutations.validate_json(row["mutation"]))
            for row in self._rows(query, **values)
        ]


def _count(connection: Connection, key: Mapping[str, str], number: int) -> None:
    """Add to the calls of an operation that were made in a month."""
    table = schema.calls
    where = and_(*(table.c[name] == value for name, value in key.items()))
    counted = connection.execute(update(table).where(where).values(number=table.c.number + number))
    if counted.rowcount == 0:
        connection.execute(insert(table).values(**key, number=number))


def _held_values(books: str, each: BookedMutation) -> dict[str, Any]:
    return {
        "books": books,
        "number": each.number,
        "invoice_number": each.mutation.invoice_number,
        "mark_hash": mark_hash(each.mutation.reference) or "",
        "mutation": _mutations.dump_json(each.mutation).decode(),
    }
