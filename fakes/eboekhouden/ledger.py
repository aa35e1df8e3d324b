"""Double entry: what a mutation does to each account, and the balances that follow.

How the service books a mutation on its accounts is not in evidence; the entries below are the
trade's (evidence: eb-entries). Of every mutation the entries add up to nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.records import (
    INVOICE_PAYMENTS,
    INVOICES,
    SIDES,
    ZERO,
    Kind,
    Mutation,
    OpenItem,
)
from fakes.eboekhouden.vat import VAT_CODES, Side

DEBITS_ITS_ACCOUNT = {
    Kind.OPENING_BALANCE: True,
    Kind.INVOICE_RECEIVED: False,
    Kind.INVOICE_SENT: True,
    Kind.INVOICE_PAYMENT_RECEIVED: True,
    Kind.INVOICE_PAYMENT_SENT: False,
    Kind.MONEY_RECEIVED: True,
    Kind.MONEY_SPENT: False,
    Kind.MEMORIAL: True,
}
"""Whether a positive mutation of this kind debits its own account (Rekening) or credits it."""


class Entry(NamedTuple):
    """An amount on an account; debit is positive."""

    account: str
    amount: Decimal
    cost_centre: int


def vat_category(mutation: Mutation, vat_code: str) -> Category:
    """Return the category of the account that the VAT of a line is booked on."""
    if SIDES.get(mutation.kind) is Side.PURCHASE:
        return Category.INPUT_VAT
    return VAT_CODES[vat_code].account


def entries(mutation: Mutation, vat_accounts: dict[Category, str]) -> list[Entry]:
    """Return what a mutation books; `vat_accounts` names the account of each VAT category."""
    debits = DEBITS_ITS_ACCOUNT[mutation.kind]
    booked = []
    total = ZERO
    for line in mutation.lines:
        vat, centre = line.vat, line.cost_centre
        total += line.including_vat
        amount = line.including_vat - vat
        booked.append(Entry(line.counter_account, -amount if debits else amount, centre))
        if vat:
            account = vat_accounts[vat_category(mutation, line.vat_code)]
            booked.append(Entry(account, -vat if debits else vat, centre))
    booked.append(Entry(mutation.account, total if debits else -total, 0))
    return booked


class Balances:
    """The balance of every account, kept up with each mutation that is booked or deleted."""

    def __init__(self) -> None:
        self._totals: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        self._by_day: defaultdict[str, defaultdict[tuple[date, int], Decimal]] = defaultdict(
            lambda: defaultdict(lambda: ZERO)
        )

    def add(self, on: date, booked: Iterable[Entry], times: int = 1) -> None:
        """Add entries of one day; `times` -1 takes them out again."""
        for account, entered, centre in booked:
            amount = entered if times == 1 else times * entered
            self._totals[account] += amount
            self._by_day[account][on, centre] += amount

    def total(self, account: str) -> Decimal:
        """Return the balance of an account over all time; debit is positive."""
        return self._totals.get(account, ZERO)

    def between(
        self, account: str, first: date | None, last: date | None, cost_centre: int = 0
    ) -> Decimal:
        """Return what an account moved from `first` to `last`, both included; None is no limit.

        A cost centre of 0 counts all of them.
        """
        if first is None and last is None and not cost_centre:
            return self.total(account)
        days: Mapping[tuple[date, int], Decimal] = self._by_day.get(account, {})
        return sum(
            (
                amount
                for (day, centre), amount in days.items()
                if (first is None or first <= day)
                and (last is None or day <= last)
                and (not cost_centre or centre == cost_centre)
            ),
            ZERO,
        )

    def used(self, account: str) -> bool:
        """Tell whether anything was ever booked on an account."""
        return account in self._totals


class OpenItems:
    """What debtors and creditors still have open, kept up with each mutation."""

    def __init__(self) -> None:
        self._items: dict[tuple[Side, str, str], _Item] = {}
        self._open: dict[tuple[Side, str, str], _Item] = {}

    def add(self, mutation: Mutation, times: int = 1) -> None:
        """Take in an invoice or a payment of one; `times` -1 takes it out again."""
        is_invoice = mutation.kind in INVOICES
        if not is_invoice and mutation.kind not in INVOICE_PAYMENTS:
            return
        key = (_side(mutation.kind), mutation.relation, mutation.invoice_number)
        item = self._items.get(key)
        if item is None:
            item = self._items[key] = _Item()
        if is_invoice:
            item.invoiced[mutation.date] += times
            item.amount += times * mutation.total
        else:
            item.paid[mutation.date] += times
            item.settled += times * mutation.total
        if item.amount != item.settled:
            self._open[key] = item
        else:
            self._open.pop(key, None)

    def of(self, side: Side) -> list[OpenItem]:
        """Return what is open with debtors (SALE) or creditors (PURCHASE), oldest first."""
        found = [
            OpenItem(item.date, number, relation, item.amount, item.settled)
            for (kept_side, relation, number), item in self._open.items()
            if kept_side is side
        ]
        return sorted(found, key=lambda item: (item.date, item.invoice_number))

    def open_of(self, side: Side, relation: str, invoice_number: str) -> Decimal:
        """Return what one invoice still has open; nothing when it is not known."""
        item = self._open.get((side, relation, invoice_number))
        return item.amount - item.settled if item else ZERO


@dataclass(slots=True)
class _Item:
    """What was invoiced and paid under one number, and how many of each there are on a day."""

    amount: Decimal = ZERO
    settled: Decimal = ZERO
    paid: Counter[date] = field(default_factory=Counter)
    invoiced: Counter[date] = field(default_factory=Counter)

    @property
    def date(self) -> date:
        """The day of the first invoice, or of the first payment while there is no invoice."""
        return min(+self.invoiced or +self.paid)


def _side(kind: Kind) -> Side:
    if kind in (Kind.INVOICE_SENT, Kind.INVOICE_PAYMENT_RECEIVED):
        return Side.SALE
    return Side.PURCHASE
