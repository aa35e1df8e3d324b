"""Under which date and number of its own a document stands in the books, and has others now. Pure.

The books date and number a mutation once and for all. An invoice that gets another date may be in
another VAT period by it, and one that gets another number is paid under that: so it is taken back
where it stands, then booked anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sync_core.booking_dates import booking_date
from sync_core.bookings import Mutation
from sync_core.corrections import correction, difference, outstanding
from sync_core.journal import Posting
from sync_core.link import LinkOptions


@dataclass(frozen=True)
class Standing:
    """The mutation by which a part came to stand in the books, the document's date and number then.

    `is_there` is False once all of it was taken back again.
    """

    mutation: Mutation
    own: date | None
    label: str
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
            found = Standing(posting.mutation, own, posting.label, is_there=True)
        mutations.append(posting.mutation)
    if found is None:
        return None
    return replace(found, is_there=bool(difference(None, mutations)))


def is_renumbered(before: Standing, want: Mutation, label: str) -> bool:
    """Tell whether a document that is booked by its own number has another one now."""
    return bool(want.invoice_number) and before.label != label


def is_redated(before: Standing, want: Mutation, own: date | None) -> bool:
    """Tell whether a document has another date of its own, under which it is to be booked."""
    has_another = before.own is not None and own is not None and before.own != own
    return has_another and before.mutation.date != want.date


def anew(
    want: Mutation,
    booked: Sequence[Mutation],
    before: Standing,
    options: LinkOptions,
    label: str,
) -> Mutation | None:
    """Return the next of the mutations that take a document to another date or number.

    It is taken back under the date that it has, or the first that is not filed, and then made. A
    number that is new stands as it is; one that the books hold already gets its suffix.
    """
    if before.is_there:
        return outstanding(None, booked, booking_date(before.mutation.date, options))
    if is_renumbered(before, want, label):
        return want
    return correction(want, want.lines, want.date)
