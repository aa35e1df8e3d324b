"""Reads Bizzcloud: what has changed, and whole documents in batches.

It writes one thing alone: a ledger account that only the books have. Wire values (floats, False for
empty, [id, name]) end here. Facts: `contracts/evidence/bizzcloud`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import requests

from sync_core.access import BizzcloudAccess
from sync_core.adapters.bizzcloud_documents import (
    CashMoveReader,
    CashReader,
    InvoiceReader,
    ReceiptReader,
)
from sync_core.adapters.bizzcloud_masters import ALSO_INACTIVE, MasterReader
from sync_core.adapters.odoo_rpc import OdooRpc
from sync_core.adapters.odoo_values import moment, text
from sync_core.bookings import LedgerAccount
from sync_core.documents import (
    Account,
    CashMove,
    CashReceived,
    DocumentKey,
    Invoice,
    Model,
    Partner,
    Receipt,
    Tax,
)

PAGE = 200
"""How many changed records one poll takes at most."""

ID_PAGE = 5000
"""How many ids one comparison takes at most."""


@dataclass(frozen=True)
class Changed:
    """A record that a poll named: enough to see whether it is as it was.

    `summary` holds what tells a change within the same second, since write dates have no finer
    grain. `state` is "" for models that have none.
    """

    model: Model
    id: int
    written: datetime
    state: str
    summary: str


@dataclass(frozen=True)
class _Watched:
    """How to poll a model: which records, and which fields beside the write date."""

    domain: tuple[tuple[str, str, Any] | str, ...]
    fields: tuple[str, ...]
    dated_by: str = ""
    of_company: bool = True


WATCHED: Mapping[Model, _Watched] = {
    "account.account": _Watched((), ("code", "name", "active")),
    "res.partner": _Watched((("customer", "=", True),), ("name", "active"), of_company=False),
    "account.invoice": _Watched(
        (("type", "in", ["out_invoice", "out_refund"]), ("internal_number", "!=", False)),
        ("state", "number", "amount_total", "amount_tax", "residual"),
        dated_by="date_invoice",
    ),
    "pos.order": _Watched(
        (("state", "in", ["paid", "done", "invoiced"]),),
        ("state", "invoice_id"),
        dated_by="date_order",
    ),
    "account.bank.statement.line": _Watched(
        (
            ("statement_id.pos_session_id", "!=", False),
            "|",
            "&",
            ("pos_statement_id", "=", False),
            ("journal_id.type", "=", "cash"),
            ("pos_statement_id.state", "=", "invoiced"),
        ),
        ("name", "amount"),
        dated_by="date",
    ),
}
"""What is followed: customers, documents once they have a number or are paid, and cash moves.

