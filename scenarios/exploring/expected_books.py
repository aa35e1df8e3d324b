"""What books should hold after a history: a small model of its own, the judge of `explore`.

Written from the manual and from what a document becomes in the books, and sharing no code with
the coupling. It follows the steps of a story: what the shop holds, what the link saw at each sync,
and from that the totals that a bookkeeper would draw up. It looks at nothing that was called.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scenarios.exploring.expected_documents import (
    CODE_OF_ANOTHER,
    EXPORT,
    BookedLine,
    Document,
    booked_lines,
    total,
)
from scenarios.exploring.expected_totals import (
    MONEY,
    balances,
    invoices,
    received,
    turnover,
    vat_return,
)
from scenarios.language import steps
from scenarios.language.expectations import Expectations
from scenarios.language.steps import Step
from scenarios.language.tables import Table
from scenarios.language.values import AMSTERDAM

TAX_OF_CODE: Mapping[str, str] = {"HOOG_VERK_21": "21", "LAAG_VERK": "6", "BU_EU_VERK": EXPORT}
"""The tax of each VAT code that a bookkeeper uses in a history."""

LEDGER = Table(
    ("Code", "Omschrijving"),
    (("8011", "Rekening 8011"), ("8012", "Rekening 8012"), ("8020", "Omzet producten")),
)
"""The bookkeeper's own accounts, whose names no shop changes."""

CASH = "cash"


