"""How e-Boekhouden's pages write amounts, days and kinds of mutation (the manual's screen)."""

from datetime import date
from decimal import Decimal, InvalidOperation

from fakes.eboekhouden.records import Kind, Mutation

KINDS = {
    Kind.OPENING_BALANCE: "Beginsaldo",
    Kind.INVOICE_RECEIVED: "Fact ontv",
    Kind.INVOICE_SENT: "Fact verst",
    Kind.INVOICE_PAYMENT_RECEIVED: "Fact bet ontv",
    Kind.INVOICE_PAYMENT_SENT: "Fact bet verst",
    Kind.MONEY_RECEIVED: "Geld ontv",
    Kind.MONEY_SPENT: "Geld uitg",
    Kind.MEMORIAL: "Memoriaal",
}
"""The screen's words; those for invoices are the manual's, the others ours in the same style."""


def euros(amount: Decimal) -> str:
    """Write an amount with two places: 1.216,95."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def day(on: date) -> str:
    """Write a day as dd-mm-jjjj."""
    return f"{on:%d-%m-%Y}"


def counter_accounts(mutation: Mutation) -> str:
    """Write a mutation's counter accounts, each once, ascending: 4650,8015."""
    return ",".join(sorted({line.counter_account for line in mutation.lines}))


def amount_from(text: str) -> Decimal:
    """Read an amount as it is typed: 1.216,95 or 1216.95 or -5; raises ValueError."""
    typed = text.strip().replace("€", "").replace(" ", "")
    if "," in typed:
        typed = typed.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(typed)
    except InvalidOperation as wrong:
        raise ValueError(f"{text!r} is geen bedrag") from wrong
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
        raise ValueError(f"{text!r} is geen bedrag")
    return amount
