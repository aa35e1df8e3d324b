"""What Bizzcloud hands over: partners, ledger accounts, invoices and receipts.

Amounts are euros (of a document in another `currency`: that) as Decimal, rounded to cents where
they entered; dates are dates; moments are aware and in UTC. Facts: `contracts/evidence/bizzcloud`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Model = Literal[
    "account.account",
    "res.partner",
    "account.invoice",
    "pos.order",
    "account.bank.statement.line",
]

EURO = "EUR"
"""The one currency that is booked; what is in another waits."""


@dataclass(frozen=True, order=True)
class DocumentKey:
    """The identity of a record.

    The create date is part of it: a database that is restored gives an old id to a new record,
    and another create date tells that it is another one.
    """

    database: str
    company: int
    model: Model
    id: int
    created: datetime


@dataclass(frozen=True)
class Tax:
    """A tax of Bizzcloud; `rate` is a fraction (0.21), `description` what an invoice shows.

    `is_percentage` is False for one that is an amount, or computed otherwise: its rate means
    nothing then.
    """

    id: int
    name: str
    description: str
    rate: Decimal
    is_percentage: bool = True


class AccountNature(StrEnum):
    """What a ledger account is for, as far as copying it depends on it."""

    BALANCE = "balance"
    PROFIT_AND_LOSS = "profit and loss"
    MONEY = "money"
    NOT_POSTED_TO = "view or closed"


@dataclass(frozen=True)
class Account:
    """A ledger account. `holds_tax`: some tax of the shop books its VAT there."""

    key: DocumentKey
    code: str
    name: str
    nature: AccountNature
    holds_tax: bool
    active: bool


@dataclass(frozen=True)
class Partner:
    """A customer; for a contact person, the company that the person belongs to.

    `reference_is_unique` tells whether no other partner has the same reference.
    """

    key: DocumentKey
    reference: str
    reference_is_unique: bool
    name: str
    is_company: bool
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    vat_number: str = ""


class InvoiceState(StrEnum):
    """Odoo's states of an invoice."""

    DRAFT = "draft"
    PROFORMA = "proforma"
    PROFORMA2 = "proforma2"
    OPEN = "open"
    PAID = "paid"
    CANCEL = "cancel"


@dataclass(frozen=True)
class DocumentLine:
    """A line of an invoice or a receipt: its account, its amount without tax, and the tax on it.

    `tax_amount` is known for a receipt's line (Bizzcloud prints it per line) and None for an
    invoice's, whose tax is printed per rate. `account_code` is "" where the shop has none.
    """

    text: str
    account_code: str
    account_name: str
    subtotal: Decimal
    taxes: tuple[Tax, ...]
    tax_amount: Decimal | None = None


@dataclass(frozen=True)
class PrintedTax:
    """One tax as the invoice prints it; `tax` is None where it is none of the lines' taxes."""

    name: str
    tax: Tax | None
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class InvoicePayment:
    """What was paid on an invoice outside the till's receipts, in euros.

    `id` is that of the payment's entry line; `journal_type` is Odoo's: "cash" or "bank". What is
    given back on a credit note is negative.
    """

    id: int
    day: date
    journal: int
    journal_code: str
    journal_name: str
    journal_type: str
    amount: Decimal


@dataclass(frozen=True)
class SourceReceipt:
    """The receipt of the till that an invoice was made of."""

    number: str
    moment: datetime


@dataclass(frozen=True)
class Invoice:
    """A sales invoice or a credit note, whose amounts are positive here too (as Odoo has them).

    `origin` is the number of another document that it is about, where Bizzcloud says so.
    """

    key: DocumentKey
    is_credit_note: bool
    state: InvoiceState
    number: str
    invoice_date: date | None
    due_date: date | None
    partner: Partner
    currency: str
    lines: tuple[DocumentLine, ...]
    taxes: tuple[PrintedTax, ...]
    total: Decimal
    origin: str = ""
    payments: tuple[InvoicePayment, ...] = ()
    receipt: SourceReceipt | None = None


@dataclass(frozen=True)
class Payment:
    """What was paid at the till by one journal, change already netted.

    `journal_type` is Odoo's: "cash" or "bank".
    """

    journal: int
    journal_code: str
    journal_name: str
    journal_type: str
    amount: Decimal


@dataclass(frozen=True)
class ReceiptInvoice:
    """The invoice that was made of a receipt."""

    id: int
    number: str
    partner: Partner


@dataclass(frozen=True)
class Receipt:
    """A till transaction; a return has negative amounts. `total` includes `tax`."""

    key: DocumentKey
    number: str
    reference: str
    state: str
    moment: datetime
    lines: tuple[DocumentLine, ...]
    payments: tuple[Payment, ...]
    total: Decimal
    tax: Decimal
    invoice: ReceiptInvoice | None
    currency: str = EURO


@dataclass(frozen=True)
class CashMove:
    """Cash put in a till (positive) or taken out of it, beside what was sold.

    `number` is the till session's with the line's id; `is_difference` tells that the cash was
    counted and this was too much or too little.
    """

    key: DocumentKey
    number: str
    text: str
    day: date
    amount: Decimal
    journal_code: str
    journal_name: str
    journal_type: str
    is_difference: bool
    currency: str = EURO


@dataclass(frozen=True)
class CashReceived:
    """Cash from a customer beside the till's receipts, in euros; `id` is that of its entry line."""

    id: int
    day: date
    text: str
    amount: Decimal


Document = Invoice | Receipt | CashMove
