"""Decides what happens next to a document's postings. Pure: it yields effects, it does no IO.

The promise: every document that should be in the books is there exactly once, whatever fails. The
service has no idempotency key, no update and no delete, so a send is made durable as `sending`
first, a lost answer is looked up by its mark before anything is sent again, and a change is
corrected by one mutation of the difference. Other settings of the link are no change: what is
booked stays as it was booked until the shop says something else of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sync_core.booking_dates import booking_date, booking_day
from sync_core.bookings import Mutation, MutationKind
from sync_core.corrections import outstanding
from sync_core.documents import DocumentKey
from sync_core.effects import (
    Note,
    Now,
    Postings,
    Save,
    Steps,
    ask,
)
from sync_core.journal import (
    IN_THE_BOOKS,
    MAY_BE_IN_THE_BOOKS,
    Facts,
    Posting,
    PostingState,
    Reason,
    begin,
    fingerprint,
    is_unchanged,
    mark,
)
from sync_core.link import LinkOptions
from sync_core.own_dates import anew, is_redated, is_renumbered, standing
from sync_core.recovery import settle
from sync_core.sending import post
from sync_core.wanted import Wanted

_S = PostingState

MOST_CORRECTIONS_AT_ONCE = 4
"""A part needs two at most, negated there and made here; the rest is room for a late change."""


@dataclass(frozen=True)
class Subject:
    """What is to be followed: a document's identity, its own number, and the books it goes to.

    `contents` are fingerprints, by part, of what the bookings follow from beside the options.
    """

    books: str
    document: DocumentKey
    label: str
    options: LinkOptions
    facts: Facts | None = None
    contents: Mapping[str, str] = field(default_factory=dict)


def follow(subject: Subject, wanted: Wanted) -> Steps[None]:
    """Bring the books from what they hold of a document to what it wants, part by part.

    Of several parts all that are new are promised before any is sent: once one of them may be in
    the books the document is not derived again (see `resume`), and the others would be forgotten.
    """
    postings = yield from ask(Postings(subject.document))
    parts = _by_part(postings)
    new = {part: want for part, want in wanted.items() if part not in parts}
    if len(parts) + len(new) > 1:
        for part, want in new.items():
            begun = yield from _begin(subject, part, 0, want, want, [])
            parts[part] = [(yield from ask(Save(begun)))]
    for part in [*parts, *(part for part in new if part not in parts)]:
        yield from _follow_part(subject, part, wanted.get(part), parts.get(part, []))


def resume(subject: Subject) -> Steps[None]:
    """Go on with what is promised already, without deriving it from the document again.

    A receipt of which something is (or may be) in the books is not derived again: its account and
    its rate were read from products that may have changed since.
    """
    for postings in _by_part((yield from ask(Postings(subject.document)))).values():
        last = yield from settle(postings[-1], subject.options)
        if last.state in (_S.PLANNED, _S.REFUSED) and last.mutation is not None:
            at = yield from ask(Now())
            planned = last if last.state is _S.PLANNED else last.moved(_S.PLANNED, at)
            yield from post(planned, subject.options)


def is_answered(posting: Posting, want: Mutation | Reason | None) -> bool:
    """Tell whether a person settled this posting, for what the document still wants."""
    answer = posting.answer
    if answer is None or answer.kind == "try again":
        return False
    return answer.wanted == fingerprint(want)


def is_promised(postings: Sequence[Posting]) -> bool:
    """Tell whether something of a document is, or may be, in the books."""
    return any(posting.state in MAY_BE_IN_THE_BOOKS for posting in postings)


def _by_part(postings: Sequence[Posting]) -> dict[str, list[Posting]]:
    parts: dict[str, list[Posting]] = {}
    for posting in sorted(postings, key=lambda each: each.revision):
        parts.setdefault(posting.part, []).append(posting)
    return parts


def _follow_part(
    subject: Subject, part: str, want: Mutation | Reason | None, postings: list[Posting]
) -> Steps[None]:
    """Take the steps that a part needs: mostly none or one.

    More only where a booking moves to another relation, date or number: it is negated there, then
    made here.
    """
    for _ in range(MOST_CORRECTIONS_AT_ONCE):
        last = yield from _step(subject, part, want, postings)
        if last is None or last.state is not _S.BOOKED or not last.revision:
            return
        everything = yield from ask(Postings(subject.document))
        postings = _by_part(everything)[part]


def _step(
    subject: Subject, part: str, want: Mutation | Reason | None, postings: list[Posting]
) -> Steps[Posting | None]:
    """Take the next step of a part; return the posting that it moved, None when none is due."""
    if not postings:
        return None if want is None else (yield from _plan(subject, part, 0, want, want, []))
    last = yield from settle(postings[-1], subject.options)
    if last.state in (_S.SENDING, _S.UNKNOWN, _S.DOUBLE, _S.GONE) or is_answered(last, want):
        return None
    is_same = last.label == subject.label or last.state is _S.WITHDRAWN
    if is_same and is_unchanged([*postings[:-1], last], subject.contents.get(part, "")):
        return None
    booked = [each for each in [*postings[:-1], last] if each.state in IN_THE_BOOKS]
    target = yield from _target(subject, want, booked)
    if last.state in (_S.PLANNED, _S.WAITING, _S.REFUSED):
        return (yield from _replan(subject, last, want, target, booked))
    if target is None:
        # A change that moves no amount: what comes after is compared with what is said now.
        content = subject.contents.get(part, "")
        if last.facts is not None and last.facts.content != content:
            yield from ask(Note(replace(last, facts=replace(last.facts, content=content))))
        return None
    return (yield from _plan(subject, part, last.revision + 1, target, want, booked))


def _target(
    subject: Subject, want: Mutation | Reason | None, booked: Sequence[Posting]
) -> Steps[Mutation | Reason | None]:
    """Return what is still to be booked: all of it, the difference, a reason to wait, nothing."""
    if not booked or isinstance(want, Reason):
        return want
    mutations = [each.mutation for each in booked if each.mutation is not None]
    if not mutations:
        # A person booked it by hand without our knowing how, and then the document changed.
        return Reason(
            "change-yourself", {"numbers": ", ".join(str(each.number) for each in booked)}
        )
    today = booking_day((yield from ask(Now())))
    before = standing(booked)
    own = subject.facts.day if subject.facts else None
    is_another = before and want and is_renumbered(before, want, subject.label)
    if before and want and (is_another or is_redated(before, want, own)):
        target = anew(want, mutations, before, subject.options, subject.label)
    else:
        target = outstanding(want, mutations, _correction_day(subject, mutations[0], today))
    if target is not None and subject.options.corrections == "ask":
        numbers = ", ".join(str(each.number) for each in booked)
        return Reason("change-yourself", {"numbers": numbers})
    return target


def _correction_day(subject: Subject, original: Mutation, today: date) -> date:
    day = original.date if subject.options.correction_date == "original" else today
    return booking_date(day, subject.options)


def _plan(
    subject: Subject,
    part: str,
    revision: int,
    target: Mutation | Reason,
    want: Mutation | Reason | None,
    booked: Sequence[Posting],
) -> Steps[Posting]:
    posting = yield from _begin(subject, part, revision, target, want, booked)
    if posting.state is _S.WAITING:
        return (yield from ask(Save(posting)))
    return (yield from post(posting, subject.options))


def _begin(
    subject: Subject,
    part: str,
    revision: int,
    target: Mutation | Reason,
    want: Mutation | Reason | None,
    booked: Sequence[Posting],
) -> Steps[Posting]:
    """Return a new posting, planned or waiting; it is not saved yet."""
    at = yield from ask(Now())
    waits = isinstance(target, Reason)
    posting = begin(
        _S.WAITING if waits else _S.PLANNED,
        books=subject.books,
        document=subject.document,
        part=part,
        revision=revision,
        label=subject.label,
        at=at,
        reason=target if isinstance(target, Reason) else None,
    )
    about = _facts(subject, part, target, want, booked)
    posting = replace(posting, wanted=fingerprint(want), facts=about)
    if isinstance(target, Mutation):
        posting = replace(posting, mutation=_marked(posting, target, want))
    return posting


def _facts(
    subject: Subject,
    part: str,
    target: Mutation | Reason,
    want: Mutation | Reason | None,
    booked: Sequence[Posting],
) -> Facts | None:
    """Return the facts of a posting, with the content of its part if it brings the books all of it.

    What moves to another relation takes two bookings: after the first the books are not there yet.
    """
    if subject.facts is None:
        return None
    if booked and isinstance(target, Mutation) and not isinstance(want, Reason):
        before = [each.mutation for each in booked if each.mutation is not None]
        if outstanding(want, [*before, target], target.date) is not None:
            return subject.facts
    return replace(subject.facts, content=subject.contents.get(part, ""))


def _replan(
    subject: Subject,
    last: Posting,
    want: Mutation | Reason | None,
    target: Mutation | Reason | None,
    booked: Sequence[Posting],
) -> Steps[Posting]:
    """Bring a posting that is not in the books yet in line with what is wanted now."""
    at = yield from ask(Now())
    if target is None:
        content = subject.contents.get(last.part, "")
        about = last.facts and replace(last.facts, content=content)
        return (yield from ask(Save(last.moved(_S.WITHDRAWN, at, facts=about))))
    about = _facts(subject, last.part, target, want, booked)
    current = replace(last, wanted=fingerprint(want), label=subject.label, facts=about)
    if isinstance(target, Reason):
        if current.state is not _S.WAITING:
            return (yield from ask(Save(current.moved(_S.WAITING, at, reason=target))))
        if last.reason != target:
            return (yield from ask(Save(replace(current, reason=target))))
        return last if current == last else (yield from ask(Note(current)))
    mutation = _marked(last, target, target if not booked else None)
    planned = current if current.state is _S.PLANNED else current.moved(_S.PLANNED, at)
    return (yield from post(replace(planned, mutation=mutation), subject.options))


def _marked(posting: Posting, target: Mutation, want: object) -> Mutation:
    """Give a mutation its mark, and the correction of an invoice a number of its own."""
    reference = mark(posting.document, posting.part, posting.revision, posting.label)
    number = target.invoice_number
    if target.kind is MutationKind.INVOICE_SENT and number and target is not want:
        number = f"{number}-C{posting.revision}"
    return replace(target, reference=reference, invoice_number=number)
