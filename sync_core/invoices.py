"""What a sales invoice or credit note becomes in the books. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import stdnum.eu.vat

from sync_core.booking_dates import booking_date, booking_day, check_date, dated
from sync_core.booking_lines import Placed, place, with_printed_tax
from sync_core.bookings import (
    PAYMENT_DAYS_LIMIT,
    LedgerAccount,
    Mutation,
    MutationKind,
    MutationLine,
)
from sync_core.documents import Invoice, InvoiceState
from sync_core.journal import IN_THE_BOOKS, Posting, Reason
from sync_core.link import LinkOptions
from sync_core.own_dates import standing
from sync_core.till_payments import payment_of_invoice
from sync_core.vat import INSIDE_EU, NEEDS_VAT_NUMBER
from sync_core.wanted import (
    Waits,
    Wanted,
    check_account,
    check_currency,
    fitting,
    mutation_or_reason,
)

INVOICE_PART = "invoice"
COUNTER_PART = "counter:"
"""Begins the part of a payment in cash of an invoice; the payment's id follows."""

WANTED_STATES = frozenset({InvoiceState.OPEN, InvoiceState.PAID})
"""States in which an invoice is to be in the books."""


def wanted_by_invoice(
    document: Invoice,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
    booked_on: date | None = None,
) -> Wanted:
    """Return what a sales invoice or credit note wants; nothing while it is not open or paid.

    A credit note is the same kind with its amounts negated, under its own number. What was paid of
    it in cash at the counter comes after it; what was paid by bank is the bookkeeper's own.
    `relation` is the code of the customer in the books, or why there is none. `booked_on` is the
    date under which it is in the books already: its VAT codes are those of that day, and it is
    followed on whatever `book from` says since.
    """
    if document.state not in WANTED_STATES or document.invoice_date is None:
        return {}
    is_before = options.book_from is not None and document.invoice_date < options.book_from
    if is_before and booked_on is None:
        return {}
    day = booked_on or booking_date(document.invoice_date, options)

    def make() -> Mutation:
        if booked_on is None:
            _check_receipt(document, options)
        return _invoice_mutation(document, day, options, accounts, relation)

    wanted: dict[str, Mutation | Reason] = {INVOICE_PART: mutation_or_reason(make)}
    for payment in document.payments:
        if payment.journal_type == "cash" and payment.amount:
            wanted[f"{COUNTER_PART}{payment.id}"] = payment_of_invoice(
                payment, document.number, payment.day, options, accounts, relation
            )
    return wanted


def _invoice_mutation(
    document: Invoice,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation:
    check_currency(document.currency)
    check_date(day)
    if isinstance(relation, Reason):
        raise Waits(relation)
    check_account(options.debtors_account, accounts)
    placed = place(document.lines, day, options, accounts)
    _check_vat_number(document, placed)
    lines = with_printed_tax(placed, document.taxes)
    sign = -1 if document.is_credit_note else 1
    total = sum((line.including for line in lines), Decimal(0))
    if total != document.total:
        raise Waits(Reason("totals-differ", {"lines": str(total), "document": str(document.total)}))
    return fitting(
        Mutation(
            kind=MutationKind.INVOICE_SENT,
            date=day,
            account=options.debtors_account,
            description=dated(_invoice_description(document), document.invoice_date, day),
            lines=tuple(_times(line, sign) for line in lines),
            includes_vat=False,
            relation=relation,
            invoice_number=options.number_prefix + document.number,
            payment_days=_payment_days(document, day),
        )
    )


def _check_receipt(document: Invoice, options: LinkOptions) -> None:
    """Raise Waits for the invoice of a receipt that was sold before the link books anything.

    The receipt's turnover is somebody's own booking then, and would be there twice.
    """
    if document.receipt is None or options.book_from is None:
        return
    sold = booking_day(document.receipt.moment)
    if sold < options.book_from:
        details = {"receipt": document.receipt.number, "day": f"{sold:%d-%m-%Y}"}
        raise Waits(Reason("receipt-before-link", details))


def _invoice_description(document: Invoice) -> str:
    kind = "Creditnota" if document.is_credit_note else "Factuur"
    return f"{kind} {document.number} {document.partner.name}"


def _payment_days(document: Invoice, day: date) -> int:
    days = max(0, (document.due_date - day).days) if document.due_date else 0
    if len(str(days)) > PAYMENT_DAYS_LIMIT:
        raise Waits(Reason("payment-term-too-long", {"days": str(days)}))
    return days


def _check_vat_number(document: Invoice, placed: Sequence[Placed]) -> None:
    needing = sorted({each.vat_code for each in placed} & NEEDS_VAT_NUMBER)
    if not needing:
        return
    number = document.partner.vat_number
    if not number:
        raise Waits(Reason("vat-number-missing", {"codes": ", ".join(needing)}))
    if not stdnum.eu.vat.is_valid(number):
        raise Waits(Reason("vat-number-wrong", {"number": number, "codes": ", ".join(needing)}))
    abroad = sorted(INSIDE_EU.intersection(needing))
    if abroad and stdnum.eu.vat.compact(number).startswith("NL"):
        raise Waits(Reason("vat-number-dutch", {"number": number, "codes": ", ".join(abroad)}))


def _times(line: MutationLine, sign: int) -> MutationLine:
    return replace(line, excluding=line.excluding * sign, vat=line.vat * sign)


def booked_date(invoice: Invoice, postings: Sequence[Posting]) -> date | None:
    """Return under which date an invoice is in the books; None when it is not, or not any more.

    An invoice whose own date was changed since is to be dated anew.
    """
    of_invoice = [
        each for each in postings if each.part == INVOICE_PART and each.state in IN_THE_BOOKS
    ]
    before = standing(of_invoice)
    if before is None or before.own not in (None, invoice.invoice_date):
        return None
    return before.mutation.date


def as_booked(options: LinkOptions, postings: Sequence[Posting]) -> LinkOptions:
    """Return the options for an invoice that may be in the books already.

    It stays on the debtors' account that it is on, and what is paid of it goes there too.
    """
    for each in postings:
        is_invoice = each.part == INVOICE_PART
        if is_invoice and each.state in IN_THE_BOOKS and each.mutation is not None:
            return replace(options, debtors_account=each.mutation.account)
    return options
