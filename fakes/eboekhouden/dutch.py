"""How e-Boekhouden's pages write amounts, days and kinds of mutation (the manual's screen)."""

import re
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


_DUTCH = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]*)(?:,(?:[0-9]{1,2}|-))?")
_WITH_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]{1,2}")


def amount_from(text: str) -> Decimal:
    """Read an amount as a bookkeeper types it; raises ValueError for what is none.

    A point before three digits stands for thousands (1.216,95 and 12.100), one before the last one
    or two for cents (1216.95).
    """
    typed = text.strip().replace("€", "").replace(" ", "")
    if _DUTCH.fullmatch(typed):
        typed = typed.replace(".", "").replace(",", ".").replace(".-", "")
    elif not _WITH_POINT.fullmatch(typed):
        typed = ""
    try:
        amount = Decimal(typed)
    except InvalidOperation as wrong:
        raise ValueError(f"{text!r} is geen bedrag") from wrong
    if abs(amount) >= Decimal(10) ** 12:
        raise ValueError(f"{text!r} is geen bedrag")
    return amount
