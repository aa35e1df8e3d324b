"""Couplings that misplace what moves: shares of a payment, other dates, codes, lost journals."""

from collections.abc import Generator
from typing import Any

from sync_core import corrections, own_dates, sending
from sync_core.adapters import bizzcloud_documents
from tests.broken.patching import everywhere
from tests.broken.variant import Patch, Variant
from tests.proof import properties as p


def _books_payments_whole(patch: Patch) -> None:
    patch.setattr(bizzcloud_documents, "paid_of_each", lambda _lines: {})


def _leaves_redated(patch: Patch) -> None:
    everywhere(patch, own_dates.is_redated, lambda *_: False)


def _keeps_the_codes(patch: Patch) -> None:
    patch.setattr(corrections, "code_on", lambda _day, code, _percentage: code)


def _forgets_what_was_before(patch: Patch) -> None:
    def nothing(*_: Any) -> Generator[Any, Any, list[Any]]:
        yield from ()
        return []

    patch.setattr(sending, "booked_before", nothing)


VARIANTS = (
    Variant(
        "books a payment whole on each invoice",
        _books_payments_whole,
        p.one_payment_of_two_invoices_is_booked_once,
        beyond="it takes invoices that are settled together",
    ),
    Variant(
        "leaves a redated invoice in its period",
        _leaves_redated,
        "dated_in_another_period",
        beyond="it takes another date for an invoice that is booked",
    ),
    Variant(
        "corrects under the codes of before",
        _keeps_the_codes,
        "corrected_after_the_rate_changed",
        beyond="it takes a correction after the rate has changed",
    ),
    Variant(
        "books anew what a lost journal corrected",
        _forgets_what_was_before,
        p.corrections_outlive_the_journal,
        beyond="it takes a journal that is lost",
    ),
)
"""Each of them, and what must catch it."""
