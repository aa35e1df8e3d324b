"""What of a payment went to which invoice, where several were settled together. Pure.

Odoo sets entry lines off against each other in groups: an invoice, a credit note on it, and what
was paid of both. It then names each payment at every document of the group, and never says how
much of it was for which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class SettledLine:
    """A line of an entry in a group; `amount` is its debit less its credit, in euros.

    `invoice` is the id of the invoice or credit note that it is the total of, None for a payment.
    """

    id: int
    amount: Decimal
    invoice: int | None


def paid_of_each(lines: Sequence[SettledLine]) -> Mapping[tuple[int, int], Decimal]:
    """Return what each payment of a group paid of each of its documents, by both their ids.

    What was paid is positive, what was given back negative; all shares of a payment add up to it.
    The rule: what came first is settled first, credit notes before payments. What a payment has
    beyond what its documents leave open goes to the last of them.
    """
    in_order = sorted(lines, key=lambda line: line.id)
    documents = [line for line in in_order if line.invoice is not None]
    payments = [line for line in in_order if line.invoice is None]
    left = {line.id: line.amount for line in documents}
    for credit_note in documents:
        if credit_note.amount < 0:
            _settle(credit_note, left[credit_note.id], documents, left)
    shares: dict[tuple[int, int], Decimal] = {}
    for payment in payments:
        taken = _settle(payment, payment.amount, documents, left)
        beyond = payment.amount + sum(taken.values(), NOTHING)
        if beyond and documents:
            against = [each for each in documents if each.amount * payment.amount < 0]
            last = (against or documents)[-1]
            taken[last.id] = taken.get(last.id, NOTHING) - beyond
        for document in documents:
            if document.id in taken and document.invoice is not None:
                share = payment.id, document.invoice
                shares[share] = shares.get(share, NOTHING) + taken[document.id]
    return shares


def _settle(
    line: SettledLine, amount: Decimal, documents: Sequence[SettledLine], left: dict[int, Decimal]
) -> dict[int, Decimal]:
    """Set `amount` off against what documents leave open on the other side, the first first.

    Returns what each gave, with the sign of its own amount; `left` is what stays open then.
    """
    taken: dict[int, Decimal] = {}
    for document in documents:
        if document.id == line.id or left[document.id] * amount >= 0:
            continue
        size = min(abs(left[document.id]), abs(amount))
        part = size if left[document.id] > 0 else -size
        taken[document.id] = part
        left[document.id] -= part
        amount += part
    if line.id in left:
        left[line.id] = amount
    return taken
