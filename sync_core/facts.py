"""What a person reads of a document, and by what it is seen that one was changed. Pure."""

from collections.abc import Mapping

from sync_core import invoices
from sync_core.booking_dates import booking_day
from sync_core.documents import CashMove, Document, Invoice, Receipt
from sync_core.journal import Facts, Reason, fingerprint
from sync_core.till import CASH_PART, PAYMENT_PART


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
    )


def contents(document: Document, relation: str | Reason = "") -> Mapping[str, str]:
    """Return, by part, a fingerprint of what its booking follows from, but for settings.

    `relation` is what the document's payments are booked on, or why they wait. A receipt's own
    parts have none: once promised they are not derived again.
    """
    if isinstance(document, CashMove):
        about = (document.amount, document.is_difference, document.day)
        return {CASH_PART: fingerprint(about)}
    if isinstance(document, Receipt):
        if document.invoice is None:
            return {}
        return {
            f"{PAYMENT_PART}{each.journal}": fingerprint((relation, each.amount))
            for each in document.payments
        }
    wanted = document.state in invoices.WANTED_STATES
    payments = {
        f"{invoices.COUNTER_PART}{each.id}": fingerprint(
            (wanted, relation, each.journal, each.amount)
        )
        for each in document.payments
    }
    return {invoices.INVOICE_PART: _content(document), **payments}


def _content(document: Invoice) -> str:
    lines = [
        (line.account_code, line.subtotal, [tax.id for tax in line.taxes])
        for line in document.lines
    ]
    printed = [(tax.name, tax.amount) for tax in document.taxes]
    wanted = document.state in invoices.WANTED_STATES
    day, partner = document.invoice_date, document.partner.key.id
    return fingerprint((wanted, day, partner, document.total, lines, printed))
