"""What a document becomes in the books, exact to the cent, or why it waits. Pure.

An invoice has one part, `invoice`, and one for each payment in cash at the counter; a receipt one
part for each payment journal it was paid by, or one for each payment once it has been invoiced.

The rules are told on the page "What a document becomes in the books" of the documentation; where
the manual is silent they are our choice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import stdnum.eu.vat

from sync_core.booking_lines import Placed, Waits, place, with_own_tax, with_printed_tax
from sync_core.bookings import (
    EARLIEST_DATE,
    LATEST_DATE,
    MUTATION_LIMITS,
    PAYMENT_DAYS_LIMIT,
    LedgerAccount,
    Mutation,
    MutationKind,
    MutationLine,
    too_long,
)
from sync_core.documents import (
    CashMove,
    Document,
    Invoice,
    InvoicePayment,
    InvoiceState,
    Payment,
    Receipt,
)
from sync_core.journal import Facts, Reason, fingerprint
from sync_core.link import LinkOptions
from sync_core.shares import share_along, share_out
from sync_core.vat import INSIDE_EU, NEEDS_VAT_NUMBER, NO_VAT

Wanted = Mapping[str, Mutation | Reason]
"""What a document wants in the books, by part: a mutation without its mark, or why it waits."""

INVOICE_PART = "invoice"
COUNTER_PART = "counter:"
"""Begins the part of a payment in cash of an invoice; the payment's id follows."""

CASH_PART = "cash"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WANTED_STATES = frozenset({InvoiceState.OPEN, InvoiceState.PAID})
BOOKED_RECEIPT_STATES = frozenset({"paid", "done", "invoiced"})
NO_MONEY = Decimal(0)


def booking_day(moment: datetime) -> date:
    """Return the day on which a shop in the Netherlands made a receipt: Amsterdam's, not UTC's."""
    return moment.astimezone(AMSTERDAM).date()


def booking_date(day: date, options: LinkOptions) -> date:
    """Return when what moves VAT is booked: its own day, or the first day that is not filed yet.

    A VAT period that was filed is never changed.
    """
    if options.filed_until is not None and day <= options.filed_until:
        return options.filed_until + timedelta(days=1)
    return day


def facts(document: Document) -> Facts:
    """Return what a person reads of a document beside its number."""
    if isinstance(document, CashMove):
        return Facts("cash move", document.text, document.day, document.amount)
    if isinstance(document, Receipt):
        partner = document.invoice.partner.name if document.invoice else ""
        return Facts("receipt", partner, booking_day(document.moment), document.total)
    sign = -1 if document.is_credit_note else 1
    return Facts(
        "credit note" if document.is_credit_note else "invoice",
        document.partner.name,
        document.invoice_date,
        sign * document.total,
        _content(document),
    )


def _content(document: Invoice) -> str:
    """Return a fingerprint of what the booking of an invoice follows from, but for settings."""
    lines = [
        (line.account_code, line.subtotal, [tax.id for tax in line.taxes])
        for line in document.lines
    ]
    printed = [(tax.name, tax.amount) for tax in document.taxes]
    wanted = document.state in WANTED_STATES
    return fingerprint((wanted, document.partner.key.id, document.total, lines, printed))


def till(document: Document, options: LinkOptions) -> Mapping[str, tuple[date, str, Decimal]]:
    """Return what a document brought in at the till, by part: the day, the account, the amount.

    A payment journal that no account is chosen for stands by its name.
    """
    if isinstance(document, CashMove):
        account = _chosen_account(document, options) or document.journal_name
        return {CASH_PART: (document.day, account, document.amount)}
    if isinstance(document, Invoice):
        return {
            f"{COUNTER_PART}{each.id}": (
                each.day,
                _chosen_account(each, options) or each.journal_name,
                each.amount,
            )
            for each in document.payments
            if each.journal_type == "cash"
        }
    day = booking_day(document.moment)
    part = "payment" if document.invoice else "journal"
    return {
        f"{part}:{each.journal}": (
            day,
            _chosen_account(each, options) or each.journal_name,
            each.amount,
        )
        for each in document.payments
    }


