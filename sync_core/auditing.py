"""Gathers both sides for an audit, and keeps what it proves."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime

from sync_core import audit, invoices, till
from sync_core.adapters.bizzcloud import ID_PAGE, Bizzcloud
from sync_core.adapters.store import Store
from sync_core.audit_findings import Audit, Followed, Kind
from sync_core.audit_notes import holes
from sync_core.audit_till import takings
from sync_core.booking_dates import booking_day
from sync_core.bookings import Mutation
from sync_core.documents import Document, DocumentKey, Invoice, Model, Receipt
from sync_core.facts import contents, facts
from sync_core.invoices import as_booked, booked_date
from sync_core.journal import Posting, PostingState
from sync_core.link import Link
from sync_core.recovery import WINDOW
from sync_core.synchronizer import is_promised
from sync_core.wanted import Wanted
from sync_core.world import World

BATCH = 100
"""How many documents are read whole at a time."""

NO_RELATION = "-"
"""Stands for the relation of a customer that was not followed yet."""


class Auditor:
    """One audit of one link. Reads all documents since `book from`, and all mutations."""

    def __init__(
        self, shop: Bizzcloud, store: Store, world: World, link: Link, now: Callable[[], datetime]
    ) -> None:
        self._shop = shop
        self._store = store
        self._world = world
        self._link = link
        self._now = now

    def audit(self) -> Audit:
        """Compare; save the postings that the books disprove, and note what is to be followed."""
        held = self._mutations()
        postings: dict[DocumentKey, Sequence[Posting]] = {}
        documents = list(self._documents(postings))
        not_read = self._not_read(postings.keys())
        documents += self._redated((key for key, there in not_read.items() if there), postings)
        options = self._link.options
        found = audit.compare(
            documents,
            postings,
            held,
            self._now(),
            frozenset(
                (options.debtors_account, options.clearing_account, options.difference_account)
            ),
            self._holes(documents),
            options.vat_period,
            [
                self._store.postings(self._link.books, key)
                for key, is_there in not_read.items()
                if not is_there
            ],
            self._shop.cash_received(options.book_from) if options.book_from else (),
        )
        for posting in found.disproved:
            self._store.save_posting(posting)
        for key in found.not_followed:
            self._store.finish(self._link, key.model, key.id, unfinished=True)
        return found

    def _not_read(self, read: Set[DocumentKey]) -> Mapping[DocumentKey, bool]:
        """Return the documents that were booked and not read now, and whether the shop has them."""
        not_read: defaultdict[Model, list[DocumentKey]] = defaultdict(list)
        for key in self._store.documents_in(self._link, audit.PROMISED):
            if key not in read:
                not_read[key.model].append(key)
        found: dict[DocumentKey, bool] = {}
        for model, keys in not_read.items():
            there = self._shop.existing(model, sorted({key.id for key in keys}))
            found |= {key: key in there for key in keys}
        return found

    def _redated(
        self, keys: Iterable[DocumentKey], postings: dict[DocumentKey, Sequence[Posting]]
    ) -> Iterator[Followed]:
        """Read the invoices that are dated before `book from` by now, and were not when booked."""
        book_from = self._link.options.book_from
        ids = []
        for key in keys:
            about = self._store.postings(self._link.books, key)[0].facts
            was_dated_later = about and about.day and book_from and about.day >= book_from
            if key.model == "account.invoice" and was_dated_later:
                ids.append(key.id)
        for start in range(0, len(ids), BATCH):
            yield from self._invoices(ids[start : start + BATCH], postings)

    def _holes(self, documents: Sequence[Followed]) -> Sequence[tuple[str, date]]:
        """Return the numbers that the invoices skip and that the shop does not know otherwise."""
        skipped = holes((each.label, each.day) for each in documents if each.kind == "invoice")
        known = self._shop.known_numbers([number for number, _ in skipped]) if skipped else ()
        return [(number, day) for number, day in skipped if number not in known]

    def _mutations(self) -> dict[int, Mutation]:
        last = self._world.last_number()
        held: dict[int, Mutation] = {}
        for first in range(1, last + 1, WINDOW):
            for each in self._world.window(first, first + WINDOW - 1):
                held[each.number] = each.mutation
        return held

    def _documents(self, postings: dict[DocumentKey, Sequence[Posting]]) -> Iterator[Followed]:
        for batch in self._ids("account.invoice"):
            yield from self._invoices(batch, postings)
        for batch in self._ids("pos.order"):
            for receipt in self._shop.receipts(batch):
                own = postings[receipt.key] = self._postings(receipt)
                wanted = self._wanted_of_receipt(receipt, own)
                yield self._followed(receipt, booking_day(receipt.moment), "receipt", wanted)
        for batch in self._ids("account.bank.statement.line"):
            for move in self._shop.till_lines(batch)[0]:
                postings[move.key] = self._postings(move)
                wanted = till.wanted_by_cash_move(
                    move, self._link.options, self._world.ledger_accounts()
                )
                yield self._followed(move, move.day, "cash move", wanted)

    def _invoices(
        self, ids: Sequence[int], postings: dict[DocumentKey, Sequence[Posting]]
    ) -> Iterator[Followed]:
        for invoice in self._shop.invoices(ids):
            if invoice.invoice_date is not None:
                postings[invoice.key] = self._postings(invoice)
                wanted = self._wanted(invoice)
                yield self._followed(invoice, invoice.invoice_date, "invoice", wanted)

    def _postings(self, document: Document) -> Sequence[Posting]:
        return self._store.postings(self._link.books, document.key)

    def _followed(self, document: Document, day: date, kind: Kind, wanted: Wanted) -> Followed:
        about = facts(document)
        return Followed(
            document.key,
            document.number,
            day,
            kind,
            about.total,
            wanted,
            takings(document, self._link.options) if wanted else {},
            document.origin if isinstance(document, Invoice) else "",
            contents(document).get(invoices.INVOICE_PART, ""),
        )

    def _wanted(self, invoice: Invoice) -> Wanted:
        accounts = self._world.ledger_accounts()
        binding = self._store.binding(self._link.books, invoice.partner.key)
        relation = NO_RELATION if binding is None else binding.code
        postings = self._postings(invoice)
        options = as_booked(self._link.options, postings)
        booked_on = booked_date(invoice, postings)
        return invoices.wanted_by_invoice(invoice, options, accounts, relation, booked_on)

    def _wanted_of_receipt(self, receipt: Receipt, postings: Sequence[Posting]) -> Wanted:
        """Return what a receipt wants; as promised, where its products may have changed since."""
        if receipt.invoice is None and is_promised(postings):
            promised = [each for each in postings if each.state is not PostingState.WITHDRAWN]
            return {
                f"{each.part}/{each.revision}": each.mutation for each in promised if each.mutation
            }
        accounts = self._world.ledger_accounts()
        return till.wanted_by_receipt(receipt, self._link.options, accounts, NO_RELATION)

    def _ids(self, model: Model) -> Iterator[Sequence[int]]:
        above = 0
        while True:
            page = self._shop.ids(model, above, self._link.options.book_from)
            for start in range(0, len(page), BATCH):
                yield page[start : start + BATCH]
            if len(page) < ID_PAGE:
                return
            above = page[-1]
