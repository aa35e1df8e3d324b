"""What a till's documents become in the books: receipts, and cash put in or taken out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sync_core.booking_dates import booking_date, booking_day, check_date, dated
from sync_core.booking_lines import Placed, place, with_own_tax
from sync_core.bookings import LedgerAccount, Mutation, MutationKind, MutationLine
from sync_core.documents import CashMove, Payment, Receipt
from sync_core.journal import Reason
from sync_core.link import LinkOptions
from sync_core.shares import share_along, share_out
from sync_core.till_payments import money_account, payment_of_invoice
from sync_core.vat import NEEDS_VAT_NUMBER, NO_VAT
from sync_core.wanted import (
    Waits,
    Wanted,
    check_account,
    check_currency,
    mutation_or_reason,
    shortened,
)

JOURNAL_PART = "journal:"
"""Begins the part of a receipt that was paid by one journal; the journal's id follows."""

PAYMENT_PART = "payment:"
"""Begins the part of a payment of a receipt that was invoiced; the journal's id follows."""

WHOLE_PART = "receipt"
"""The part of a receipt that nothing was paid on, or that waits as a whole."""

CASH_PART = "cash"
BOOKED_RECEIPT_STATES = frozenset({"paid", "done", "invoiced"})
NO_MONEY = Decimal(0)


def wanted_by_receipt(
    document: Receipt,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Wanted:
    """Return what a till receipt wants: one mutation for each journal that it was paid by.

    One that was invoiced wants its payments only: the invoice is the turnover. `relation` is that
    of the invoice's customer and plays no part otherwise.
    """
    day = booking_day(document.moment)
    if document.state not in BOOKED_RECEIPT_STATES:
        return {}
    if options.book_from is not None and day < options.book_from:
        return {}
    if document.invoice is not None:
        number = document.invoice.number
        return {
            f"{PAYMENT_PART}{payment.journal}": payment_of_invoice(
                payment, number, day, options, accounts, relation
            )
            for payment in document.payments
            if payment.amount
        }
    try:
        return _receipt_mutations(document, booking_date(day, options), options, accounts)
    except Waits as waits:
        return {WHOLE_PART: waits.reason}


def wanted_by_cash_move(
    document: CashMove, options: LinkOptions, accounts: Mapping[str, LedgerAccount]
) -> Wanted:
    """Return what cash put in or taken out wants: money against the clearing account.

    What was counted too much or too little goes to the account for differences. Neither is
    turnover, and both are outside VAT.
    """
    if options.book_from is not None and document.day < options.book_from:
        return {}
    if not document.amount:
        return {}
    return {CASH_PART: mutation_or_reason(lambda: _cash_mutation(document, options, accounts))}


def _receipt_mutations(
    document: Receipt,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
) -> Wanted:
    check_currency(document.currency)
    check_date(day)
    paid = sum((payment.amount for payment in document.payments), NO_MONEY)
    if paid != document.total:
        details = {"paid": str(paid), "document": str(document.total)}
        raise Waits(Reason("payments-differ", details))
    placed = place(document.lines, day, options, accounts)
    _check_anonymous(placed)
    lines = with_own_tax(placed, document.total, document.tax)
    payments = [payment for payment in document.payments if payment.amount]
    description = dated(
        f"Kassabon {document.number} {document.reference}", booking_day(document.moment), day
    )
    template = Mutation(
        kind=MutationKind.MONEY_RECEIVED,
        date=day,
        account="",
        description=description,
        lines=(),
        includes_vat=True,
    )
    if not payments:
        if all(line.including == 0 and line.vat == 0 for line in lines):
            return {}
        check_account(options.cash_account, accounts)
        return {WHOLE_PART: replace(template, account=options.cash_account, lines=tuple(lines))}
    shared = _over_journals(lines, payments, options.clearing_account)
    if any(line.counter_account == options.clearing_account for each in shared for line in each):
        check_account(options.clearing_account, accounts)
    return {
        f"{JOURNAL_PART}{payment.journal}": replace(
            template,
            account=money_account(payment, options, accounts),
            lines=tuple(of_journal),
        )
        for payment, of_journal in zip(payments, shared, strict=True)
    }


def _over_journals(
    lines: Sequence[MutationLine], payments: Sequence[Payment], clearing_account: str
) -> list[list[MutationLine]]:
    """Share a receipt's lines out over its payments, each journal and each rate exact.

    A journal that ends opposite to the receipt (cash-back) goes through the clearing account.
    """
    total = sum((line.including for line in lines), NO_MONEY)
    sign = -1 if total < 0 else 1
    opposite = sum((p.amount for p in payments if p.amount * sign < 0), NO_MONEY)
    rows = list(lines)
    if opposite:
        rows.append(MutationLine(clearing_account, NO_VAT, -opposite, NO_MONEY))
    same_way = [payment.amount for payment in payments if payment.amount * sign > 0]
    cells = share_out([row.including for row in rows], same_way)
    vat = [share_along(row.vat, row.including, cell) for row, cell in zip(rows, cells, strict=True)]
    shared: list[list[MutationLine]] = []
    column = 0
    for payment in payments:
        if payment.amount * sign < 0:
            back = MutationLine(clearing_account, NO_VAT, payment.amount, NO_MONEY)
            shared.append([back])
            continue
        shared.append(
            [
                replace(row, excluding=cells[at][column] - vat[at][column], vat=vat[at][column])
                for at, row in enumerate(rows)
                if cells[at][column] or vat[at][column]
            ]
        )
        column += 1
    return shared


def _cash_mutation(
    document: CashMove, options: LinkOptions, accounts: Mapping[str, LedgerAccount]
) -> Mutation:
    check_currency(document.currency)
    check_date(document.day)
    other = options.difference_account if document.is_difference else options.clearing_account
    check_account(other, accounts)
    name = "Kasverschil" if document.is_difference else "Kas"
    return Mutation(
        kind=MutationKind.MONEY_RECEIVED,
        date=document.day,
        account=money_account(document, options, accounts),
        description=shortened(f"{name} {document.number} {document.text}"),
        lines=(MutationLine(other, NO_VAT, document.amount, NO_MONEY),),
        includes_vat=True,
    )


def _check_anonymous(placed: Sequence[Placed]) -> None:
    """Let a receipt wait that is taxed as only a sale to a known company can be."""
    needing = sorted({each.vat_code for each in placed} & NEEDS_VAT_NUMBER)
    if needing:
        raise Waits(Reason("receipt-without-customer", {"codes": ", ".join(needing)}))
