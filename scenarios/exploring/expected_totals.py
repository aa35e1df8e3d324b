"""What a bookkeeper would draw up of documents that are in her books: totals and lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from scenarios.exploring.expected_documents import EXPORT, Document, cents, total
from scenarios.language.expectations import INVOICES, VAT_RETURN
from scenarios.language.tables import Table, amount_text

BOX_OF_VAT: Mapping[str, str] = {"21": "1a", "6": "1b", EXPORT: "3a"}
"""The box of the VAT return in which each tax counts, in 2017."""

MONEY: Mapping[str, str] = {"cash": "1000", "bank": "1050"}
"""The account of money that each type of payment journal is proposed."""

DEBTORS = "1300"
CLEARING = "2000"
"""Kruisposten, through which cash goes that is neither sold for nor owed."""

CHOSEN = "1055"
"""The account that a person chooses for a payment journal that none is proposed for."""


def turnover(held: Iterable[Document]) -> dict[str, Decimal]:
    """Return the turnover of each account that has any: euros excluding VAT."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in held:
        for line in document.lines:
            totals[line.account] += line.excl
    return {code: totals[code] for code in sorted(totals) if totals[code]}


def received(
    held: Iterable[Document], besides: Iterable[tuple[date, Decimal]]
) -> dict[date, Decimal]:
    """Return what came in at the till each day without an invoice: euros including VAT."""
    totals: defaultdict[date, Decimal] = defaultdict(Decimal)
    for document in held:
        if document.is_receipt:
            totals[document.day] += total(document.lines)
    for day, amount in besides:
        totals[day] += amount
    return {day: totals[day] for day in sorted(totals) if totals[day]}


def invoices(held: Iterable[Document]) -> Table:
    """Return each invoice that comes to something, once."""
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


def vat_return(held: Iterable[Document]) -> Table:
    """Return the VAT return by box."""
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


def balances(held: Iterable[Document], cash_moved: Decimal) -> dict[str, Decimal]:
    """Return what the accounts of money, of debtors and Kruisposten come to, debit positive.

    `cash_moved` is what was put in the till beside what was sold, less what was taken out.
    """
    found = {code: Decimal(0) for code in (*MONEY.values(), CHOSEN, DEBTORS, CLEARING)}
    found[MONEY["cash"]] += cash_moved
    found[CLEARING] -= cash_moved
    for document in held:
        if not document.is_receipt:
            found[DEBTORS] += total(document.lines)
        for account, amount in document.money.items():
            found[account] += amount
            if not document.is_receipt:
                found[DEBTORS] -= amount
    return {code: cents(balance) for code, balance in found.items()}
