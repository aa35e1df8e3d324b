"""Which documents a call over the wire names: the numbers of its invoices and receipts."""

import re
from html import unescape

from contracts.recording.recordings import Exchange

MOST = 20
"""A call that reads a whole list is about no document in particular; so many are told."""

_IN_BOOKS = re.compile(r"<(?:\w+:)?(?:Factuurnummer|Boekstuk)(?:\s[^<>]*)?>([^<#]+)")
_INVOICE_FIELDS = "number|internal_number"
_RECEIPT_FIELDS = "name|pos_reference"
_IN_SHOP = r"(?:<name>(?:{0})</name>\s*<value>\s*<string>|\"(?:{0})\"\s*:\s*\")([^<\"]+)"
_FIELDS = {
    "account.invoice": re.compile(_IN_SHOP.format(_INVOICE_FIELDS)),
    "pos.order": re.compile(_IN_SHOP.format(_RECEIPT_FIELDS)),
}


def documents_in(operation: str, exchange: Exchange) -> tuple[str, ...]:
    """Return the numbers of the documents that a call or its answer names, each once.

    Looked for where each service has them: Factuurnummer and Boekstuk (up to its mark) in
    e-Boekhouden, the numbers of invoices and receipts in Bizzcloud.
    """
    pattern = _FIELDS.get(operation.rpartition(".")[0], _IN_BOOKS)
    bodies = [exchange.request.body]
    if exchange.response is not None:
        bodies.append(exchange.response.body)
    found = (
        unescape(number).strip()
        for body in bodies
        for number in pattern.findall(body.decode("utf-8", "replace"))
    )
    return tuple(dict.fromkeys(number for number in found if number and number != "/"))[:MOST]
