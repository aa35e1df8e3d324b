"""Documents, postings and mutations side by side, by VAT period. Pure.

A total catches what a list hides, and the list then explains the total: per period what the shop
sold and the VAT on it, what of it the books hold, what the till took by account, and the documents
that make the difference. An amount counts in the period in which it is booked, or is to be.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sync_core.audit_findings import (
    NOTHING,
    WAITING_CODE,
    Audit,
    Difference,
    Finding,
    Followed,
    Note,
    Periods,
    Remark,
    Sums,
)
from sync_core.audit_notes import cash_notes, notes_on
from sync_core.audit_till import TillDays
from sync_core.bookings import Mutation
from sync_core.corrections import difference, outstanding
from sync_core.documents import CashReceived, DocumentKey
from sync_core.invoices import INVOICE_PART
from sync_core.journal import (
    IN_THE_BOOKS,
    WAITS,
    Posting,
    PostingState,
    is_unchanged,
    mark_hash,
)
from sync_core.matching import same_booking
from sync_core.own_dates import is_redated, is_renumbered, standing
from sync_core.vat import VatPeriod

_S = PostingState

PROMISED = IN_THE_BOOKS | {_S.DOUBLE, _S.GONE}
"""States of a posting whose mutation is, or was, in the books."""


def compare(
    documents: Iterable[Followed],
    postings: Mapping[DocumentKey, Sequence[Posting]],
    held: Mapping[int, Mutation],
    at: datetime,
    not_turnover: frozenset[str] = frozenset(),
    holes: Iterable[tuple[str, date]] = (),
    vat_period: VatPeriod = "quarter",
    vanished: Iterable[Sequence[Posting]] = (),
    cash: Iterable[CashReceived] = (),
) -> Audit:
    """Put documents, postings and the books' mutations (by number) side by side.

    A person's own mutations are counted and otherwise left alone. Lines on the accounts
    `not_turnover` (debtors, clearing, cash differences) are no sales. `holes` are numbers that
    the shop's invoices skip, each with the day of the invoice behind it. `vat_period` is for how
    long VAT is filed at a time. `vanished` are the postings of each document that was booked and
    that the shop has no more, `cash` what customers paid so outside the till's receipts.
    """
    periods = Periods(vat_period)
    marks = _numbers_by_mark(held)
    disproved: list[Posting] = []
    not_followed: list[DocumentKey] = []
    foreign: list[Mutation] = []
    ours = {each.number for group in postings.values() for each in group if each.number}
    our_marks = _marks_of(postings)
    till = TillDays()
    documents = list(documents)
    labels = {document.label for document in documents}

    for document in documents:
        here = periods.of(document.day)
        here.invoices += document.kind == "invoice"
        here.receipts += document.kind == "receipt"
        own = postings.get(document.key, ())
        _add_shop(periods, document, own, not_turnover)
        till.add(document, own, held)
        here.notes += notes_on(document, own, labels)
        for posting in own:
            found, moved = _judge(posting, held, marks, at)
            disproved += moved
            if found is not None:
                told = (moved or [posting])[0]
                here.differences.append(
                    _difference(found, document, told, _carrying_mark(told, marks))
                )
        if _is_not_followed(document, own):
            not_followed.append(document.key)
            here.differences.append(_difference(Finding.NOT_FOLLOWED, document, own[-1], ()))
        if document.wanted and not own:
            here.differences.append(
                Difference(Finding.MISSING, document.label, document.day, document.total)
            )
    for group in vanished:
        left = [each for each in group if each.state in PROMISED and each.number in held]
        ours |= {each.number for each in left if each.number}
        _tell_vanished(periods, left)
    for number, mutation in held.items():
        here = periods.of(mutation.date)
        if number in ours or mark_hash(mutation.reference) in our_marks:
            _add_lines(here.books, mutation, not_turnover)
        else:
            here.foreign += 1
            foreign.append(mutation)
            till.add_foreign(number, mutation)
    for day, note in cash_notes(cash, documents, foreign):
        periods.of(day).notes.append(note)
    for label, day in holes:
        periods.of(day).notes.append(Note(Remark.HOLE, label))
    till.conclude(periods)
    return Audit(periods.in_time(), disproved, not_followed)


def _tell_vanished(periods: Periods, postings: Sequence[Posting]) -> None:
    """Tell of a document that is no more what is left of it in the books, unless it is nothing."""
    booked = [(each, each.mutation) for each in postings if each.mutation is not None]
    if not difference(None, [mutation for _, mutation in booked]):
        return
    posting, first = booked[0]
    periods.of(first.date).differences.append(
        Difference(
            Finding.VANISHED,
            posting.label,
            first.date,
            sum((mutation.total for _, mutation in booked), NOTHING),
            tuple(each.number for each, _ in booked if each.number),
        )
    )


def _marks_of(postings: Mapping[DocumentKey, Sequence[Posting]]) -> frozenset[str]:
    mutations = (p.mutation for group in postings.values() for p in group if p.mutation)
    return frozenset(filter(None, (mark_hash(each.reference) for each in mutations)))


def _numbers_by_mark(held: Mapping[int, Mutation]) -> Mapping[str, tuple[int, ...]]:
    numbers: dict[str, tuple[int, ...]] = {}
    for number, mutation in held.items():
        short = mark_hash(mutation.reference)
        if short:
            numbers[short] = (*numbers.get(short, ()), number)
    return numbers


def _judge(
    posting: Posting,
    held: Mapping[int, Mutation],
    marks: Mapping[str, tuple[int, ...]],
    at: datetime,
) -> tuple[Finding | None, list[Posting]]:
    """Return what is to be said of a posting, and the posting in the state that the books prove."""
    if posting.state in WAITS:
        return Finding.WAITING, []
    if posting.state in (_S.UNKNOWN, _S.SENDING, _S.PLANNED):
        return Finding.UNKNOWN, []
    if posting.state is _S.GONE:
        return Finding.GONE, []
    if posting.state is _S.WITHDRAWN:
        left_out = posting.answer is not None and posting.answer.kind == "leave out"
        return (Finding.LEFT_OUT if left_out else None), []
    numbers = _carrying_mark(posting, marks)
    if posting.state is _S.DOUBLE:
        return _judge_double(posting, numbers, at)
    if posting.state in IN_THE_BOOKS and posting.number is not None:
        return _judge_booked(posting, posting.number, numbers, held, at)
    return None, []


def _carrying_mark(posting: Posting, marks: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the numbers of the books' mutations that carry a posting's mark."""
    short = mark_hash(posting.mutation.reference) if posting.mutation else None
    return marks.get(short, ()) if short else ()


