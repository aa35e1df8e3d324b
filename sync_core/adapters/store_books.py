"""Keeps what is known of each set of books: numbers, mutations seen, accounts, leases, calls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync_core.adapters import schema
from sync_core.adapters.rows import Rows, where_at, where_equal
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

_books = schema.books.c
_SEEN = select(schema.books).where(where_equal(schema.books, "id"))
_NEW_BOOKS = insert(schema.books)
_CHANGED_BOOKS = update(schema.books).where(where_at(schema.books, "id"))
_LATER_NUMBERS = _CHANGED_BOOKS.where(
    (_books.highest < bindparam("to_highest")) | (_books.seen_to < bindparam("to_seen"))
)
_MAY_TAKE = (
    _books.lease_owner.is_(None)
    | (_books.lease_until <= bindparam("now"))
    | (_books.lease_owner == bindparam("owner"))
)
_TAKE_LEASE = _CHANGED_BOOKS.where(_MAY_TAKE)
_DROP_LEASE = _CHANGED_BOOKS.where(_books.lease_owner == bindparam("owner"))

_held = schema.held_mutations.c
_DROP_HELD = delete(schema.held_mutations).where(
    where_equal(schema.held_mutations, "books"),
    _held.number.in_(bindparam("numbers", expanding=True)),
)
_NEW_HELD = insert(schema.held_mutations)
_HELD_SINCE = select(_held.number).where(
    where_equal(schema.held_mutations, "books"), _held.number >= bindparam("first")
)
_ACCOUNTS = select(schema.ledger_accounts).where(where_equal(schema.ledger_accounts, "books"))
_DROP_ACCOUNTS = delete(schema.ledger_accounts).where(where_equal(schema.ledger_accounts, "books"))

_CALLS = select(schema.calls).where(where_equal(schema.calls, "books", "month", "operation"))
_MORE_CALLS = (
    update(schema.calls)
    .where(where_at(schema.calls, "books", "month", "operation"))
    .values(number=schema.calls.c.number + bindparam("more"))
)
_NEW_CALLS = insert(schema.calls)


class BooksRows(Rows):
    """What was seen of the books, and who may post to them."""

    def books_seen(self, books: str) -> tuple[int, int, datetime | None]:
        """Return the highest number known, up to which number all was seen, and when."""
        rows = self._rows(_SEEN, id=books)
        if not rows:
            return 0, 0, None
        return rows[0]["highest"], rows[0]["seen_to"], rows[0]["looked"]

    def note_round(
        self, books: str, month: str, calls: Mapping[str, int], numbers: tuple[int, int] | None
    ) -> None:
        """Note the calls made in a month ("2017-10"), and the numbers that were counted along.

        `numbers` are the highest known and up to which all was seen; neither ever goes back.
        """
        with self._engine.begin() as connection:
            for operation, number in calls.items():
                _count(connection, {"books": books, "month": month, "operation": operation}, number)
            if numbers is not None:
                highest, seen_to = numbers
                place = {"at_id": books, "to_highest": highest, "to_seen": seen_to}
                values = {"highest": highest, "seen_to": seen_to}
                connection.execute(_LATER_NUMBERS, {**place, **values})

    def note_seen(
        self, books: str, mutations: Sequence[BookedMutation], seen_to: int, at: datetime
    ) -> None:
        """Keep mutations that were seen in the books, and up to which number all was seen."""
        with self._engine.begin() as connection:
            if mutations:
                numbers = [each.number for each in mutations]
                connection.execute(_DROP_HELD, {"books": books, "numbers": numbers})
                connection.execute(_NEW_HELD, [_held_values(books, each) for each in mutations])
            row = connection.execute(_SEEN, {"id": books}).mappings().first()
            if row is None:
                values = {"highest": seen_to, "seen_to": seen_to, "looked": at}
                connection.execute(_NEW_BOOKS, {"id": books, **values})
                return
            values = {
                "highest": max(row["highest"], seen_to),
                "seen_to": max(row["seen_to"], seen_to),
                "looked": at,
            }
            connection.execute(_CHANGED_BOOKS, {"at_id": books, **values})

    def forget_deleted(self, books: str, first: int, present: Iterable[int]) -> None:
        """Forget mutations from a number up that the books do not hold any more."""
        known = {row["number"] for row in self._rows(_HELD_SINCE, books=books, first=first)}
        for number in known - set(present):
            self.forget_held(books, number)

    def forget_held(self, books: str, number: int) -> None:
        """Forget a mutation that was seen in the books and has been deleted there."""
        self._write(_DROP_HELD, books=books, numbers=[number])

    def held_by_mark(self, books: str, short: str) -> Sequence[BookedMutation]:
        """Return the mutations seen in the books that carry a mark with this hash."""
        return self._held(_BY_MARK, books=books, mark_hash=short)

    def held_by_invoice_number(self, books: str, number: str) -> Sequence[BookedMutation]:
        """Return the mutations seen in the books that carry this invoice number."""
        return self._held(_BY_INVOICE_NUMBER, books=books, invoice_number=number)

    def ledger_accounts(self, books: str) -> Mapping[str, LedgerAccount]:
        """Return the ledger accounts of the books as last read, by code."""
        rows = self._rows(_ACCOUNTS, books=books)
        return {
            row["code"]: LedgerAccount(row["code"], row["name"], row["category"]) for row in rows
        }

    def note_ledger_accounts(self, books: str, accounts: Iterable[LedgerAccount]) -> None:
        """Keep the ledger accounts of the books as they were read."""
        rows = [
            {"books": books, "code": each.code, "name": each.name, "category": each.category}
            for each in accounts
        ]
        with self._engine.begin() as connection:
            connection.execute(_DROP_ACCOUNTS, {"books": books})
            if rows:
                connection.execute(_NEW_ACCOUNT, rows)

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
        lease = {"lease_owner": owner, "lease_until": now + length}
        try:
            return self._lease_taken(books, {"now": now, "owner": owner}, lease)
        except IntegrityError:
            # Another process was the first to note these books, in the same moment.
            return False

    def _lease_taken(self, books: str, who: Mapping[str, Any], lease: Mapping[str, Any]) -> bool:
        with self._engine.begin() as connection:
            if connection.execute(_TAKE_LEASE, {"at_id": books, **who, **lease}).rowcount == 1:
                return True
            if connection.execute(_SEEN, {"id": books}).first():
                return False
            connection.execute(_NEW_BOOKS, {"id": books, "highest": 0, "seen_to": 0, **lease})
            return True

    def drop_lease(self, books: str, owner: str) -> None:
        """Give up the right to post, if it is ours."""
        self._write(_DROP_LEASE, at_id=books, owner=owner, lease_owner=None, lease_until=None)

    def calls(self, books: str, month: str, operation: str) -> int:
        """Return how many calls of an operation were made in a month ("2017-10")."""
        rows = self._rows(_CALLS, books=books, month=month, operation=operation)
        return int(rows[0]["number"]) if rows else 0

    def _held(self, query: Any, **values: str) -> Sequence[BookedMutation]:
        return [
            BookedMutation(row["number"], _mutations.validate_json(row["mutation"]))
            for row in self._rows(query, **values)
        ]


def _count(connection: Connection, key: Mapping[str, str], number: int) -> None:
    """Add to the calls of an operation that were made in a month."""
    place = {f"at_{name}": value for name, value in key.items()}
    if connection.execute(_MORE_CALLS, {**place, "more": number}).rowcount == 0:
        connection.execute(_NEW_CALLS, {**key, "number": number})


def _held_values(books: str, each: BookedMutation) -> dict[str, Any]:
    return {
        "books": books,
        "number": each.number,
        "invoice_number": each.mutation.invoice_number,
        "mark_hash": mark_hash(each.mutation.reference) or "",
        "mutation": _mutations.dump_json(each.mutation).decode(),
    }
