"""Couplings that read, map or follow documents wrongly."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sync_core import (
    booking_lines,
    corrections,
    follower,
    invoices,
    recovery,
    synchronizer,
    till,
    till_payments,
    vat,
)
from sync_core.adapters import bizzcloud, bizzcloud_documents, store
from sync_core.bookings import Mutation, MutationLine
from sync_core.coupling import Coupling
from sync_core.effects import Now, Save, ask
from sync_core.journal import Posting, PostingState
from tests.broken.patching import everywhere
from tests.broken.variant import Patch, Variant

CENT = Decimal("0.01")


def _settle_all(posting: Posting, options: Any) -> Any:
    """Believe that whatever got no answer was done."""
    now = yield from ask(Now())
    if posting.state is PostingState.SENDING:
        posting = yield from ask(Save(posting.moved(PostingState.UNKNOWN, now)))
    if posting.state is PostingState.UNKNOWN:
        return (yield from recovery.note_booked(posting, 999_999, now))
    return posting


def believes_what_was_not_answered(patch: Patch) -> None:
    everywhere(patch, recovery.settle, _settle_all)


def forgets_credit_notes(patch: Patch) -> None:
    whole = invoices.wanted_by_invoice
    patch.setattr(
        invoices,
        "wanted_by_invoice",
        lambda document, *more: {} if document.is_credit_note else whole(document, *more),
    )


def never_corrects(patch: Patch) -> None:
    patch.setattr(synchronizer, "outstanding", lambda wanted, booked, day: None)


def forgets_cancelling(patch: Patch) -> None:
    whole = corrections.outstanding
    patch.setattr(
        synchronizer,
        "outstanding",
        lambda wanted, booked, day: whole(wanted, booked, day) if wanted else None,
    )


def corrects_the_first_booking_only(patch: Patch) -> None:
    whole = corrections.outstanding

    def outstanding(wanted: Any, booked: Sequence[Mutation], day: date) -> Mutation | None:
        return whole(wanted, booked[:1], day)

    patch.setattr(synchronizer, "outstanding", outstanding)


def books_cards_as_cash(patch: Patch) -> None:
    # Receipts took it over by name, payments of invoices use it where it is at home.
    for module in (till, till_payments):
        patch.setattr(module, "money_account", lambda move, options, accounts: options.cash_account)


def books_all_on_the_first_journal(patch: Patch) -> None:
    def over(lines: Any, payments: Sequence[Any], clearing: str) -> list[Any]:
        return [
            list(lines),
            *([MutationLine(clearing, "GEEN", CENT, CENT * 0)] for _ in payments[1:]),
        ]

    patch.setattr(till, "_over_journals", over)


def forgets_payments_at_the_till(patch: Patch) -> None:
    whole = till.wanted_by_receipt
    patch.setattr(
        till,
        "wanted_by_receipt",
        lambda document, *more: {} if document.invoice else whole(document, *more),
    )


def forgets_the_vat(patch: Patch) -> None:
    for module, name in ((till, "with_own_tax"), (invoices, "with_printed_tax")):
        patch.setattr(module, name, _without_vat(getattr(module, name)))


def _without_vat(whole: Callable[..., list[MutationLine]]) -> Callable[..., list[MutationLine]]:
    def lines(*arguments: Any) -> list[MutationLine]:
        return [
            replace(line, excluding=line.including, vat=Decimal(0)) for line in whole(*arguments)
        ]

    return lines


def takes_the_low_rate_for_the_high_one(patch: Patch) -> None:
    patch.setattr(vat, "_low", lambda rate, day: "HOOG_VERK_21")


def cuts_cents_off(patch: Patch) -> None:
    def money(value: float) -> Decimal:
        return Decimal(value).quantize(CENT, ROUND_DOWN)

    patch.setattr(bizzcloud_documents, "money", money)


def books_all_on_one_account(patch: Patch) -> None:
    patch.setattr(booking_lines, "_counter_account", lambda line, options, accounts: "8020")


def loses_the_second_line(patch: Patch) -> None:
    def read(self: Any, ids: Any, whole: Any = bizzcloud_documents.InvoiceReader.read) -> Any:
        found = whole(self, ids)
        return [replace(one, lines=one.lines[:1], total=one.total) for one in found]

    patch.setattr(bizzcloud_documents.InvoiceReader, "read", read)


def sees_only_the_first_of_a_page(patch: Patch) -> None:
    whole = bizzcloud.Bizzcloud.changed

    def changed(self: Any, model: Any, *more: Any) -> Any:
        found = whole(self, model, *more)
        return found[:1] if model == "account.invoice" else found

    patch.setattr(bizzcloud.Bizzcloud, "changed", changed)


def never_looks_twice_at_a_document(patch: Patch) -> None:
    whole = follower.Follower._follow_changed

    def follow_changed(self: Any, model: Any, rows: Sequence[Any], newest: Any) -> None:
        known = self._store.known_ids(self._link, model, [row.id for row in rows])
        whole(self, model, [row for row in rows if row.id not in known], newest)

    patch.setattr(follower.Follower, "_follow_changed", follow_changed)
    patch.setattr(follower.Follower, "_read_again", lambda self, *_: None)


def never_tries_again(patch: Patch) -> None:
    whole = store.Store.remember

    def remember(self: Any, link: Any, rows: Any, _unfinished: Any, _again: Any) -> None:
        whole(self, link, rows, frozenset(), {})

    patch.setattr(store.Store, "remember", remember)
    patch.setattr(follower.Follower, "retry", lambda self: None)


def begins_at_today_when_linked_again(patch: Patch) -> None:
    whole = Coupling._with_book_from

    def with_book_from(self: Any, link: Any, options: Any) -> Any:
        settled = whole(self, link, options)
        today: datetime = self._now()
        named = options is not None and options.book_from is not None
        return settled if named else replace(settled, book_from=today.date() + timedelta(days=1))

    patch.setattr(Coupling, "_with_book_from", with_book_from)


VARIANTS = (
    Variant(
        "believes what was not answered",
        believes_what_was_not_answered,
        "broken_booking_of_an_invoice",
    ),
    Variant("leaves credit notes out", forgets_credit_notes, "credit_note"),
    Variant("leaves changes out", never_corrects, "edited_after_booking"),
    Variant("leaves a cancelled invoice booked", forgets_cancelling, "cancelled_after_booking"),
    Variant("corrects a correction again", corrects_the_first_booking_only, "edited_after_booking"),
    Variant("books cards as cash", books_cards_as_cash, "till_day"),
    Variant("does not share a receipt out", books_all_on_the_first_journal, "split_payment"),
    Variant("leaves payments of invoices out", forgets_payments_at_the_till, "till_day"),
    Variant("books amounts without their VAT", forgets_the_vat, "two_vat_rates"),
    Variant("mixes the rates up", takes_the_low_rate_for_the_high_one, "two_vat_rates"),
    Variant("cuts floats off instead of rounding", cuts_cents_off, "two_vat_rates"),
    Variant("books all on one account", books_all_on_one_account, "two_vat_rates"),
    Variant("reads only a first line", loses_the_second_line, "two_vat_rates"),
    Variant("loses the rest of a page", sees_only_the_first_of_a_page, "existing_account"),
    Variant("reads no changes", never_looks_twice_at_a_document, "edited_after_booking"),
    Variant("forgets what could not be sent", never_tries_again, "closed_period"),
    Variant(
        "forgets from when to book on linking again",
        begins_at_today_when_linked_again,
        "relinking_same_books",
    ),
)
"""Each of them, and the story that it must fail."""
