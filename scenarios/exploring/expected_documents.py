"""A document as the judge of `explore` has it: lines to the cent, what was paid, if it waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from scenarios.language.steps import InvoiceLine

RATES: Mapping[str, Decimal] = {"21": Decimal("0.21"), "6": Decimal("0.06")}
"""The rates of the taxes that the model knows."""

NO_TAX = "none"
EXPORT = "BTW export buiten EU"
"""The shop's tax on what leaves the EU."""

CODE_OF_ANOTHER = "K0009"
"""The reference of a customer that is the code of somebody else in all books."""

CENT = Decimal("0.01")
NOTHING = Decimal(0)


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
        sign * cents(excl * RATES.get(line.vat, NOTHING)),
    )


def booked_lines(lines: Iterable[InvoiceLine]) -> tuple[BookedLine, ...]:
    """Return what lines of a document come to."""
    return tuple(booked_line(line) for line in lines)


def comes_to_half_a_cent(line: InvoiceLine) -> bool:
    """Tell whether a line or its tax lies exactly between two cents."""
    excl = line.quantity * line.price * (100 - line.discount) / 100
    tax = cents(excl) * RATES.get(line.vat, NOTHING)
    return any(amount * 100 % 1 == Decimal("0.5") for amount in (excl, tax))


def total(lines: Iterable[BookedLine]) -> Decimal:
    """Return what lines come to, including VAT."""
    return sum((line.excl + line.tax for line in lines), NOTHING)


AccountsOfMoney = Mapping[str, str | None]
"""The account of each way of payment, None while nobody has chosen one."""


@dataclass(frozen=True)
class Document:
    """An invoice, credit note or receipt as the shop holds it now.

    `number` is that of its invoice, None for a receipt without; `paid` is euros by way of payment;
    `typed_total` is what somebody wrote over the total of an invoice, `of_namesake` whether its
    customer's code is another's in the books. `money` is euros by account, known once it is booked.
    """

    day: date
    lines: tuple[BookedLine, ...]
    number: str | None = None
    paid: Mapping[str, Decimal] = field(default_factory=dict)
    cancelled: bool = False
    typed_total: Decimal | None = None
    of_namesake: bool = False
    money: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_receipt(self) -> bool:
        """Whether it is a receipt that has not become an invoice."""
        return self.number is None

    def waits(self, accounts: AccountsOfMoney) -> bool:
        """Whether a person must act first.

        For a customer whose code is another's, a line without tax on an account for turnover, a
        total that is not that of the lines, a receipt that is not paid for exactly or in a way that
        no account is chosen for.
        """
        due = total(self.lines)
        if self.of_namesake or any(line.vat == NO_TAX for line in self.lines):
            return True
        if self.typed_total is not None and self.typed_total != due:
            return True
        if not self.is_receipt:
            return False
        ways = [way for way, amount in self.paid.items() if amount]
        return sum(self.paid.values()) != due or any(accounts[way] is None for way in ways)

    def booked(self, accounts: AccountsOfMoney) -> "Document":
        """Return it with what it brought to each account of money.

        A payment of an invoice waits by itself for its account.
        """
        money: dict[str, Decimal] = {}
        for way, amount in self.paid.items():
            account = accounts[way]
            if account is not None:
                money[account] = money.get(account, NOTHING) + amount
        return replace(self, money=money)

    def negated(self) -> tuple[BookedLine, ...]:
        """Return the lines of a credit note for the whole of it."""
        return tuple(replace(line, excl=-line.excl, tax=-line.tax) for line in self.lines)
