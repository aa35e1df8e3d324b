"""What the books hold of a document from before this journal: found by its marks. Pure.

The journal may be lost or put back, and another coupling may have booked before this one. What it
booked is then taken over as the books hold it, its corrections too, and is not booked again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from sync_core.bookings import BookedMutation, Mutation, MutationKind
from sync_core.corrections import difference
from sync_core.documents import DocumentKey
from sync_core.effects import HeldByMark, Now, Postings, Steps, ask
from sync_core.journal import Facts, Posting, PostingState, begin, mark, mark_hash
from sync_core.matching import same_booking
from sync_core.recovery import free, note_booked


def booked_before(
    posting: Posting, mutation: Mutation | None = None
) -> Steps[Sequence[BookedMutation]]:
    """Return what carries the mark of this posting, and of the corrections that came after it.

    Where its mark is there twice it is the one with the amounts of `mutation`.
    """
    held: list[BookedMutation] = []
    for revision in count(posting.revision):
        short = mark_hash(mark(posting.document, posting.part, revision, posting.label))
        assert short is not None
        marked = yield from free(posting, (yield from ask(HeldByMark(short))))
        if not marked:
            break
        wanted = mutation if not held else None
        same = [each for each in marked if wanted and same_booking(wanted, each.mutation)]
        held.append((same or marked)[0])
    return held


def all_of(
    mutation: Mutation, held: Sequence[BookedMutation], is_correction: bool
) -> Sequence[BookedMutation] | None:
    """Return which of these are together what is to be booked; None where they are not.

    A receipt is not derived again: its products may have another tax or account since. What moves
    to another relation takes two corrections, of which `mutation` is the first.
    """
    if mutation.kind is MutationKind.MONEY_RECEIVED:
        total = sum(each.mutation.total for each in held)
        return held if mutation.total == total else None
    if _come_to(mutation, held):
        return held
    return held[:1] if is_correction and _come_to(mutation, held[:1]) else None


def _come_to(mutation: Mutation, held: Sequence[BookedMutation]) -> bool:
    last = held[-1].mutation
    is_there = (last.account, last.relation) == (mutation.account, mutation.relation)
    return is_there and not difference(mutation, [each.mutation for each in held])


def take_over(posting: Posting, held: Sequence[BookedMutation], at: datetime) -> Steps[Posting]:
    """Note a posting, and the corrections after it, as booked as the books hold them."""
    first, *corrections = held
    planned = replace(posting, mutation=first.mutation)
    booked = yield from note_booked(planned, first.number, at)
    for each in corrections:
        correction = begin(
            PostingState.PLANNED,
            books=posting.books,
            document=posting.document,
            part=posting.part,
            revision=booked.revision + 1,
            label=posting.label,
            at=at,
            mutation=each.mutation,
        )
        correction = replace(correction, wanted=posting.wanted, facts=posting.facts)
        booked = yield from note_booked(correction, each.number, at)
    return booked


def recognise(
    books: str, document: DocumentKey, label: str, facts: Facts, parts: Iterable[str]
) -> Steps[None]:
    """Take over what the books hold of parts that a document does not want, or not any more.

    The journal may not know of them: an invoice that was cancelled, or a receipt that was invoiced,
    after it was lost.
    """
    known = {each.part for each in (yield from ask(Postings(document)))}
    at = yield from ask(Now())
    for part in parts:
        if part in known:
            continue
        posting = begin(
            PostingState.PLANNED,
            books=books,
            document=document,
            part=part,
            revision=0,
            label=label,
            at=at,
        )
        held = yield from booked_before(posting)
        if held:
            yield from take_over(replace(posting, facts=facts), held, at)