def _judge_double(
    posting: Posting, numbers: tuple[int, ...], at: datetime
) -> tuple[Finding | None, list[Posting]]:
    if len(numbers) == 1:
        return None, [posting.moved(_S.BOOKED, at, number=numbers[0], numbers=())]
    return Finding.DOUBLE, []


def _judge_booked(
    posting: Posting,
    number: int,
    numbers: tuple[int, ...],
    held: Mapping[int, Mutation],
    at: datetime,
) -> tuple[Finding | None, list[Posting]]:
    booked = posting.state is _S.BOOKED
    if len(numbers) > 1:
        return Finding.DOUBLE, [posting.moved(_S.DOUBLE, at, numbers=numbers)] if booked else []
    if number not in held:
        return Finding.GONE, [posting.moved(_S.GONE, at)] if booked else []
    by_hand = posting.answer is not None
    if by_hand or posting.mutation is None:
        return None, []
    if not same_booking(posting.mutation, held[number]):
        return Finding.DIFFERENT, []
    if number in numbers and _is_moved(posting.mutation, held[number]):
        return Finding.MOVED, []
    return None, []


def _is_moved(ours: Mutation, theirs: Mutation) -> bool:
    """Tell whether equal amounts are on another account than ours were booked on.

    Asked of what carries our mark only: who typed in a booking that was taken over chose its
    accounts.
    """
    return ours.account != theirs.account or bool(difference(ours, [theirs]))


