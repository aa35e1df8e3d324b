"""What books should hold after a history: a small model of its own, the judge of `explore`.

Written from the manual and from what a document becomes in the books, and sharing no code with
the coupling. It follows the steps of a story: what the shop holds, what the link saw at each sync,
and from that the totals that a bookkeeper would draw up. It looks at nothing that was called.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scenarios.language import steps
from scenarios.language.expectations import INVOICES, VAT_RETURN, Expectations
from scenarios.language.steps import InvoiceLine, Step
from scenarios.language.tables import Table, amount_text
from scenarios.language.values import AMSTERDAM

RATES: Mapping[str, Decimal] = {"21": Decimal("0.21"), "6": Decimal("0.06")}
"""The rates of the taxes that the model knows."""

NO_TAX = "none"
EXPORT = "BTW export buiten EU"
"""The shop's tax on what leaves the EU."""

BOX_OF_VAT: Mapping[str, str] = {"21": "1a", "6": "1b", EXPORT: "3a"}
"""The box of the VAT return in which each tax counts, in 2017."""

TAX_OF_CODE: Mapping[str, str] = {"HOOG_VERK_21": "21", "LAAG_VERK": "6", "BU_EU_VERK": EXPORT}
"""The tax of each VAT code that a bookkeeper uses in a history."""

MONEY: Mapping[str, str] = {"cash": "1000", "card": "1050"}
"""The account of each way of payment."""

DEBTORS = "1300"
CENT = Decimal("0.01")


LEDGER = Table(
    ("Code", "Omschrijving"),
    (("8011", "Rekening 8011"), ("8012", "Rekening 8012"), ("8020", "Omzet producten")),
)
"""The bookkeeper's own accounts, whose names no shop changes."""


