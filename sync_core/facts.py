"""What a person reads of a document, and by what it is seen that one was changed. Pure."""

from sync_core import invoices
from sync_core.booking_dates import booking_day
from sync_core.documents import CashMove, Document, Invoice, Receipt
from sync_core.journal import Facts, fingerprint


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
    wanted = document.state in invoices.WANTED_STATES
    return fingerprint((wanted, document.partner.key.id, document.total, lines, printed))