The payments of a receipt that was invoiced are too: whoever types over one leaves the write date of
the receipt as it was.
"""

STATEFUL: Sequence[Model] = ("account.invoice", "pos.order")


class Bizzcloud:
    """An instance of Bizzcloud, seen by one user."""

    def __init__(self, access: BizzcloudAccess, session: requests.Session) -> None:
        self.access = access
        self._rpc = OdooRpc(access, session)
        self._company: int | None = None

    @property
    def company(self) -> int:
        """The id of the company that the user works in."""
        if self._company is None:
            (user,) = self._rpc.execute("res.users", "read", [self._rpc.user], ["company_id"])
            self._company = int(user["company_id"][0])
        return self._company

    def changed(
        self,
        model: Model,
        since: datetime | None,
        after: tuple[datetime, int] | None = None,
        book_from: date | None = None,
    ) -> list[Changed]:
        """Return one page of what was written since a moment, oldest write date first.

        `after` continues behind the last record of the page before; `book_from` leaves out
        documents dated before it. A page holds at most `PAGE` records. What has no write date is
        found by its id alone (`ids`).
        """
        watched = WATCHED[model]
        domain = [*self._domain(model, since, book_from), ["write_date", "!=", False]]
        if after is not None:
            domain += _behind(*after)
        rows = self._rpc.execute(
            model,
            "search_read",
            domain,
            ["write_date", *watched.fields],
            order="write_date, id",
            limit=PAGE,
            context=ALSO_INACTIVE,
        )
        return [_changed(model, row) for row in rows]

    def holds_documents(self) -> bool:
        """Tell whether there are any invoices or receipts yet."""
        return any(
            self._rpc.execute(model, "search", self._domain(model, None, None), limit=1)
            for model in STATEFUL
        )

    def ids(self, model: Model, above: int, book_from: date | None = None) -> list[int]:
        """Return one page of the ids of all followed records, rising, from above an id."""
        domain = [*self._domain(model, None, book_from), ["id", ">", above]]
        found = self._rpc.execute(
            model, "search", domain, order="id", limit=ID_PAGE, context=ALSO_INACTIVE
        )
        return [int(each) for each in found]

    def followed_among(self, model: Model, ids: Sequence[int]) -> list[int]:
        """Return which of these records are followed at all.

        A supplier's invoice, another company's or what has been deleted is not.
        """
        domain = [*self._domain(model, None, None), ["id", "in", list(ids)]]
        found = self._rpc.execute(model, "search", domain, order="id", context=ALSO_INACTIVE)
        return [int(each) for each in found]

    def existing(self, model: Model, ids: Sequence[int]) -> frozenset[DocumentKey]:
        """Return the identities of those of these records that there are."""
        found: set[DocumentKey] = set()
        for start in range(0, len(ids), ID_PAGE):
            domain = [["id", "in", list(ids[start : start + ID_PAGE])]]
            rows = self._rpc.execute(
                model, "search_read", domain, ["create_date"], context=ALSO_INACTIVE
            )
            found |= {self._masters().key(model, row) for row in rows}
        return frozenset(found)

    def known_numbers(self, numbers: Sequence[str]) -> frozenset[str]:
        """Return which of these numbers some invoice has, whatever its state or date."""
        rows = self._rpc.execute(
            "account.invoice", "search_read", [["internal_number", "in", list(numbers)]],
            ["internal_number"],
        )  # fmt: skip
        return frozenset(text(row["internal_number"]) for row in rows)

    def counts(
        self, model: Model, since: datetime | None, book_from: date | None = None
    ) -> Mapping[str, int]:
        """Return how many records were written since a moment, by state: one small answer."""
        if model not in STATEFUL:
            number = self.number(model, since, book_from)
            return {"": number} if number else {}
        domain = self._domain(model, since, book_from)
        groups = self._rpc.execute(
            model, "read_group", domain, ["state"], ["state"], context=ALSO_INACTIVE
        )
        return {text(group["state"]): int(group["state_count"]) for group in groups}

    def written_from(
        self, model: Model, since: datetime, place: int, book_from: date | None = None
    ) -> list[datetime]:
        """Return when the records from a place on (0 is the first) were written since a moment.

        By write date; of two records at most.
        """
        rows = self._rpc.execute(
            model,
            "search_read",
            self._domain(model, since, book_from),
            ["write_date"],
            order="write_date, id",
            offset=place,
            limit=2,
            context=ALSO_INACTIVE,
        )
        return [moment(row["write_date"]) for row in rows]

    def number(self, model: Model, since: datetime | None, book_from: date | None = None) -> int:
        """Return how many records were written since a moment."""
        domain = self._domain(model, since, book_from)
        return int(self._rpc.execute(model, "search_count", domain, context=ALSO_INACTIVE))

    def accounts(self, ids: Sequence[int]) -> list[Account]:
        """Read ledger accounts whole."""
        return self._masters().accounts(ids)

    def partners(self, ids: Sequence[int]) -> list[Partner]:
        """Read customers whole; a contact person is given as the company it belongs to."""
        return self._masters().partners(ids)

    def invoices(self, ids: Sequence[int]) -> list[Invoice]:
        """Read sales invoices and credit notes whole, in a handful of calls for all of them."""
        return InvoiceReader(self._rpc, self._masters()).read(ids)

    def receipts(self, ids: Sequence[int]) -> list[Receipt]:
        """Read till receipts whole, in a handful of calls for all of them."""
        return ReceiptReader(self._rpc, self._masters()).read(ids)

    def sales_taxes(self) -> list[Tax]:
        """Return the taxes of sales that are in use."""
        domain = [["company_id", "=", self.company], ["type_tax_use", "in", ["sale", "all"]]]
        ids = self._rpc.execute("account.tax", "search", domain, order="sequence, id")
        taxes = self._masters().taxes
        return [taxes[each] for each in ids]

    def payment_journals(self) -> list[tuple[str, str, str]]:
        """Return code, name and type of the journals in which a till or a counter is paid."""
        journals = self._masters().journals
        return [each for each in journals.values() if each[2] in ("cash", "bank")]

    def account_codes(self) -> frozenset[str]:
        """Return the codes of all ledger accounts, also those that are no longer in use."""
        rows = self._rpc.execute(
            "account.account", "search_read", [["company_id", "=", self.company]], ["code"],
            context=ALSO_INACTIVE,
        )  # fmt: skip
        return frozenset(text(row["code"]) for row in rows)

    def add_account(self, account: LedgerAccount) -> None:
        """Add a ledger account of the books to the shop; raises RefusedByShop."""
        report = "asset"
        if account.category == "VW":
            report = "income" if account.code.startswith("8") else "expense"
        kinds = self._rpc.execute("account.account.type", "search", [["report_type", "=", report]])
        values = {
            "code": account.code,
            "name": account.name,
            "type": "other",
            "user_type": kinds[0] if kinds else False,
            "company_id": self.company,
        }
        self._rpc.execute("account.account", "create", values)

    def cash_received(self, since: date) -> list[CashReceived]:
        """Return the cash that customers paid from a day on, but for the till's receipts."""
        domain = [
            ["journal_id.type", "=", "cash"],
            ["account_id.type", "=", "receivable"],
            ["date", ">=", since.isoformat()],
        ]
        return CashReader(self._rpc).read(domain)

    def till_lines(self, ids: Sequence[int]) -> tuple[list[CashMove], Mapping[int, int]]:
        """Read cash put in a till and taken out of it; of payments only their receipt's id."""
        return CashMoveReader(self._rpc, self._masters()).read(ids)

    def _masters(self) -> MasterReader:
        return MasterReader(self._rpc, self.access.database, self.company)

    def _domain(self, model: Model, since: datetime | None, book_from: date | None) -> list[Any]:
        watched = WATCHED[model]
        domain: list[Any] = [
            term if isinstance(term, str) else list(term) for term in watched.domain
        ]
        if watched.of_company:
            domain.append(["company_id", "=", self.company])
        if since is not None:
            domain.append(["write_date", ">=", _wire(since)])
        if book_from is not None and watched.dated_by in ("date_invoice", "date"):
            domain.append([watched.dated_by, ">=", book_from.isoformat()])
        if book_from is not None and watched.dated_by == "date_order":
            # A receipt's day is Amsterdam's, its moment UTC's: take a day more, `till.py` decides.
            day_before = book_from - timedelta(days=1)
            domain.append(["date_order", ">=", f"{day_before.isoformat()} 00:00:00"])
        return domain


def _behind(written: datetime, record_id: int) -> list[Any]:
    last = _wire(written)
    return [
        "|",
        ["write_date", ">", last],
        "&",
        ["write_date", "=", last],
        ["id", ">", record_id],
    ]


def _changed(model: Model, row: Mapping[str, Any]) -> Changed:
    fields = WATCHED[model].fields
    return Changed(
        model=model,
        id=int(row["id"]),
        written=moment(row["write_date"]),
        state=text(row.get("state")) if model in STATEFUL else "",
        summary="|".join(str(row.get(field)) for field in fields),
    )


def _wire(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