def cents(amount: Decimal) -> Decimal:
    """Round to cents, halves away from nothing, as Bizzcloud does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class BookedLine:
    """A line as the books should have it: euros, excluding VAT and VAT."""

    account: str
    vat: str
    excl: Decimal
    tax: Decimal


def booked_line(line: InvoiceLine, sign: int = 1) -> BookedLine:
    """Return what a line of a document comes to; tax is rounded for each line."""
    excl = cents(line.quantity * line.price * (100 - line.discount) / 100)
    return BookedLine(
        line.account,
        line.vat,
        sign * excl,
        sign * cents(excl * RATES.get(line.vat, Decimal(0))),
    )


def comes_to_half_a_cent(line: InvoiceLine) -> bool:
    """Tell whether a line or its tax lies exactly between two cents."""
    excl = line.quantity * line.price * (100 - line.discount) / 100
    tax = cents(excl) * RATES.get(line.vat, Decimal(0))
    return any(amount * 100 % 1 == Decimal("0.5") for amount in (excl, tax))


def total(lines: Iterable[BookedLine]) -> Decimal:
    """Return what lines come to, including VAT."""
    return sum((line.excl + line.tax for line in lines), Decimal(0))


@dataclass(frozen=True)
class Document:
    """An invoice, credit note or receipt as the shop holds it now.

    `number` is that of its invoice, None for a receipt without; `paid` is euros by way of payment.
    """

    day: date
    lines: tuple[BookedLine, ...]
    number: str | None = None
    paid: Mapping[str, Decimal] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def waits(self) -> bool:
        """Whether a person must act first: a line without tax on an account for turnover."""
        return any(line.vat == NO_TAX for line in self.lines)


class ExpectedBooks:
    """Follows a history of steps; `expectations` tells what each set of books should hold then.

    Knows invoices, credit notes, receipts, edits, cancelling, pushes, time, linking, unlinking,
    linking again and what a bookkeeper books by hand. Faults, crashes, repeated steps and a period
    that is closed for a while change nothing that it expects, which is the promise.
    """

    def __init__(self, first_company: str, now: datetime) -> None:
        self._now = now
        self._shop: list[Document] = []
        self._numbers: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._books: defaultdict[str, dict[int, Document]] = defaultdict(dict)
        self._book_from: dict[str, date] = {}
        self._first = self._last_company = first_company
        self._linked: str | None = None
        self._by_hand: defaultdict[str, list[Document]] = defaultdict(list)

    def follow(self, step: Step) -> None:
        """Take a step of the history."""
        rule = RULES.get(type(step))
        if rule is not None:
            rule(self, step)

    def expectations(self, company: str) -> Expectations:
        """Return what the books of a company should hold now."""
        held = [*self._books[company].values(), *self._by_hand[company]]
        return Expectations(
            administration=company,
            turnover=_turnover(held),
            received=_received(held),
            ledger_accounts=LEDGER,
            invoices=_invoices(held),
            vat_return=_vat_return(held),
            balances=_balances(held),
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

    def unlink(self, _step: steps.Unlink) -> None:
        """Nothing is taken away, and nothing follows."""
        self._linked = None

    def sync(self, _step: steps.Sync) -> None:
        """All that the shop holds is booked as it is now."""
        self._look_at_all()

    def push(self, step: steps.Push) -> None:
        """An invoice that is named is booked as it is now."""
        if step.invoice is not None:
            self._look_at(self._place(step.invoice))

    def invoice(self, step: steps.Invoice) -> None:
        """An invoice gets the next number of this year when it is opened."""
        if not step.draft:
            self._add(step.date, _lines(step.lines), self._next("F"))

    def credit_note(self, step: steps.CreditNote) -> None:
        """A credit note of a whole invoice has its lines negated."""
        original = self._shop[self._place(step.of or "")]
        lines = tuple(replace(line, excl=-line.excl, tax=-line.tax) for line in original.lines)
        self._add(step.date, lines, self._next("SCNJ"))

    def receipt(self, step: steps.Receipt) -> None:
        """A receipt is of today; one that is invoiced takes the next invoice number."""
        number = self._next("F") if step.invoiced else None
        self._add(None, _lines(step.lines), number, step.paid)

    def cancel(self, step: steps.Cancel) -> None:
        """A cancelled invoice comes to nothing."""
        place = self._place(step.invoice)
        self._shop[place] = replace(self._shop[place], cancelled=True)

    def edit(self, step: steps.Edit) -> None:
        """A changed invoice keeps its number."""
        place = self._place(step.invoice)
        if step.lines:
            self._shop[place] = replace(self._shop[place], lines=_lines(step.lines))

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

    def _look_at(self, place: int) -> None:
        """Book what a document of the shop is now, unless it is too old or was never wanted."""
        document = self._shop[place]
        if self._linked is None or document.day < self._book_from[self._linked]:
            return
        held = self._books[self._linked]
        if not document.cancelled:
            if not document.waits:
                held[place] = document
        elif place in held:
            held[place] = replace(document, lines=())

    def _add(
        self,
        day: date | None,
        lines: tuple[BookedLine, ...],
        number: str | None,
        paid: Mapping[str, Decimal] | None = None,
    ) -> None:
        self._shop.append(Document(day or self._today, lines, number, paid or {}))

    def _next(self, prefix: str) -> str:
        year = self._today.year
        self._numbers[prefix, year] += 1
        return f"{prefix}/{year}/{self._numbers[prefix, year]:04}"

    def _place(self, number: str) -> int:
        return next(at for at, document in enumerate(self._shop) if document.number == number)

    @property
    def _today(self) -> date:
        return self._now.astimezone(AMSTERDAM).date()


RULES: Mapping[type[Step], Callable[[ExpectedBooks, Any], None]] = {
    steps.Link: ExpectedBooks.link,
    steps.Relink: ExpectedBooks.link,
    steps.Unlink: ExpectedBooks.unlink,
    steps.Sync: ExpectedBooks.sync,
    steps.Push: ExpectedBooks.push,
    steps.Invoice: ExpectedBooks.invoice,
    steps.CreditNote: ExpectedBooks.credit_note,
    steps.Receipt: ExpectedBooks.receipt,
    steps.Cancel: ExpectedBooks.cancel,
    steps.Edit: ExpectedBooks.edit,
    steps.Advance: ExpectedBooks.advance,
    steps.Books: ExpectedBooks.books,
}
"""How each step changes what is expected; steps that are not here change nothing."""


def _lines(lines: Iterable[InvoiceLine]) -> tuple[BookedLine, ...]:
    return tuple(booked_line(line) for line in lines)


def _turnover(held: Iterable[Document]) -> dict[str, Decimal]:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in held:
        for line in document.lines:
            totals[line.account] += line.excl
    return {code: totals[code] for code in sorted(totals) if totals[code]}


def _received(held: Iterable[Document]) -> dict[date, Decimal]:
    totals: defaultdict[date, Decimal] = defaultdict(Decimal)
    for document in held:
        if document.number is None:
            totals[document.day] += total(document.lines)
    return {day: totals[day] for day in sorted(totals) if totals[day]}


def _invoices(held: Iterable[Document]) -> Table:
    by_number = {one.number: one for one in held if one.number is not None}
    numbered = sorted(by_number.items())
    return Table(
        tuple(column.heading for column in INVOICES),
        tuple(
            (number, "1", amount_text(total(one.lines)))
            for number, one in numbered
            if total(one.lines)
        ),
    )


def _vat_return(held: Iterable[Document]) -> Table:
    excl: defaultdict[str, Decimal] = defaultdict(Decimal)
    tax: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in held:
        for line in document.lines:
            excl[BOX_OF_VAT[line.vat]] += line.excl
            tax[BOX_OF_VAT[line.vat]] += line.tax
    return Table(
        tuple(column.heading for column in VAT_RETURN),
        tuple(
            (box, amount_text(excl[box]), amount_text(tax[box]))
            for box in sorted(excl)
            if excl[box] or tax[box]
        ),
    )


def _balances(held: Iterable[Document]) -> dict[str, Decimal]:
    balances = {code: Decimal(0) for code in (*MONEY.values(), DEBTORS)}
    for document in held:
        if document.number is not None:
            balances[DEBTORS] += total(document.lines)
        for way, amount in document.paid.items():
            balances[MONEY[way]] += amount
            if document.number is not None:
                balances[DEBTORS] -= amount
    return {code: cents(balance) for code, balance in balances.items()}
