"""What an administration holds: ledger accounts, relations, mutations, invoices, and so on.

Amounts are Decimal euros in cents, dates are plain dates, an absent text is "" and an absent
number 0, as on the wire. Field names are the trade's; the wire's own names stand in `wire.py`.
Mutations and their lines, of which a call makes several and the books hold all, are named tuples:
those are made in a third of the time.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.vat import Side

ZERO = Decimal("0.00")


class Kind(StrEnum):
    """The kinds of mutation (Soort), by their names on the wire."""

    OPENING_BALANCE = "OpeningsSaldo"
    INVOICE_RECEIVED = "FactuurOntvangen"
    INVOICE_SENT = "FactuurVerstuurd"
    INVOICE_PAYMENT_RECEIVED = "FactuurbetalingOntvangen"
    INVOICE_PAYMENT_SENT = "FactuurbetalingVerstuurd"
    MONEY_RECEIVED = "GeldOntvangen"
    MONEY_SPENT = "GeldUitgegeven"
    MEMORIAL = "Memoriaal"


INVOICES = frozenset({Kind.INVOICE_SENT, Kind.INVOICE_RECEIVED})
INVOICE_PAYMENTS = frozenset({Kind.INVOICE_PAYMENT_RECEIVED, Kind.INVOICE_PAYMENT_SENT})
MONEY = frozenset({Kind.MONEY_RECEIVED, Kind.MONEY_SPENT})

SIDES = {
    Kind.INVOICE_SENT: Side.SALE,
    Kind.MONEY_RECEIVED: Side.SALE,
    Kind.INVOICE_RECEIVED: Side.PURCHASE,
    Kind.MONEY_SPENT: Side.PURCHASE,
}
"""Whether the VAT of a kind is that of sales or of purchases; other kinds take any code."""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A ledger account (grootboekrekening)."""

    id: int
    code: str
    description: str
    category: Category
    group: str = ""


class MutationLine(NamedTuple):
    """One line of a mutation: what went to or came from a counter account, with its VAT."""

    entered: Decimal
    excluding_vat: Decimal
    vat: Decimal
    including_vat: Decimal
    vat_code: str
    vat_percentage: Decimal
    counter_account: str
    cost_centre: int = 0


class Mutation(NamedTuple):
    """A booking; its number is 0 until the books give it one."""

    number: int
    kind: Kind
    date: date
    account: str
    lines: tuple[MutationLine, ...]
    relation: str = ""
    invoice_number: str = ""
    document: str = ""
    description: str = ""
    payment_term: str = ""
    payment_reference: str = ""
    entered_with_vat: bool = False

    @property
    def total(self) -> Decimal:
        """The amount including VAT, as the list of mutations shows it."""
        return sum([line.including_vat for line in self.lines], ZERO)


@dataclass(frozen=True, slots=True)
class Relation:
    """A customer or supplier. `details` holds what the books only keep, by its name on the wire."""

    id: int
    code: str
    company: str
    kind: str
    added: date
    details: dict[str, str] = field(default_factory=dict)
    ledger_account: int = 0
    no_email: int = 0
    newsletter_groups: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice made in e-Boekhouden itself; the price excludes VAT."""

    quantity: Decimal
    unit: str
    code: str
    description: str
    price: Decimal
    vat_code: str
    counter_account: str
    cost_centre: int = 0


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice made in e-Boekhouden itself; `mutation` is 0 when it was not booked."""

    number: str
    relation: str
    date: date
    payment_term: int
    lines: tuple[InvoiceLine, ...]
    excluding_vat: Decimal
    vat: Decimal
    mutation: int = 0

    @property
    def total(self) -> Decimal:
        """The amount including VAT."""
        return self.excluding_vat + self.vat


@dataclass(frozen=True, slots=True)
class CostCentre:
    """A cost centre (kostenplaats); a parent of 0 means that it has none."""

    id: int
    description: str
    parent: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the price list; prices are Decimal euros."""

    id: int
    code: str
    description: str
    group_code: str = ""
    group_description: str = ""
    unit: str = ""
    purchase_price: Decimal = Decimal("0.00")
    price: Decimal = Decimal("0.00")
    price_with_vat: Decimal = Decimal("0.00")
    vat_code: str = "HOOG_VERK_21"
    vat_percentage: Decimal = Decimal(21)
    counter_account: str = "8000"
    cost_centre: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still to be received or paid on one invoice of one relation."""

    date: date
    invoice_number: str
    relation: str
    amount: Decimal
    settled: Decimal

    @property
    def open(self) -> Decimal:
        """What is left of it."""
        return self.amount - self.settled