class ExpectedBooks:
    """Follows a history of steps; `expectations` tells what each set of books should hold then.

    Faults, crashes, repeated steps, masters that change, audits and a period that is closed for a
    while change nothing that it expects, which is the promise.
    """

    def __init__(self, first_company: str, now: datetime) -> None:
        self._now = now
        self._shop: list[Document] = []
        self._receipts: dict[str, int] = {}
        self._numbers: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._books: defaultdict[str, dict[int, Document]] = defaultdict(dict)
        self._book_from: dict[str, date] = {}
        self._first = self._last_company = first_company
        self._linked: str | None = None
        self._by_hand: defaultdict[str, list[Document]] = defaultdict(list)
        self._proposed: dict[str, str | None] = {CASH: MONEY["cash"], "card": MONEY["bank"]}
        self._chosen: Mapping[str, str] = {}
        self._cash: list[tuple[date, Decimal]] = []
        self._cash_booked: defaultdict[str, dict[int, Decimal]] = defaultdict(dict)
        self._corrected: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)

    def follow(self, step: Step) -> None:
        """Take a step of the history."""
        rule = RULES.get(type(step))
        if rule is not None:
            rule(self, step)

    def document(self, name: str) -> Document:
        """Return what the shop holds of an invoice by its number, or of a receipt by its name."""
        return self._shop[self._place(name)]

    def expectations(self, company: str) -> Expectations:
        """Return what the books of a company should hold now."""
        held = [*self._books[company].values(), *self._by_hand[company]]
        cash = self._cash_booked[company]
        moved = [(self._cash[place][0], amount) for place, amount in cash.items()]
        return Expectations(
            administration=company,
            turnover=turnover(held),
            received=received(held, [*moved, *self._corrected[company]]),
            ledger_accounts=LEDGER,
            invoices=invoices(held),
            vat_return=vat_return(held),
            balances=balances(held, sum(cash.values(), Decimal(0))),
        )

    @property
    def companies(self) -> Sequence[str]:
        """The companies whose books were ever linked."""
        return list(self._book_from)

    def link(self, step: steps.Link) -> None:
        """A link is to the books that are named, else to those that were linked last."""
        company = step.administration or self._last_company
        self._linked = self._last_company = company
        if step.book_from is not None:
            self._book_from[company] = step.book_from
        self._book_from.setdefault(company, self._today)
        self._chosen = step.payment_accounts

    def unlink(self, _step: steps.Unlink) -> None:
        """Nothing is taken away, and nothing follows."""
        self._linked = None

    def settings(self, step: steps.Settings) -> None:
        """A person chooses the accounts of ways of payment."""
        if "payment_accounts" in step.model_fields_set:
            self._chosen = step.payment_accounts

    def sync(self, _step: steps.Sync) -> None:
        """All that the shop holds is booked as it is now."""
        self._look_at_all()

    def push(self, step: steps.Push) -> None:
        """A document that is named is booked as it is now."""
        name = step.invoice or step.receipt
        if name is not None:
            self._look_at(self._place(name))

    def invoice(self, step: steps.Invoice) -> None:
        """An invoice gets the next number of this year when it is opened."""
        if not step.draft:
            of_namesake = step.partner == CODE_OF_ANOTHER
            self._add(step.date, booked_lines(step.lines), self._next("F"), of_namesake=of_namesake)

    def credit_note(self, step: steps.CreditNote) -> None:
        """A credit note of a whole invoice has its lines negated, whatever total was typed."""
        of = self.document(step.of or "")
        self._add(step.date, of.negated(), self._next("SCNJ"), of_namesake=of.of_namesake)

    def receipt(self, step: steps.Receipt) -> None:
        """A receipt is of today, whenever a till that was offline sold it: Bizzcloud says no more.

        One that is invoiced takes the next invoice number.
        """
        number = self._next("F") if step.invoiced else None
        if step.as_ is not None:
            self._receipts[step.as_] = len(self._shop)
        self._add(None, booked_lines(step.lines), number, step.paid)

    def invoice_receipt(self, step: steps.InvoiceReceipt) -> None:
        """A receipt becomes an invoice, which takes the next number."""
        self._change(step.receipt, number=self._next("F"))

    def edit_receipt(self, step: steps.EditReceipt) -> None:
        """Other amounts are typed over what was paid in some ways."""
        self._change(step.receipt, paid={**self.document(step.receipt).paid, **step.paid})

    def payment_journal(self, step: steps.PaymentJournal) -> None:
        """Cash goes to kas and what banks bring to "pin onderweg"; for another kind a person says.

        What comes later from the bank's import is never booked on the account of that import.
        """
        self._proposed[step.name] = MONEY.get(step.type)

    def cancel(self, step: steps.Cancel) -> None:
        """A cancelled invoice comes to nothing."""
        self._change(step.invoice, cancelled=True)

    def edit(self, step: steps.Edit) -> None:
        """A changed invoice keeps its number; its total is computed anew with its lines."""
        if step.lines:
            self._change(step.invoice, lines=booked_lines(step.lines), typed_total=None)
        if step.recompute_taxes:
            self._change(step.invoice, typed_total=None)
        if step.total is not None:
            self._change(step.invoice, typed_total=step.total)

    def pay(self, step: steps.Pay) -> None:
        """Cash taken for an invoice comes to kas; a payment by bank is the bookkeeper's own."""
        if step.by == CASH:
            paid = self.document(step.invoice).paid
            self._change(step.invoice, paid={**paid, CASH: paid.get(CASH, 0) + step.amount})

    def cash(self, step: steps.Cash) -> None:
        """Cash goes in the till or out of it, beside what is sold."""
        amount = step.in_ if step.in_ is not None else -(step.out or Decimal(0))
        self._cash.append((self._today, amount))

    def advance(self, step: steps.Advance) -> None:
        """Time passes, and the coupling may look meanwhile."""
        self._now = step.to or self._now + (step.by or self._now - self._now)
        if step.sync_every is not None:
            self._look_at_all()

    def books(self, step: steps.Books) -> None:
        """What the bookkeeper books by hand is in her books, next to whatever the coupling does."""
        if step.book is not None:
            lines = tuple(
                BookedLine(line.account, TAX_OF_CODE[line.vat_code], line.amount, line.vat)
                for line in step.book.lines
            )
            made = Document(step.book.date, lines, step.book.invoice)
            self._by_hand[step.administration or self._first].append(made)

    def _look_at_all(self) -> None:
        for place in range(len(self._shop)):
            self._look_at(place)
        if self._linked is None:
            return
        for place, (day, amount) in enumerate(self._cash):
            if day >= self._book_from[self._linked]:
                self._cash_booked[self._linked][place] = amount

    def _look_at(self, place: int) -> None:
        """Book what a document of the shop is now, unless it is too old or was never wanted.

        A receipt that is booked stays as it is, until it becomes an invoice.
        """
        document = self._shop[place]
        if self._linked is None or document.day < self._book_from[self._linked]:
            return
        held = self._books[self._linked]
        accounts = {**self._proposed, **self._chosen}
        before = held.get(place)
        if document.cancelled:
            if before is not None:
                held[place] = replace(document, lines=())
        elif before is not None and before.is_receipt:
            if not document.is_receipt:
                self._take_back(before)
                held[place] = document.booked(accounts)
        elif not document.waits(accounts):
            held[place] = document.booked(accounts)

    def _take_back(self, receipt: Document) -> None:
        """A receipt that becomes an invoice is taken back today, not on its own day."""
        assert self._linked is not None
        amount = total(receipt.lines)
        self._corrected[self._linked] += [(receipt.day, amount), (self._today, -amount)]

    def _add(
        self,
        day: date | None,
        lines: tuple[BookedLine, ...],
        number: str | None,
        paid: Mapping[str, Decimal] | None = None,
        of_namesake: bool = False,
    ) -> None:
        day = day or self._today
        self._shop.append(Document(day, lines, number, paid or {}, of_namesake=of_namesake))

    def _change(self, name: str, **values: Any) -> None:
        place = self._place(name)
        self._shop[place] = replace(self._shop[place], **values)

    def _next(self, prefix: str) -> str:
        year = self._today.year
        self._numbers[prefix, year] += 1
        return f"{prefix}/{year}/{self._numbers[prefix, year]:04}"

    def _place(self, name: str) -> int:
        if name in self._receipts:
            return self._receipts[name]
        return next(at for at, document in enumerate(self._shop) if document.number == name)

    @property
    def _today(self) -> date:
        return self._now.astimezone(AMSTERDAM).date()


RULES: Mapping[type[Step], Callable[[ExpectedBooks, Any], None]] = {
    steps.Link: ExpectedBooks.link,
    steps.Relink: ExpectedBooks.link,
    steps.Unlink: ExpectedBooks.unlink,
    steps.Settings: ExpectedBooks.settings,
    steps.Sync: ExpectedBooks.sync,
    steps.Push: ExpectedBooks.push,
    steps.Invoice: ExpectedBooks.invoice,
    steps.CreditNote: ExpectedBooks.credit_note,
    steps.Receipt: ExpectedBooks.receipt,
    steps.InvoiceReceipt: ExpectedBooks.invoice_receipt,
    steps.EditReceipt: ExpectedBooks.edit_receipt,
    steps.PaymentJournal: ExpectedBooks.payment_journal,
    steps.Cancel: ExpectedBooks.cancel,
    steps.Edit: ExpectedBooks.edit,
    steps.Pay: ExpectedBooks.pay,
    steps.Cash: ExpectedBooks.cash,
    steps.Advance: ExpectedBooks.advance,
    steps.Books: ExpectedBooks.books,
}
"""How each step changes what is expected; steps that are not here change nothing."""
