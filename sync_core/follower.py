"""Follows the shop in one round: polls what changed, reads it whole, lets the core decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from sync_core import invoices, till
from sync_core.adapters.bizzcloud import ID_PAGE, PAGE, Bizzcloud, Changed
from sync_core.adapters.store import Store
from sync_core.adapters.store_records import WaitingMaster
from sync_core.documents import Account, CashMove, Document, Invoice, Model, Partner, Receipt
from sync_core.effects import TryLater
from sync_core.facts import contents, facts
from sync_core.journal import IN_THE_BOOKS, OPEN, Posting, PostingState, Reason, fingerprint
from sync_core.link import Link, LinkOptions
from sync_core.masters import follow_account, follow_partner, missing_in_shop
from sync_core.progress import Progress, silent
from sync_core.recovery import settle
from sync_core.synchronizer import Subject, follow, is_promised, resume
from sync_core.wanted import Wanted
from sync_core.world import World

Item = TypeVar("Item")

RESTORED = Reason("restored-backup")

BATCH = 50
"""How many documents are read whole at a time."""

SECOND_OVER = timedelta(seconds=2)
"""How long after a reading the second is surely over in which it was made."""

RECENT = timedelta(days=1)
"""What was written longer ago was not written while it was read, however clocks may differ."""


class Follower:
    """One round of one link. `followed` counts the records that were read whole."""

    def __init__(
        self, shop: Bizzcloud, store: Store, world: World, link: Link, now: Callable[[], datetime]
    ) -> None:
        self.followed = 0
        self._shop = shop
        self._store = store
        self._world = world
        self._link = link
        self._now = now
        self._progress: Progress = silent
        self._named: set[tuple[Model, int]] = set()
        self._waiting = {(each.model, each.record) for each in store.waiting_masters(link)}

    def bring_accounts(self) -> None:
        """Bring accounts that only the books have to the shop, where the link says so."""
        if self._link.options.ledger_accounts != "both":
            return
        held = self._world.ledger_accounts(fresh=True)
        for account in missing_in_shop(held, self._shop.account_codes(), self._link.options):
            self._shop.add_account(account)

    def recover(self) -> None:
        """Settle what a dead process or a lost answer left unknown."""
        unknown = (PostingState.SENDING, PostingState.UNKNOWN)
        for posting in self._store.postings_in(self._link, unknown):
            self._world.perform(settle(posting, self._link.options))

    def retry(self) -> None:
        """Look again at what was not finished: its cause may be gone."""
        unfinished = self._store.unfinished(self._link)
        if not unfinished:
            return
        held = self._world.ledger_accounts(fresh=True)
        lacking = {
            (each.model, each.record)
            for each in self._store.waiting_masters(self._link)
            if each.reason.code == "money-account-missing"
            and each.reason.details["account"] not in held
        }
        for model, records in unfinished.items():
            # What only an account of the books can end need not be read again while it lacks.
            again = [record for record in records if (model, record) not in lacking]
            self.named(model, again)

    def pushed(self, model: Model, record: int) -> None:
        """Follow a record that the shop named, if it is one of those that are followed."""
        self.named(model, self._shop.followed_among(model, [record]))

    def named(self, model: Model, records: Sequence[int]) -> None:
        """Follow records by their ids."""
        self._named |= {(model, record) for record in records}
        for batch in _batches(records, BATCH):
            unfinished = self._follow(model, batch)
            for record in batch:
                self._store.finish(self._link, model, record, record in unfinished)
            self._world.keep()

    def compare(self, models: Sequence[Model]) -> None:
        """Follow records of the shop that were never seen, by comparing all ids."""
        for model in models:
            self._compare(model)

    def poll(self, models: Sequence[Model], progress: Progress = silent) -> None:
        """Follow what was written since the last poll, and what was overlooked in the overlap.

        One call a model when nothing is new, however much the overlap holds: then the counts by
        state are compared instead of the records. `progress` hears how far each model is.
        """
        self._progress = progress
        cursors = self._store.cursors(self._link)
        again = self._store.due_again(self._link, self._now())
        for model in models:
            self._read_again(model, again.get(model, ()))
            self._poll(model, cursors.get(model))

    def _compare(self, model: Model) -> None:
        above = 0
        while True:
            page = self._shop.ids(model, above, self._link.options.book_from)
            known = self._store.known_ids(self._link, model, page)
            self.named(model, [each for each in page if each not in known])
            if len(page) < ID_PAGE:
                return
            above = page[-1]

    def _poll(self, model: Model, cursor: tuple[datetime, int] | None) -> None:
        book_from = self._link.options.book_from
        since = None if cursor is None else cursor[0] - self._link.options.overlap
        if since is not None:
            known = self._store.counts(self._link, model, since)
            if sum(known.values()) >= PAGE:
                if self._shop.counts(model, since, book_from) == known:
                    return
                self._pages(model, since, cursor)
                known = self._store.counts(self._link, model, since)
                if self._shop.counts(model, since, book_from) == known:
                    return
        self._pages(model, since, None)

    def _read_again(self, model: Model, records: Sequence[int]) -> None:
        """Read once more what was read in the very second of its write date.

        An edit later in that second leaves the write date as it was, and perhaps the summary too.
        """
        for batch in _batches(records, BATCH):
            self.named(model, [each for each in batch if (model, each) not in self._named])
            self._store.read_again(self._link, model, batch)

    def _pages(
        self, model: Model, since: datetime | None, after: tuple[datetime, int] | None
    ) -> None:
        done, total = 0, 0
        book_from = self._link.options.book_from
        while True:
            page = self._shop.changed(model, since, after, book_from)
            if not total:
                full = len(page) == PAGE
                total = self._shop.number(model, since, book_from) if full else len(page)
            known = self._store.remembered(self._link, model, [row.id for row in page])
            fresh = [
                row
                for row in page
                if known.get(row.id) != (row.written, row.summary)
                and (model, row.id) not in self._named
            ]
            known_already = len(page) - len(fresh)
            done += known_already
            for batch in _batches(fresh, BATCH):
                self._follow_changed(model, batch, page[-1].written)
                done += len(batch)
                self._progress(model, done, max(done, total))
            if len(page) < PAGE:
                self._progress(model, done, done)
                return
            after = (page[-1].written, page[-1].id)

    def _follow_changed(self, model: Model, rows: Sequence[Changed], newest: datetime) -> None:
        """Follow polled records; `newest` is the last write date that the poll saw.

        What was written before it was not written in the second of the reading.
        """
        unfinished = self._follow(model, [row.id for row in rows])
        now = self._now()
        again = {
            row.id: now + SECOND_OVER
            for row in rows
            if row.written >= newest and now - row.written < RECENT
        }
        self._store.remember(self._link, rows, unfinished, again)
        self._world.keep()

    def _follow(self, model: Model, ids: Sequence[int]) -> frozenset[int]:
        """Follow records of a model; return those that must be looked at again."""
        self.followed += len(ids)
        unfinished = set()
        for record, finished in self._followed(model, ids):
            if not finished:
                unfinished.add(record)
            if self._world.stopped is not None:
                raise self._world.stopped
        return frozenset(unfinished)

    def _followed(self, model: Model, ids: Sequence[int]) -> Iterator[tuple[int, bool]]:
        match model:
            case "account.account":
                for account in self._shop.accounts(ids):
                    yield account.key.id, self._account(account)
            case "res.partner":
                for partner in self._shop.partners(ids):
                    yield partner.key.id, not isinstance(self._partner(partner), Reason)
            case "account.invoice":
                for invoice in self._shop.invoices(ids):
                    yield invoice.key.id, self._invoice(invoice)
            case "pos.order":
                for receipt in self._shop.receipts(ids):
                    yield receipt.key.id, self._receipt(receipt)
            case "account.bank.statement.line":
                moves, receipts = self._shop.till_lines(ids)
                for move in moves:
                    yield move.key.id, self._cash_move(move)
                yield from self._payments(receipts)

    def _account(self, account: Account) -> bool:
        try:
            reason = self._world.perform(follow_account(account, self._link.options))
        except TryLater:
            return False
        label = f"{account.code} {account.name}"
        return not self._note_waiting("account.account", account.key.id, label, reason)

    def _partner(self, partner: Partner) -> str | Reason:
        try:
            code = self._world.perform(follow_partner(partner))
        except TryLater:
            return Reason("books-not-answering")
        reason = code if isinstance(code, Reason) else None
        self._note_waiting("res.partner", partner.key.id, partner.name, reason)
        return code

    def _note_waiting(self, model: Model, record: int, label: str, reason: Reason | None) -> bool:
        """Note whether a master waits, and return whether it is to be looked at again."""
        if reason is None:
            if (model, record) in self._waiting:
                self._store.wait_no_more(self._link, model, record)
                self._waiting.remove((model, record))
            return False
        self._waiting.add((model, record))
        master = WaitingMaster(model, record, label, reason, self._now())
        return self._store.wait(self._link, master)

    def _invoice(self, invoice: Invoice) -> bool:
        if not invoice.number:
            # A draft that was named: polling finds it once it has a number.
            return True
        if invoice.state not in invoices.WANTED_STATES:
            return self._bring(invoice, {})
        relation = self._partner(invoice.partner)
        accounts = self._world.ledger_accounts()
        postings = self._store.postings(self._link.books, invoice.key)
        options = as_booked(self._link.options, postings)
        booked_on = booked_date(invoice, postings)
        wanted = invoices.wanted_by_invoice(invoice, options, accounts, relation, booked_on)
        return self._bring_invoice(invoice, wanted, relation)

    def _bring_invoice(self, invoice: Invoice, wanted: Wanted, relation: str | Reason) -> bool:
        """Book an invoice, and what was paid of it at the counter once it is in the books."""
        payments = [part for part in wanted if part != invoices.INVOICE_PART]
        if payments and not self._is_booked(invoice):
            waits = Reason("invoice-not-booked", {"number": invoice.number})
            self._bring(invoice, {**wanted, **dict.fromkeys(payments, waits)}, waits)
            if not self._is_booked(invoice):
                return self._is_finished(invoice)
        return self._bring(invoice, wanted, relation)

    def _is_booked(self, invoice: Invoice) -> bool:
        postings = self._store.postings(self._link.books, invoice.key)
        return any(
            each.part == invoices.INVOICE_PART and each.state in IN_THE_BOOKS for each in postings
        )

    def _cash_move(self, move: CashMove) -> bool:
        accounts = self._world.ledger_accounts()
        return self._bring(move, till.wanted_by_cash_move(move, self._link.options, accounts))

    def _payments(self, receipts: Mapping[int, int]) -> Iterator[tuple[int, bool]]:
        """Follow the receipts whose payments were written; `receipts` has their ids by payment."""
        finished = dict(self._followed("pos.order", sorted(set(receipts.values()))))
        for payment, receipt in receipts.items():
            yield payment, finished.get(receipt, True)

    def _receipt(self, receipt: Receipt) -> bool:
        subject = self._subject(receipt)
        postings = self._store.postings(self._link.books, receipt.key)
        if receipt.invoice is None:
            if is_promised(postings):
                self._world.perform(resume(subject))
                return self._is_finished(receipt)
            accounts = self._world.ledger_accounts()
            return self._bring(
                receipt,
                till.wanted_by_receipt(receipt, self._link.options, accounts, receipt.number),
            )
        if is_promised([each for each in postings if not each.part.startswith(till.PAYMENT_PART)]):
            payments = {each.part for each in postings if each.part.startswith(till.PAYMENT_PART)}
            if not payments:
                self._world.perform(follow(subject, {}))
        relation, options = self._book_invoice_of(receipt)
        if is_promised(postings):
            options = replace(options, book_from=None)
        accounts = self._world.ledger_accounts()
        wanted = till.wanted_by_receipt(receipt, options, accounts, relation)
        return self._bring(receipt, wanted, relation)

    def _book_invoice_of(self, receipt: Receipt) -> tuple[str | Reason, LinkOptions]:
        """Book the invoice that a receipt became, before the receipt's payments.

        Returns the relation that the payments are booked on, or why they wait, and the options
        as that invoice is booked.
        """
        assert receipt.invoice is not None
        waits = Reason("invoice-not-booked", {"number": receipt.invoice.number})
        for invoice in self._shop.invoices([receipt.invoice.id]):
            self._invoice(invoice)
            if self._is_booked(invoice):
                postings = self._store.postings(self._link.books, invoice.key)
                relation = self._partner(receipt.invoice.partner)
                return relation, as_booked(self._link.options, postings)
        return waits, self._link.options

    def _bring(self, document: Document, wanted: Wanted, relation: str | Reason = "") -> bool:
        subject = self._subject(document, relation)
        self._world.perform(follow(subject, self._asked_about(document, wanted)))
        return self._is_finished(document)

    def _asked_about(self, document: Document, wanted: Wanted) -> Wanted:
        """Let a document wait whose id belongs to another one that was booked before.

        That is what a restored backup of the shop looks like: a person must say which is right.
        """
        postings = self._store.postings(self._link.books, document.key)
        asked = all(each.wanted == fingerprint(RESTORED) for each in postings)
        told = any(each.answer and each.answer.kind == "try again" for each in postings)
        if not asked or told:
            return wanted
        if not self._store.earlier_identities(self._link.books, document.key):
            return wanted
        return dict.fromkeys(wanted, RESTORED)

    def _is_finished(self, document: Document) -> bool:
        postings = self._store.postings(self._link.books, document.key)
        return not any(each.state in OPEN for each in postings)

    def _subject(self, document: Document, relation: str | Reason = "") -> Subject:
        return Subject(
            self._link.books,
            document.key,
            document.number,
            self._link.options,
            facts(document),
            contents(document, relation),
        )


def booked_date(invoice: Invoice, postings: Sequence[Posting]) -> date | None:
    """Return under which date an invoice is in the books; None when it is not, or not any more.

    An invoice whose own date was changed since is to be dated anew.
    """
    for each in postings:
        is_first = each.part == invoices.INVOICE_PART and not each.revision
        if is_first and each.state in IN_THE_BOOKS and each.mutation is not None:
            unchanged = each.facts is None or each.facts.day == invoice.invoice_date
            return each.mutation.date if unchanged else None
    return None


def as_booked(options: LinkOptions, postings: Sequence[Posting]) -> LinkOptions:
    """Return the options for an invoice that may be in the books already.

    It stays on the debtors' account that it is on, and what is paid of it goes there too.
    """
    for each in postings:
        is_invoice = each.part == invoices.INVOICE_PART
        if is_invoice and each.state in IN_THE_BOOKS and each.mutation is not None:
            return replace(options, debtors_account=each.mutation.account)
    return options


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
