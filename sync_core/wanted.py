"""What a document wants in the books, part by part: a mutation, or a reason to wait. Pure.

An invoice has one part, `invoice`, and one for each payment in cash at the counter; a receipt one
part for each payment journal it was paid by, or one for each payment once it has been invoiced.

The rules are told on the page "What a document becomes in the books" of the documentation; where
the manual is silent they are our choice.
"""

from collections.abc import Callable, Mapping

from sync_core.bookings import MUTATION_LIMITS, LedgerAccount, Mutation, too_long
from sync_core.documents import EURO
from sync_core.journal import Reason

Wanted = Mapping[str, Mutation | Reason]
"""What a document wants in the books, by part: a mutation without its mark, or why it waits."""


class Waits(Exception):
    """While a mutation is made: this document cannot be booked faithfully, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def mutation_or_reason(make: Callable[[], Mutation]) -> Mutation | Reason:
    """Return the mutation that is made, or the reason for which making it stopped."""
    try:
        return make()
    except Waits as waits:
        return waits.reason


def check_account(code: str, accounts: Mapping[str, LedgerAccount]) -> None:
    """Raise Waits where the books lack an account of the link's settings."""
    if code not in accounts:
        raise Waits(Reason("account-missing", {"account": code, "name": code}))


def check_currency(currency: str) -> None:
    """Raise Waits for a document in another currency: its rate is for a person to say."""
    if currency != EURO:
        raise Waits(Reason("currency", {"currency": currency}))


def fitting(mutation: Mutation) -> Mutation:
    """Return the mutation; raises Waits where a field is too long, as no number is ever cut."""
    for field, length, limit in too_long(mutation):
        details = {"field": field, "length": str(length), "limit": str(limit)}
        raise Waits(Reason("text-too-long", details))
    return mutation


def shortened(text: str, ending: str = "") -> str:
    """Return a description that fits, cut before its `ending`: only words may be cut."""
    return text[: MUTATION_LIMITS["description"] - len(ending)] + ending