def invoice(
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
    date under which it is in the books already: its VAT codes are those of that day.
    """
    if document.state not in WANTED_STATES or document.invoice_date is None:
        return {}
    if options.book_from is not None and document.invoice_date < options.book_from:
        return {}
    day = booked_on or booking_date(document.invoice_date, options)
    wanted: dict[str, Mutation | Reason] = {
        INVOICE_PART: _or_reason(
            lambda: _invoice_mutation(document, day, options, accounts, relation)
        )
    }
    for payment in document.payments:
        if payment.journal_type == "cash" and payment.amount:
            wanted[f"{COUNTER_PART}{payment.id}"] = _counter_payment(
                document, payment, options, accounts, relation
            )
    return wanted


def cash_move(
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
    return {CASH_PART: _or_reason(lambda: _cash_mutation(document, options, accounts))}


def receipt(
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
        return {
            f"payment:{payment.journal}": _payment(document, payment, options, accounts, relation)
            for payment in document.payments
            if payment.amount
        }
    try:
        return _receipt_mutations(document, booking_date(day, options), options, accounts)
    except Waits as waits:
        return {"receipt": waits.reason}


def _invoice_mutation(
    document: Invoice,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation:
    if document.currency != "EUR":
        raise Waits(Reason("currency", {"currency": document.currency}))
    _check_date(day)
    if isinstance(relation, Reason):
        raise Waits(relation)
    _check_account(options.debtors_account, accounts)
    placed = place(document.lines, day, options, accounts)
    _check_vat_number(document, placed)
    lines = with_printed_tax(placed, document.taxes)
    sign = -1 if document.is_credit_note else 1
    total = sum((line.including for line in lines), NO_MONEY)
    if total != document.total:
        raise Waits(Reason("totals-differ", {"lines": str(total), "document": str(document.total)}))
    return _fitting(
        Mutation(
            kind=MutationKind.INVOICE_SENT,
            date=day,
            account=options.debtors_account,
            description=_dated(_invoice_description(document), document.invoice_date, day),
            lines=tuple(_times(line, sign) for line in lines),
            includes_vat=False,
            relation=relation,
            invoice_number=options.number_prefix + document.number,
            payment_days=_payment_days(document, day),
        )
    )


def _fitting(mutation: Mutation) -> Mutation:
    """Return a mutation whose fields the service takes; a number or code is never cut."""
    for field, length, limit in too_long(mutation):
        details = {"field": field, "length": str(length), "limit": str(limit)}
        raise Waits(Reason("text-too-long", details))
    return mutation


def _or_reason(make: Callable[[], Mutation]) -> Mutation | Reason:
    try:
        return make()
    except Waits as waits:
        return waits.reason


def _counter_payment(
    document: Invoice,
    payment: InvoicePayment,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation | Reason:
    return _or_reason(
        lambda: _payment_mutation(
            document.number,
            payment.day,
            payment.amount,
            _payment_account(payment, options, accounts),
            options,
            accounts,
            relation,
        )
    )


def _cash_mutation(
    document: CashMove, options: LinkOptions, accounts: Mapping[str, LedgerAccount]
) -> Mutation:
    _check_date(document.day)
    other = options.difference_account if document.is_difference else options.clearing_account
    _check_account(other, accounts)
    name = "Kasverschil" if document.is_difference else "Kas"
    return Mutation(
        kind=MutationKind.MONEY_RECEIVED,
        date=document.day,
        account=_payment_account(document, options, accounts),
        description=f"{name} {document.number} {document.text}"[:200],
        lines=(MutationLine(other, NO_VAT, document.amount, NO_MONEY),),
        includes_vat=True,
    )


def _invoice_description(document: Invoice) -> str:
    kind = "Creditnota" if document.is_credit_note else "Factuur"
    return f"{kind} {document.number} {document.partner.name}"


def _dated(text: str, own: date | None, day: date) -> str:
    """Return a description that fits, with the document's own date where it is booked later."""
    suffix = f" (datum {own:%d-%m-%Y})" if own is not None and own != day else ""
    limit = MUTATION_LIMITS["description"]
    return text[: limit - len(suffix)] + suffix


def _payment_days(document: Invoice, day: date) -> int:
    days = max(0, (document.due_date - day).days) if document.due_date else 0
    if len(str(days)) > PAYMENT_DAYS_LIMIT:
        raise Waits(Reason("payment-term-too-long", {"days": str(days)}))
    return days


def _receipt_mutations(
    document: Receipt,
    day: date,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
) -> Wanted:
    _check_date(day)
    paid = sum((payment.amount for payment in document.payments), NO_MONEY)
    if paid != document.total:
        details = {"paid": str(paid), "document": str(document.total)}
        raise Waits(Reason("payments-differ", details))
    placed = place(document.lines, day, options, accounts)
    _check_anonymous(placed)
    lines = with_own_tax(placed, document.total, document.tax)
    payments = [payment for payment in document.payments if payment.amount]
    description = _dated(
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
        _check_account(options.cash_account, accounts)
        return {"receipt": replace(template, account=options.cash_account, lines=tuple(lines))}
    shared = _over_journals(lines, payments, options.clearing_account)
    if any(line.counter_account == options.clearing_account for each in shared for line in each):
        _check_account(options.clearing_account, accounts)
    return {
        f"journal:{payment.journal}": replace(
            template,
            account=_payment_account(payment, options, accounts),
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


def _payment(
    document: Receipt,
    payment: Payment,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation | Reason:
    assert document.invoice is not None
    number = document.invoice.number
    return _or_reason(
        lambda: _payment_mutation(
            number,
            booking_day(document.moment),
            payment.amount,
            _payment_account(payment, options, accounts),
            options,
            accounts,
            relation,
        )
    )


def _payment_mutation(
    number: str,
    day: date,
    amount: Decimal,
    account: str,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
    relation: str | Reason,
) -> Mutation:
    if isinstance(relation, Reason):
        raise Waits(relation)
    _check_date(day)
    _check_account(options.debtors_account, accounts)
    return _fitting(
        Mutation(
            kind=MutationKind.INVOICE_PAYMENT_RECEIVED,
            date=day,
            account=account,
            description=f"Betaling aan de kassa van factuur {number}"[:200],
            lines=(MutationLine(options.debtors_account, NO_VAT, amount, NO_MONEY),),
            includes_vat=True,
            relation=relation,
            invoice_number=options.number_prefix + number,
        )
    )


def _payment_account(
    payment: Payment | InvoicePayment | CashMove,
    options: LinkOptions,
    accounts: Mapping[str, LedgerAccount],
) -> str:
    code = _chosen_account(payment, options)
    if code is None:
        raise Waits(Reason("journal-unmapped", {"journal": payment.journal_name}))
    _check_account(code, accounts)
    if accounts[code].category != "FIN":
        raise Waits(Reason("account-not-financial", {"account": code}))
    return code


def chosen_account(code: str, name: str, kind: str, options: LinkOptions) -> str | None:
    """Return the account of a payment journal: as the link maps it, else as proposed.

    `kind` is Odoo's type of the journal; None where neither says.
    """
    proposals = {"cash": options.cash_account, "bank": options.card_account}
    mapped = options.payment_accounts
    return mapped.get(name) or mapped.get(code) or proposals.get(kind)


def _chosen_account(
    payment: Payment | InvoicePayment | CashMove, options: LinkOptions
) -> str | None:
    journal = (payment.journal_code, payment.journal_name, payment.journal_type)
    return chosen_account(*journal, options)


def _check_account(code: str, accounts: Mapping[str, LedgerAccount]) -> None:
    if code not in accounts:
        raise Waits(Reason("account-missing", {"account": code, "name": code}))


def _check_date(day: date) -> None:
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise Waits(Reason("date-out-of-range", {"date": day.isoformat()}))


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


def _check_anonymous(placed: Sequence[Placed]) -> None:
    """Let a receipt wait that is taxed as only a sale to a known company can be."""
    needing = sorted({each.vat_code for each in placed} & NEEDS_VAT_NUMBER)
    if needing:
        raise Waits(Reason("receipt-without-customer", {"codes": ", ".join(needing)}))


def _times(line: MutationLine, sign: int) -> MutationLine:
    return replace(line, excluding=line.excluding * sign, vat=line.vat * sign)
