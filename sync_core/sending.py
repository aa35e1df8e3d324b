"""Sends a planned posting, once: what the books hold already is found there before. Pure.

A send is made durable as `sending` first; a lost answer is looked up by its mark.
"""

from collections.abc import Sequence
from dataclasses import replace

from sync_core.bookings import BookedMutation, Mutation, MutationKind
from sync_core.effects import (
    Done,
    HeldByInvoiceNumber,
    HighestNumber,
    HoldLease,
    MaybeDone,
    NotDone,
    Now,
    NumberUsedBy,
    SaidNo,
    Save,
    Send,
    Steps,
    ask,
)
from sync_core.journal import Posting, PostingState, Reason, mark_hash
from sync_core.link import LinkOptions
from sync_core.matching import agrees, differences
from sync_core.recovery import free, note_booked, settle
from sync_core.taking_over import all_of, booked_before, take_over

_S = PostingState

TRIES_AT_ONCE = 3
"""How often a send that was surely not done is tried again at once (an expired session)."""


def post(posting: Posting, options: LinkOptions) -> Steps[Posting]:
    """Send a planned posting, unless the books hold it already."""
    assert posting.mutation is not None
    found = yield from _held(posting, posting.mutation, options)
    at = yield from ask(Now())
    if isinstance(found, Reason):
        return (yield from ask(Save(posting.moved(_S.WAITING, at, reason=found))))
    if found:
        return (yield from take_over(posting, found, at))
    for _ in range(TRIES_AT_ONCE):
        posting, again = yield from _send(posting, posting.mutation)
        if not again:
            break
    if posting.state is _S.UNKNOWN:
        return (yield from settle(posting, options))
    return posting


def _send(posting: Posting, mutation: Mutation) -> Steps[tuple[Posting, bool]]:
    highest = yield from ask(HighestNumber())
    yield from ask(HoldLease())
    at = yield from ask(Now())
    attempts = posting.attempts + 1
    sending = posting.moved(_S.SENDING, at, highest_before=highest, attempts=attempts)
    sending = yield from ask(Save(sending))
    sent = yield from ask(Send(mutation))
    at = yield from ask(Now())
    match sent:
        case Done(number):
            return (yield from note_booked(sending, number, at)), False
        case SaidNo(code, description):
            reason = Reason("refused", {"code": code, "description": description})
            return (yield from ask(Save(sending.moved(_S.REFUSED, at, reason=reason)))), False
        case NotDone(_, again):
            return (yield from ask(Save(sending.moved(_S.PLANNED, at)))), again
        case MaybeDone():
            unknown = sending.moved(_S.UNKNOWN, at, unknown_since=at)
            return (yield from ask(Save(unknown))), False


def _held(
    posting: Posting, mutation: Mutation, options: LinkOptions
) -> Steps[Sequence[BookedMutation] | Reason]:
    """Return what the books hold of this booking already, nothing mostly, or why it must wait."""
    before = yield from booked_before(posting, mutation)
    if before:
        numbers = ", ".join(str(each.number) for each in before)
        ours = all_of(mutation, before, is_correction=bool(posting.revision))
        return ours or Reason("change-yourself", {"numbers": numbers})
    if not mutation.invoice_number or posting.revision:
        return []
    used = yield from _used_by_another(posting, mutation)
    if used is not None:
        return used
    same_number = yield from ask(HeldByInvoiceNumber(mutation.invoice_number))
    own = [
        each
        for each in (yield from free(posting, same_number))
        if mark_hash(each.mutation.reference) is None and each.mutation.kind is mutation.kind
    ]
    for each in own:
        if agrees(mutation, each.mutation):
            if options.adopt:
                return [replace(each, mutation=mutation)]
            return Reason("adoption-not-allowed", {"number": str(each.number)})
    if not own or mutation.kind is not MutationKind.INVOICE_SENT:
        # An invoice may be paid in parts, by bank too; the other parts are a person's own.
        return []
    theirs = own[0]
    return Reason(
        "number-taken-differently",
        {
            "number": str(theirs.number),
            "differs": ", ".join(differences(mutation, theirs.mutation)),
        },
    )


def _used_by_another(posting: Posting, mutation: Mutation) -> Steps[Reason | None]:
    """Return why an invoice must wait whose number another document of ours has in these books.

    A sequence that began again, or two shops on one administration: the same number twice would
    mix up what is still to be paid. A person who says "try again" has it booked all the same.
    """
    wants_it = posting.answer is not None and posting.answer.kind == "try again"
    if mutation.kind is not MutationKind.INVOICE_SENT or wants_it:
        return None
    other = yield from ask(NumberUsedBy(posting))
    if other is None:
        return None
    details = {"invoice": mutation.invoice_number, "number": str(other.number or "?")}
    return Reason("number-used", details)
