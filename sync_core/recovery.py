"""Settles what is unknown: looks for it in the books before anything is sent again. Pure.

"Absent" means: not found, after a settle time, twice. The settle time is longer than the service
may keep a request in hand; what is committed later still is a double, which the audit finds.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sync_core.bookings import BookedMutation, Mutation
from sync_core.effects import LastNumber, Now, Postings, Save, Steps, Taken, Window, ask
from sync_core.journal import Posting, PostingState
from sync_core.link import LinkOptions
from sync_core.matching import same_booking

_S = PostingState

WINDOW = 500
"""The service never gives more than the last 500 mutations of a look."""

LOOK_AGAIN_AFTER = timedelta(minutes=1)
"""How long after a look in vain the next one comes: looks are counted by the month."""

LOOKS_BEFORE_ABSENT = 2
"""How often, after the settle time, a posting must be missing before it counts as absent."""


def settle(posting: Posting, options: LinkOptions) -> Steps[Posting]:
    """Settle what is unknown: look for it in the books before anything is sent again."""
    now = yield from ask(Now())
    if posting.state is _S.SENDING:
        unknown = posting.moved(_S.UNKNOWN, now, unknown_since=posting.changed)
        posting = yield from ask(Save(unknown))
    if posting.state is not _S.UNKNOWN:
        return posting
    if posting.looked is not None and now - posting.looked < LOOK_AGAIN_AFTER:
        return posting
    assert posting.mutation is not None
    found = yield from _look_for(posting, posting.mutation)
    if len(found) == 1:
        return (yield from note_booked(posting, found[0], now))
    if found:
        return (yield from ask(Save(posting.moved(_S.DOUBLE, now, numbers=tuple(found)))))
    posting = replace(posting, looked=now)
    if posting.unknown_since is not None and now - posting.unknown_since < options.settle:
        return (yield from ask(Save(posting)))
    if posting.absences + 1 < LOOKS_BEFORE_ABSENT:
        again = replace(posting, absences=posting.absences + 1, unknown_since=now)
        return (yield from ask(Save(again)))
    return (yield from ask(Save(posting.moved(_S.PLANNED, now))))


def note_booked(posting: Posting, number: int, at: datetime) -> Steps[Posting]:
    """Note the number, and that this revision now stands for the ones before it."""
    if posting.state is _S.PLANNED and posting.id is None:
        posting = yield from ask(Save(posting))
    booked = yield from ask(Save(posting.moved(_S.BOOKED, at, number=number)))
    if booked.revision:
        for earlier in (yield from ask(Postings(booked.document))):
            same_part = earlier.part == booked.part and earlier.revision < booked.revision
            if same_part and earlier.state is _S.BOOKED:
                yield from ask(Save(earlier.moved(_S.SUPERSEDED, at)))
    return booked


def _look_for(posting: Posting, mutation: Mutation) -> Steps[list[int]]:
    """Return the numbers under which the books hold this booking, from where it can be.

    Window by window up to the end that one unfiltered look gives: an open range would return the
    newest 500 and skip the middle, and an empty window is a gap in the numbers, not their end.
    """
    last = yield from ask(LastNumber())
    found: list[BookedMutation] = []
    for first in range(posting.highest_before + 1, last + 1, WINDOW):
        window = yield from ask(Window(first, first + WINDOW - 1))
        found += [
            each
            for each in window
            if each.mutation.reference == mutation.reference
            and same_booking(mutation, each.mutation)
        ]
    return [each.number for each in (yield from free(posting, found))]


def free(posting: Posting, held: Sequence[BookedMutation]) -> Steps[list[BookedMutation]]:
    """Leave out what other postings have as theirs already."""
    if not held:
        return []
    taken = yield from ask(Taken(tuple(each.number for each in held), posting))
    return [each for each in held if each.number not in taken]
