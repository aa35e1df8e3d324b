"""What a bookkeeper wants to know of documents although nothing differs. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date

from sync_core.audit_findings import Followed, Note, Remark
from sync_core.bookings import Mutation, MutationKind
from sync_core.documents import CashReceived
from sync_core.invoices import COUNTER_PART
from sync_core.journal import IN_THE_BOOKS, Posting
from sync_core.money_text import euros

_NUMBER = re.compile(r"(.*?)(\d+)$")


def notes_on(document: Followed, postings: Sequence[Posting], labels: Set[str]) -> Iterator[Note]:
    """Yield what is to be settled against each other, and what is dated in a later period.

    `labels` are the numbers of all documents: a credit note is settled against the invoice that it
    says it is of, never against one that it only looks like.
    """
    booked = [
        (each, each.mutation)
        for each in postings
        if each.mutation is not None and each.state in IN_THE_BOOKS
    ]
    for posting, mutation in booked:
        if mutation.kind is not MutationKind.INVOICE_SENT:
            continue
        if posting.revision and not mutation.invoice_number.endswith(document.label):
            note = _settle(document.label, mutation, booked)
            if len(note.numbers) > 1:
                yield note
        elif document.total < 0 and document.origin in labels:
            numbers = (posting.number,) if posting.number else ()
            yield Note(Remark.SETTLE, document.label, document.origin, None, numbers)
    for posting, mutation in booked:
        is_payment = mutation.kind is MutationKind.INVOICE_PAYMENT_RECEIVED
        dated = posting.facts.day if posting.facts else document.day
        if posting.revision or is_payment or dated != document.day:
            # A payment has a day of its own; what was redated since is told by its corrections.
            continue
        if mutation.date > document.day:
            numbers = (posting.number,) if posting.number else ()
            yield Note(Remark.DATED_LATER, document.label, "", mutation.date, numbers)


def cash_notes(
    cash: Iterable[CashReceived], documents: Iterable[Followed], foreign: Iterable[Mutation]
) -> Iterator[tuple[date, Note]]:
    """Yield, by day, what customers paid in cash of no document that is followed.

    It may be for an invoice from before the link, or on account. What a person booked of the same
    amount on that day counts as this.
    """
    followed = {part for document in documents for part in document.till}
    by_hand = {(mutation.date, mutation.total) for mutation in foreign}
    for each in cash:
        is_told = f"{COUNTER_PART}{each.id}" in followed or (each.day, each.amount) in by_hand
        if each.amount and not is_told:
            yield each.day, Note(Remark.CASH, each.text, euros(each.amount), each.day)


def holes(numbers: Iterable[tuple[str, date]]) -> list[tuple[str, date]]:
    """Return the numbers that a sequence of invoices skips, with the day of the one behind.

    A sequence is what has the same text before its last digits ("F/2017/"), as many of them. The
    shop must still be asked whether it knows such a number: it may belong to a draft or to an
    invoice that is not followed.
    """
    sequences: defaultdict[tuple[str, int], dict[int, date]] = defaultdict(dict)
    for label, day in numbers:
        found = _NUMBER.fullmatch(label)
        if found:
            beginning, digits = found.groups()
            sequences[beginning, len(digits)][int(digits)] = day
    missing = []
    for (beginning, width), days in sequences.items():
        before = None
        for number in sorted(days):
            if before is not None:
                missing += [
                    (f"{beginning}{skipped:0{width}}", days[number])
                    for skipped in range(before + 1, min(number, before + MOST_SKIPPED))
                ]
            before = number
    return missing


MOST_SKIPPED = 100
"""How many numbers of one hole are named; a longer one is another sequence, not a loss."""


def _settle(label: str, correction: Mutation, booked: Sequence[tuple[Posting, Mutation]]) -> Note:
    numbers = tuple(
        posting.number
        for posting, mutation in booked
        if posting.number and mutation.relation == correction.relation
    )
    return Note(Remark.SETTLE, label, correction.invoice_number, None, numbers)
