"""Ways to break the coupling on purpose: each a small patch, with a story that must catch it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sync_core import (
    booking_lines,
    corrections,
    follower,
    mapper,
    matching,
    recovery,
    synchronizer,
    vat,
)
from sync_core.adapters import bizzcloud, bizzcloud_documents, store
from sync_core.bookings import Mutation, MutationLine
from sync_core.coupling import Coupling
from sync_core.effects import Now, Save, Window, ask
from sync_core.journal import Posting, PostingState

CENT = Decimal("0.01")


Patch = Callable[[Any, str, Any], None]
"""What gives an attribute another value: pytest's monkeypatch, or `setattr` itself."""


@dataclass(frozen=True)
class Variant:
    """One broken coupling: what it does wrong, and the library's story that fails because of it."""

    does: str
    story: str
    break_: Callable[[Patch], None]


def _settle_nothing(posting: Posting, options: Any) -> Any:
    """Send again whatever got no answer."""
    now = yield from ask(Now())
    if posting.state is PostingState.SENDING:
        posting = yield from ask(Save(posting.moved(PostingState.UNKNOWN, now)))
    if posting.state is PostingState.UNKNOWN:
        posting = yield from ask(Save(posting.moved(PostingState.PLANNED, now)))
    return posting


def _settle_all(posting: Posting, options: Any) -> Any:
    """Believe that whatever got no answer was done."""
    now = yield from ask(Now())
    if posting.state is PostingState.SENDING:
        posting = yield from ask(Save(posting.moved(PostingState.UNKNOWN, now)))
    if posting.state is PostingState.UNKNOWN:
        return (yield from recovery.note_booked(posting, 999_999, now))
    return posting


def _everywhere(patch: Patch, name: str, value: Any) -> None:
    """Patch a function of the core in each module that took it over by name."""
    for module in (synchronizer, recovery, follower):
        if hasattr(module, name):
            patch(module, name, value)


def retries_without_looking(patch: Patch) -> None:
    def held(*_arguments: Any) -> Iterator[Any]:
        yield from ()

    patch(synchronizer, "_held", held)
    _everywhere(patch, "settle", _settle_nothing)


def believes_what_was_not_answered(patch: Patch) -> None:
    _everywhere(patch, "settle", _settle_all)


def waits_for_nothing(patch: Patch) -> None:
    whole = recovery.settle

    def settle(posting: Posting, options: Any) -> Any:
        return whole(posting, replace(options, settle=timedelta(0)))

    patch(recovery, "LOOKS_BEFORE_ABSENT", 1)
    _everywhere(patch, "settle", settle)


def looks_without_the_mark(patch: Patch) -> None:
    def look_for(posting: Posting, mutation: Mutation) -> Any:
        window = yield from ask(Window(1, 500))
        same = [one for one in window if matching.same_booking(mutation, one.mutation)]
        return [one.number for one in same[-1:]]

    patch(recovery, "_look_for", look_for)


def ignores_the_sign_of_a_credit_note(patch: Patch) -> None:
    patch(mapper, "_times", lambda line, sign: line)


def forgets_credit_notes(patch: Patch) -> None:
    whole = mapper.invoice
    patch(
        mapper,
        "invoice",
        lambda document, *more: {} if document.is_credit_note else whole(document, *more),
    )


def corrects_with_the_whole(patch: Patch) -> None:
    patch(corrections, "difference", lambda wanted, booked: wanted.lines if wanted else ())


def never_corrects(patch: Patch) -> None:
    patch(synchronizer, "outstanding", lambda wanted, booked, day: None)


def forgets_cancelling(patch: Patch) -> None:
    whole = corrections.outstanding
    patch(
        synchronizer,
        "outstanding",
        lambda wanted, booked, day: whole(wanted, booked, day) if wanted else None,
    )


def corrects_the_first_booking_only(patch: Patch) -> None:
    whole = corrections.outstanding

    def outstanding(wanted: Any, booked: Sequence[Mutation], day: date) -> Mutation | None:
        return whole(wanted, booked[:1], day)

    patch(synchronizer, "outstanding", outstanding)


def books_cards_as_cash(patch: Patch) -> None:
    patch(mapper, "_payment_account", lambda payment, options, accounts: options.cash_account)


def books_all_on_the_first_journal(patch: Patch) -> None:
    def over(lines: Any, payments: Sequence[Any], clearing: str) -> list[Any]:
        return [
            list(lines),
            *([MutationLine(clearing, "GEEN", CENT, CENT * 0)] for _ in payments[1:]),
        ]

    patch(mapper, "_over_journals", over)


def books_returns_as_sales(patch: Patch) -> None:
    whole = mapper.receipt

    def receipt(*arguments: Any) -> Any:
        return {
            part: _without_signs(want) if isinstance(want, Mutation) else want
            for part, want in whole(*arguments).items()
        }

    patch(mapper, "receipt", receipt)


def _without_signs(mutation: Mutation) -> Mutation:
    lines = tuple(
        replace(line, excluding=abs(line.excluding), vat=abs(line.vat)) for line in mutation.lines
    )
    return replace(mutation, lines=lines)


def books_invoiced_receipts_twice(patch: Patch) -> None:
    whole = mapper.receipt
    patch(
        mapper,
        "receipt",
        lambda document, *more: whole(replace(document, invoice=None, state="paid"), *more),
    )


def forgets_payments_at_the_till(patch: Patch) -> None:
    whole = mapper.receipt
    patch(
        mapper,
        "receipt",
        lambda document, *more: {} if document.invoice else whole(document, *more),
    )


