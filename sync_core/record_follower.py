"""Follows records whole: reads them, lets the core decide, and lets the world perform it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sync_core import invoices, till
from sync_core.adapters.bizzcloud import Bizzcloud
from sync_core.adapters.store import Store
from sync_core.adapters.store_records import WaitingMaster
from sync_core.documents import Account, CashMove, Document, Invoice, Model, Partner, Receipt
from sync_core.effects import TryLater
from sync_core.facts import contents, facts
from sync_core.journal import IN_THE_BOOKS, OPEN, Reason, fingerprint
from sync_core.link import Link, LinkOptions
from sync_core.masters import follow_account, follow_partner
from sync_core.synchronizer import Subject, follow, is_promised, resume
from sync_core.taking_over import recognise
from sync_core.wanted import Wanted
from sync_core.world import World

RESTORED = Reason("restored-backup")


class RecordFollower:
    """Brings the books what single records of the shop say now."""

    def __init__(
        self, shop: Bizzcloud, store: Store, world: World, link: Link, now: Callable[[], datetime]
    ) -> None:
        self._shop = shop
        self._store = store
        self._world = world
        self._link = link
        self._now = now
        self._waiting = {(each.model, each.record) for each in store.waiting_masters(link)}

    def followed(self, model: Model, ids: Sequence[int]) -> Iterator[tuple[int, bool]]:
        """Follow records of a model; yield the id of each, and whether it is finished."""
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
            self._recognise(invoice, [invoices.INVOICE_PART])
            return self._bring(invoice, {})
        relation = self._partner(invoice.partner)
        accounts = self._world.ledger_accounts()
        postings = self._store.postings(self._link.books, invoice.key)
        options = invoices.as_booked(self._link.options, postings)
        booked_on = invoices.booked_date(invoice, postings)
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
        finished = dict(self.followed("pos.order", sorted(set(receipts.values()))))
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
        if not postings:
            parts = [f"{till.JOURNAL_PART}{payment.journal}" for payment in receipt.payments]
            self._recognise(receipt, parts)
            postings = self._store.postings(self._link.books, receipt.key)
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
                return relation, invoices.as_booked(self._link.options, postings)
        return waits, self._link.options

    def _recognise(self, document: Document, parts: Sequence[str]) -> None:
        """Take over what the books hold of parts that a document no longer wants."""
        books, key, label = self._link.books, document.key, document.number
        self._world.perform(recognise(books, key, label, facts(document), parts))

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