def _is_not_followed(document: Followed, postings: Sequence[Posting]) -> bool:
    """Tell whether an invoice was changed since it was booked, and the books should show it.

    Both must be so: its content is another than the last posting's, since other settings of the
    link do not undo what was booked under the old ones; and a difference is outstanding, since
    not every change moves an amount. What is waiting or under way is told as that.
    """
    own = _of_invoice(postings)
    settled = IN_THE_BOOKS | {_S.WITHDRAWN}
    if not own or any(each.state not in settled for each in own):
        return False
    before = own[-1].facts.content if own[-1].facts else ""
    booked = [each.mutation for each in own if each.state in IN_THE_BOOKS and each.mutation]
    is_same = own[-1].label == document.label and is_unchanged(own, document.content)
    if not booked or not before or is_same:
        return False
    want = document.wanted.get(INVOICE_PART)
    if want is not None and not isinstance(want, Mutation):
        return True
    stood = standing([each for each in own if each.state in IN_THE_BOOKS])
    if stood and want and is_renumbered(stood, want, document.label):
        return True
    if stood and want and is_redated(stood, want, document.day):
        return True
    return outstanding(want, booked, max(each.date for each in booked)) is not None


def _of_invoice(postings: Sequence[Posting]) -> list[Posting]:
    return [each for each in postings if each.part == INVOICE_PART]


def _difference(
    found: Finding, document: Followed, posting: Posting, carrying: tuple[int, ...]
) -> Difference:
    """Return what is told of a posting; a double's numbers are all that are `carrying` its mark.

    A double of what was corrected since has kept only the number that the correction is for.
    """
    own = (posting.number,) if posting.number else ()
    numbers = posting.numbers or (carrying if found is Finding.DOUBLE else ()) or own
    total = posting.mutation.total if posting.mutation else document.total
    return Difference(found, document.label, document.day, total, numbers)


def _add_shop(
    periods: Periods,
    document: Followed,
    postings: Sequence[Posting],
    not_turnover: frozenset[str],
) -> None:
    """Add what a document should come to: what was promised of it where that is, and the rest.

    The rest is what it wants less all that was promised; it is nothing when all is well, and
    where an invoice is as it was when it was booked, whatever it would become now.
    """
    promised = [each.mutation for each in postings if each.state in PROMISED and each.mutation]
    for mutation in promised:
        _add_lines(periods.of(mutation.date).shop, mutation, not_turnover)
    if is_unchanged(_of_invoice(postings), document.content):
        return
    wanted = [each for each in document.wanted.values() if isinstance(each, Mutation)]
    if document.wanted and not wanted:
        if not promised:
            _add(periods.of(document.day).shop, WAITING_CODE, document.total, NOTHING)
        return
    rest: Sums = {}
    for mutation in wanted:
        _add_lines(rest, mutation, not_turnover)
    for mutation in promised:
        _add_lines(rest, mutation, not_turnover, sign=-1)
    day = next((mutation.date for mutation in (*promised, *wanted)), document.day)
    for code, (excluding, vat) in rest.items():
        if excluding or vat:
            _add(periods.of(day).shop, code, excluding, vat)


def _add_lines(sums: Sums, mutation: Mutation, not_turnover: frozenset[str], sign: int = 1) -> None:
    for line in mutation.lines:
        if line.counter_account not in not_turnover:
            _add(sums, line.vat_code, sign * line.excluding, sign * line.vat)


def _add(sums: Sums, code: str, excluding: Decimal, vat: Decimal) -> None:
    before = sums.get(code, (NOTHING, NOTHING))
    sums[code] = (before[0] + excluding, before[1] + vat)
