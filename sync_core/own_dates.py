"""Under which of its own dates a document stands in the books, and that it has another now. Pure.

The books date a mutation once and for all. An invoice that gets another date may be in another VAT
period by it, so it is taken back where it stands, then booked under its new date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sync_core.booking_dates import booking_date
from sync_core.bookings import Mutation
from sync_core.corrections import correction, difference, outstanding
from sync_core.journal import Posting
from sync_core.link import LinkOptions


@dataclass(frozen=True)
class Standing:
    """The mutation by which a part came to stand in the books, and the document's date then.

    `is_there` is False once all of it was taken back again.
    """

    mutation: Mutation
    own: date | None
    is_there: bool


def standing(booked: Sequence[Posting]) -> Standing | None:
    """Return by what a part came to stand in the books; `booked` are its bookings, by revision."""
    found: Standing | None = None
    mutations: list[Mutation] = []
    for posting in booked:
        if posting.mutation is None:
            continue
        if found is None or not difference(None, mutations):
            own = posting.facts.day if posting.facts else None
            found = Standing(posting.mutation, own, is_there=True)
        mutations.append(posting.mutation)
    if found is None:
        return None
    return Standing(found.mutation, found.own, is_there=bool(difference(None, mutations)))


def is_redated(before: Standing, want: Mutation, own: date | None) -> bool:
    """Tell whether a document has another date of its own, under which it is to be booked."""
    has_another = before.own is not None and own is not None and before.own != own
    return has_another and before.mutation.date != want.date


def redated(
    want: Mutation, booked: Sequence[Mutation], before: Standing, options: LinkOptions
) -> Mutation | None:
    """Return the next of the mutations that take a document to another date.

    It is taken back under the date that it has, or the first that is not filed, and then made.
    """
    if before.is_there:
        return outstanding(None, booked, booking_date(before.mutation.date, options))
    return correction(want, want.lines, want.date)