def ignores_book_from(patch: Patch) -> None:
    whole = bizzcloud.Bizzcloud._domain
    invoice = mapper.invoice

    def domain(self: Any, model: Any, since: Any, book_from: Any) -> list[Any]:
        return whole(self, model, since, None)

    patch(bizzcloud.Bizzcloud, "_domain", domain)
    patch(
        mapper,
        "invoice",
        lambda document, options, *more: invoice(document, replace(options, book_from=None), *more),
    )


def forgets_the_vat(patch: Patch) -> None:
    for name in ("with_own_tax", "with_printed_tax"):
        patch(mapper, name, _without_vat(getattr(mapper, name)))


def _without_vat(whole: Callable[..., list[MutationLine]]) -> Callable[..., list[MutationLine]]:
    def lines(*arguments: Any) -> list[MutationLine]:
        return [
            replace(line, excluding=line.including, vat=Decimal(0)) for line in whole(*arguments)
        ]

    return lines


def takes_the_low_rate_for_the_high_one(patch: Patch) -> None:
    patch(vat, "_low", lambda rate, day: "HOOG_VERK_21")


def cuts_cents_off(patch: Patch) -> None:
    def money(value: float) -> Decimal:
        return Decimal(value).quantize(CENT, ROUND_DOWN)

    patch(bizzcloud_documents, "money", money)


def books_all_on_one_account(patch: Patch) -> None:
    patch(booking_lines, "_counter_account", lambda line, options, accounts: "8020")


def loses_the_second_line(patch: Patch) -> None:
    def read(self: Any, ids: Any, whole: Any = bizzcloud_documents.InvoiceReader.read) -> Any:
        found = whole(self, ids)
        return [replace(one, lines=one.lines[:1], total=one.total) for one in found]

    patch(bizzcloud_documents.InvoiceReader, "read", read)


def sees_only_the_first_of_a_page(patch: Patch) -> None:
    whole = bizzcloud.Bizzcloud.changed

    def changed(self: Any, model: Any, *more: Any) -> Any:
        found = whole(self, model, *more)
        return found[:1] if model == "account.invoice" else found

    patch(bizzcloud.Bizzcloud, "changed", changed)


def never_looks_twice_at_a_document(patch: Patch) -> None:
    whole = follower.Follower._follow_changed

    def follow_changed(self: Any, model: Any, rows: Sequence[Any]) -> None:
        known = self._store.known_ids(self._link, model, [row.id for row in rows])
        whole(self, model, [row for row in rows if row.id not in known])

    patch(follower.Follower, "_follow_changed", follow_changed)


def never_tries_again(patch: Patch) -> None:
    whole = store.Store.remember

    def remember(self: Any, link: Any, rows: Any, _unfinished: Any) -> None:
        whole(self, link, rows, frozenset())

    patch(store.Store, "remember", remember)
    patch(follower.Follower, "retry", lambda self: None)


def begins_at_today_when_linked_again(patch: Patch) -> None:
    whole = Coupling._with_book_from

    def with_book_from(self: Any, link: Any, options: Any) -> Any:
        settled = whole(self, link, options)
        today: datetime = self._now()
        named = options is not None and options.book_from is not None
        return settled if named else replace(settled, book_from=today.date() + timedelta(days=1))

    patch(Coupling, "_with_book_from", with_book_from)


VARIANTS: dict[str, Variant] = {
    break_.__name__: Variant(does, story, break_)
    for break_, does, story in (
        (retries_without_looking, "sends again what got no answer", "answer_lost_receipt"),
        (
            believes_what_was_not_answered,
            "counts a lost call as done",
            "broken_booking_of_an_invoice",
        ),
        (waits_for_nothing, "takes late for absent", "committed_late"),
        (
            looks_without_the_mark,
            "takes an equal booking for its own",
            "broken_booking_of_a_receipt",
        ),
        (ignores_the_sign_of_a_credit_note, "books credit notes as invoices", "credit_note"),
        (forgets_credit_notes, "leaves credit notes out", "credit_note"),
        (corrects_with_the_whole, "books a changed invoice again", "edited_after_booking"),
        (never_corrects, "leaves changes out", "edited_after_booking"),
        (forgets_cancelling, "leaves a cancelled invoice booked", "cancelled_after_booking"),
        (corrects_the_first_booking_only, "corrects a correction again", "edited_after_booking"),
        (books_cards_as_cash, "books cards as cash", "till_day"),
        (books_all_on_the_first_journal, "does not share a receipt out", "split_payment"),
        (books_returns_as_sales, "books returns as sales", "return_by_card"),
        (books_invoiced_receipts_twice, "counts an invoiced receipt twice", "till_day"),
        (forgets_payments_at_the_till, "leaves payments of invoices out", "till_day"),
        (ignores_book_from, "books what is too old", "book_from"),
        (forgets_the_vat, "books amounts without their VAT", "two_vat_rates"),
        (takes_the_low_rate_for_the_high_one, "mixes the rates up", "two_vat_rates"),
        (cuts_cents_off, "cuts floats off instead of rounding", "two_vat_rates"),
        (books_all_on_one_account, "books all on one account", "two_vat_rates"),
        (loses_the_second_line, "reads only a first line", "two_vat_rates"),
        (sees_only_the_first_of_a_page, "loses the rest of a page", "existing_account"),
        (never_looks_twice_at_a_document, "reads no changes", "edited_after_booking"),
        (never_tries_again, "forgets what could not be sent", "closed_period"),
        (
            begins_at_today_when_linked_again,
            "forgets from when to book on linking again",
            "relinking_same_books",
        ),
    )
}
"""Every broken coupling by its name."""
